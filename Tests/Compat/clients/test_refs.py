"""Branches and tags."""

import pytest
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError

from support.shim import status_of

row = pytest.mark.row
REFS = "GET /api/{T}/{id}/refs"
BRANCH = "POST /api/{T}/{id}/branch/{branch}"
TAG = "POST /api/{T}/{id}/tag/{rev}"


def names(refs):
    return {ref.name: ref.target_commit for ref in refs}


@row(REFS)
def test_list(alice, model):
    """List branches and tags"""
    refs = alice.api.list_repo_refs(model, include_pull_requests=True)
    head = alice.api.model_info(model).sha
    assert names(refs.branches) == {"main": head}
    assert refs.branches[0].ref == "refs/heads/main"
    assert (refs.tags, refs.converts, refs.pull_requests) == ([], [], [])


@row(BRANCH, "DELETE /api/{T}/{id}/branch/{branch}")
@pytest.mark.parametrize("branch", ["dev", "feature/with/slashes", "v1.0-rc_1"])
def test_branch(alice, model, branch):
    """Create, use and delete a branch"""
    head = alice.api.model_info(model).sha
    alice.api.create_branch(model, branch=branch)
    assert names(alice.api.list_repo_refs(model).branches)[branch] == head
    commit = alice.api.upload_file(path_or_fileobj=b"x", path_in_repo="a.txt", repo_id=model, revision=branch)
    assert alice.api.model_info(model, revision=branch).sha == commit.oid
    assert alice.api.model_info(model).sha == head
    assert [e.path for e in alice.api.list_repo_tree(model, revision=branch)] == [".gitattributes", "a.txt"]
    alice.api.delete_branch(model, branch=branch)
    assert branch not in names(alice.api.list_repo_refs(model).branches)


@row(BRANCH)
def test_branch_from_commit(alice, model):
    """Branch from an older commit"""
    first = alice.api.model_info(model).sha
    alice.api.upload_file(path_or_fileobj=b"x", path_in_repo="a.txt", repo_id=model)
    alice.api.create_branch(model, branch="old", revision=first)
    assert alice.api.model_info(model, revision="old").sha == first
    with pytest.raises(RevisionNotFoundError):
        alice.api.create_branch(model, branch="other", revision="nope")


@row(BRANCH, "DELETE /api/{T}/{id}/branch/{branch}")
def test_branch_errors(alice, bob, model, fresh):
    """Existing, missing and main branches; strangers"""
    alice.api.create_branch(model, branch="dev")
    for branch in ("dev", "main"):
        with pytest.raises(HfHubHTTPError) as failure:
            alice.api.create_branch(model, branch=branch)
        assert status_of(failure.value) == 409
    alice.api.create_branch(model, branch="dev", exist_ok=True)
    with pytest.raises(HfHubHTTPError) as failure:
        alice.api.delete_branch(model, branch="main")
    assert 400 <= status_of(failure.value) < 500
    with pytest.raises(HfHubHTTPError) as failure:
        alice.api.delete_branch(model, branch="nope")
    assert status_of(failure.value) == 404
    with pytest.raises(HfHubHTTPError) as failure:
        bob.api.create_branch(model, branch="mine")
    assert status_of(failure.value) == 403
    with pytest.raises(RepositoryNotFoundError):
        alice.api.create_branch(fresh(), branch="dev")


@row(TAG, "DELETE /api/{T}/{id}/tag/{tag}")
def test_tag(alice, model):
    """Create, use and delete a tag"""
    first = alice.api.model_info(model).sha
    alice.api.create_tag(model, tag="v1", tag_message="First")
    second = alice.api.upload_file(path_or_fileobj=b"x", path_in_repo="a.txt", repo_id=model).oid
    alice.api.create_tag(model, tag="v2", revision=second)
    alice.api.create_tag(model, tag="short", revision=first[:7])
    assert names(alice.api.list_repo_refs(model).tags) == {"v1": first, "v2": second, "short": first}
    assert alice.api.model_info(model, revision="v1").sha == first
    alice.api.delete_tag(model, tag="v1")
    assert set(names(alice.api.list_repo_refs(model).tags)) == {"v2", "short"}


@row(TAG, "DELETE /api/{T}/{id}/tag/{tag}")
def test_tag_errors(alice, bob, model):
    """Existing and missing tags, missing revisions, strangers"""
    alice.api.create_tag(model, tag="v1")
    with pytest.raises(HfHubHTTPError) as failure:
        alice.api.create_tag(model, tag="v1")
    assert status_of(failure.value) == 409
    alice.api.create_tag(model, tag="v1", exist_ok=True)
    with pytest.raises(RevisionNotFoundError):
        alice.api.create_tag(model, tag="v2", revision="nope")
    with pytest.raises(RevisionNotFoundError):
        alice.api.delete_tag(model, tag="nope")
    with pytest.raises(HfHubHTTPError) as failure:
        bob.api.create_tag(model, tag="mine")
    assert status_of(failure.value) == 403
