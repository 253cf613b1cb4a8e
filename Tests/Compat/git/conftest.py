"""Git against the same hub as everything else."""

import pytest

from support.git import Git
from support.people import ALICE, BOB


@pytest.fixture
def git(tmp_path, hub) -> Git:
    """Alice's git, in an empty folder."""
    return Git(tmp_path, hub.url, ALICE.token)


@pytest.fixture
def anonymous_git(tmp_path, hub) -> Git:
    return Git(tmp_path, hub.url)


@pytest.fixture
def bob_git(tmp_path, hub) -> Git:
    return Git(tmp_path, hub.url, BOB.token)


@pytest.fixture(params=[0, 2], ids=["v0", "v2"])
def both(request, tmp_path, hub) -> Git:
    """Alice's git, speaking one version of the protocol and then the other."""
    return Git(tmp_path, hub.url, ALICE.token, version=request.param)
