"""Bytes to move about, the same in every run."""

from __future__ import annotations

import hashlib
import pathlib
import random

FIXTURES = pathlib.Path(__file__).resolve().parents[3] / "Fixtures" / "repos"


def noise(size: int, seed: int | str = 0) -> bytes:
    """Bytes that do not compress."""
    return random.Random(f"{seed}").randbytes(size)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def git_blob(data: bytes) -> str:
    """The name git gives a file of these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def commit_files(api, repo_id: str, files: dict[str, bytes], **options) -> None:
    """One commit of these files."""
    from huggingface_hub import CommitOperationAdd

    operations = [CommitOperationAdd(path, data) for path, data in files.items()]
    api.create_commit(repo_id, operations, commit_message="Files", **options)
