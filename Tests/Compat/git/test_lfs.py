"""git-lfs beside git: push, pull, locks."""

import pytest

from support.files import commit_files, noise, sha256
from support.people import ALICE

row = pytest.mark.row("git: info/refs, upload-pack, receive-pack")


@pytest.fixture
def work(git, model):
    """A clone with git-lfs set up in it."""
    clone = git.clone(model, "work")
    clone("lfs", "install", "--local")
    clone("config", "lfs.locksverify", "true")
    return clone


@row
def test_push_and_pull(work, git, model):
    """git lfs uploads with git push and downloads with git lfs pull; the API serves the same bytes"""
    data = {"model.safetensors": noise(4_000_000, "lfs one"), "sub/weights.bin": noise(1000, "lfs two")}
    work.commit("weights", data)
    assert work.out("lfs", "ls-files", "-n").split() == ["model.safetensors", "sub/weights.bin"]
    work("push", "-q", "origin", "main")
    assert ALICE.api.model_info(model).sha == work.head()
    files = {each.path: each for each in ALICE.api.list_repo_tree(model, recursive=True)}
    for path, content in data.items():
        assert files[path].lfs.sha256 == sha256(content) and files[path].size == len(content)
    clone = git.clone(model, "clone")
    assert (clone.folder / "model.safetensors").read_bytes().startswith(b"version https://git-lfs")
    clone("lfs", "install", "--local")
    clone("lfs", "pull")
    for path, content in data.items():
        assert (clone.folder / path).read_bytes() == content
    clone.fsck()
    clone("lfs", "fsck")


@row
def test_pull_of_what_the_api_stored(git, model):
    """What the API committed through LFS comes with git lfs pull"""
    data = noise(3_500_000, "api lfs")
    commit_files(ALICE.api, model, {"w.bin": data})
    clone = git.clone(model, "clone")
    clone("lfs", "install", "--local")
    clone("lfs", "pull")
    assert (clone.folder / "w.bin").read_bytes() == data


@row
def test_pointer_without_its_object(work, model):
    """A pointer whose object was not uploaded is refused, by the file's name"""
    head = work.head()
    work.commit("weights", {"w.bin": noise(1000, "never uploaded")})
    refused = work("-c", "lfs.locksverify=false", "push", "--no-verify", "origin", "main", ok=False)
    assert refused.returncode != 0 and "w.bin" in refused.text and "upload it before" in refused.text, refused.text
    assert ALICE.api.model_info(model).sha == head


@row
def test_locks(work, git, model, bob, organisation):
    """git lfs lock, locks and unlock; a second lock is refused"""
    work.commit("weights", {"w.bin": noise(100, "locked"), "v.bin": noise(100, "free")})
    work("push", "-q", "origin", "main")
    assert "Locked w.bin" in work("lfs", "lock", "w.bin").text
    listed = work.out("lfs", "locks")
    assert listed.startswith("w.bin") and "alice" in listed
    again = work("lfs", "lock", "w.bin", ok=False)
    assert again.returncode != 0 and "already" in again.text.lower(), again.text
    verified = work.out("lfs", "locks", "--verify")
    assert verified.startswith("O w.bin"), verified
    work("lfs", "lock", "v.bin")
    assert work.out("lfs", "locks", "--path", "v.bin").startswith("v.bin")
    work("push", "-q", "origin", "main")
    work("lfs", "unlock", "w.bin")
    assert "w.bin" not in work.out("lfs", "locks")
