"""Commits of several operations at once."""

import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, hf_hub_download
from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError

from support.files import noise, sha256
from support.shim import status_of

row = pytest.mark.row
COMMIT = "POST /api/{T}/{id}/commit/{rev}"


def add(path, data):
    return CommitOperationAdd(path_in_repo=path, path_or_fileobj=data)


@row(COMMIT)
def test_several_operations(alice, model):
    """Add, replace, copy and delete in one commit"""
    data = noise(20_000, "several")
    alice.api.create_commit(
        model, [add("old.txt", b"old"), add("same.txt", b"1"), add("w.bin", data)], commit_message="Begin"
    )
    commit = alice.api.create_commit(
        model,
        [
            add("new.txt", b"new"),
            add("same.txt", b"2"),
            CommitOperationCopy(src_path_in_repo="w.bin", path_in_repo="copy/w.bin"),
            CommitOperationDelete(path_in_repo="old.txt"),
        ],
        commit_message="Go on",
    )
    assert set(alice.api.list_repo_files(model)) == {".gitattributes", "new.txt", "same.txt", "w.bin", "copy/w.bin"}
    assert open(hf_hub_download(model, "copy/w.bin", revision=commit.oid), "rb").read() == data
    assert open(hf_hub_download(model, "same.txt"), "rb").read() == b"2"


@row(COMMIT)
def test_copy_from_another_revision(alice, model):
    """Copy an LFS file from an older commit"""
    data = noise(9_000, "old version")
    old = alice.api.create_commit(model, [add("w.bin", data)], commit_message="Old").oid
    alice.api.create_commit(model, [add("w.bin", noise(9_000, "new version"))], commit_message="New")
    alice.api.create_commit(
        model,
        [CommitOperationCopy(src_path_in_repo="w.bin", path_in_repo="before.bin", src_revision=old)],
        commit_message="Bring it back",
    )
    assert open(hf_hub_download(model, "before.bin"), "rb").read() == data


@row(COMMIT)
def test_copy_small_file(alice, model):
    """Copy a regular file"""
    alice.api.create_commit(model, [add("a.txt", b"small")], commit_message="Add")
    alice.api.create_commit(
        model, [CommitOperationCopy(src_path_in_repo="a.txt", path_in_repo="sub/a.txt")], commit_message="Copy"
    )
    assert open(hf_hub_download(model, "sub/a.txt"), "rb").read() == b"small"


@row(COMMIT)
def test_delete_folder(alice, model):
    """Delete a folder and a file"""
    alice.api.create_commit(
        model, [add("d/a.txt", b"a"), add("d/e/b.txt", b"b"), add("c.txt", b"c"), add("dd.txt", b"d")], commit_message="Add"
    )
    alice.api.delete_folder("d", repo_id=model)
    assert set(alice.api.list_repo_files(model)) == {".gitattributes", "c.txt", "dd.txt"}
    alice.api.delete_file("c.txt", repo_id=model)
    assert set(alice.api.list_repo_files(model)) == {".gitattributes", "dd.txt"}


@row(COMMIT)
def test_delete_missing_file(alice, model):
    """Deleting what is not there is an error and changes nothing"""
    head = alice.api.model_info(model).sha
    with pytest.raises(EntryNotFoundError):
        alice.api.delete_file("nope.txt", repo_id=model)
    assert alice.api.model_info(model).sha == head


@row(COMMIT)
def test_file_in_place_of_folder(alice, model):
    """A folder may make room for a file of its name"""
    alice.api.create_commit(model, [add("thing/a.txt", b"a")], commit_message="Folder")
    alice.api.create_commit(
        model, [CommitOperationDelete(path_in_repo="thing/", is_folder=True), add("thing", b"file")], commit_message="File"
    )
    assert set(alice.api.list_repo_files(model)) == {".gitattributes", "thing"}


@row(COMMIT)
def test_parent_commit(alice, model):
    """A commit on an outdated parent is refused"""
    base = alice.api.model_info(model).sha
    second = alice.api.create_commit(model, [add("a.txt", b"1")], commit_message="One", parent_commit=base).oid
    with pytest.raises(HfHubHTTPError) as failure:
        alice.api.create_commit(model, [add("b.txt", b"2")], commit_message="Two", parent_commit=base)
    assert status_of(failure.value) == 412
    assert alice.api.model_info(model).sha == second


@row(COMMIT)
def test_unchanged_files_make_no_commit(alice, model):
    """A commit that would change nothing is not made"""
    head = alice.api.create_commit(model, [add("a.txt", b"1"), add("b.bin", b"\0" * 100)], commit_message="One").oid
    again = alice.api.create_commit(model, [add("a.txt", b"1"), add("b.bin", b"\0" * 100)], commit_message="Two")
    assert again.oid == head
    assert alice.api.model_info(model).sha == head


@row(COMMIT)
def test_to_missing_revision(alice, model, fresh):
    """Commits to a missing branch, to a commit and to a missing repository are refused"""
    with pytest.raises(RevisionNotFoundError):
        alice.api.create_commit(model, [add("a.txt", b"1")], commit_message="x", revision="no-such-branch")
    with pytest.raises(HfHubHTTPError):
        alice.api.create_commit(model, [add("a.txt", b"1")], commit_message="x", revision=alice.api.model_info(model).sha)
    with pytest.raises(RepositoryNotFoundError):
        alice.api.create_commit(fresh(), [add("a.txt", b"1")], commit_message="x")


@row(COMMIT)
def test_by_stranger(alice, bob, model, private_model):
    """A stranger cannot commit, and is not told of a private repository"""
    with pytest.raises(HfHubHTTPError) as failure:
        bob.api.create_commit(model, [add("a.txt", b"1")], commit_message="x")
    assert status_of(failure.value) == 403
    with pytest.raises(RepositoryNotFoundError):
        bob.api.create_commit(private_model, [add("a.txt", b"1")], commit_message="x")
    assert alice.api.list_repo_files(model) == [".gitattributes"]


@row(COMMIT)
def test_large_inline_file(alice, model):
    """Megabytes of regular files in one commit"""
    texts = {f"part{number}.json": ("%d " % number).encode() * 400_000 for number in range(6)}
    alice.api.create_commit(model, [add(path, data) for path, data in texts.items()], commit_message="Much text")
    for info in alice.api.get_paths_info(model, list(texts)):
        assert info.size == len(texts[info.path])
    assert open(hf_hub_download(model, "part5.json"), "rb").read() == texts["part5.json"]


@row(COMMIT)
def test_digest_is_kept(alice, model):
    """The digest the client computed is the one the hub serves"""
    data = noise(123_457, "digest")
    alice.api.create_commit(model, [add("w.bin", data)], commit_message="Weights")
    (info,) = alice.api.get_paths_info(model, ["w.bin"])
    assert info.lfs.sha256 == sha256(data)


@row(COMMIT)
def test_message_in_history(alice, model):
    """Commit messages and authors come back in the history"""
    alice.api.create_commit(model, [add("a.txt", b"1")], commit_message="Täst ✓", commit_description="Line 1\nLine 2")
    commit = alice.api.list_repo_commits(model)[0]
    assert (commit.title, commit.message) == ("Täst ✓", "Line 1\nLine 2")
    assert commit.authors == ["alice"]
    assert [c.title for c in alice.api.list_repo_commits(model)][-1] == "initial commit"
