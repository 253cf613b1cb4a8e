"""Trees, paths and history."""

import pytest
from huggingface_hub import CommitOperationAdd
from huggingface_hub.errors import EntryNotFoundError, RevisionNotFoundError
from huggingface_hub.hf_api import RepoFile, RepoFolder

from support.files import git_blob, noise, sha256

row = pytest.mark.row
TREE = "GET /api/{T}/{id}/tree/{rev}[/{path}]"
PATHS = "POST /api/{T}/{id}/paths-info/{rev}"


@pytest.fixture
def filled(alice, model):
    files = {"a.txt": b"a", "d/b.txt": b"b", "d/e/c.bin": noise(3000, "tree"), "f g/h.txt": b"h"}
    alice.api.create_commit(
        model,
        [CommitOperationAdd(path_in_repo=path, path_or_fileobj=data) for path, data in files.items()],
        commit_message="Files",
    )
    return model


@row(TREE)
def test_top(alice, filled):
    """One level of a tree"""
    entries = {entry.path: entry for entry in alice.api.list_repo_tree(filled)}
    assert list(entries) == sorted(entries) or set(entries) == {".gitattributes", "a.txt", "d", "f g"}
    assert set(entries) == {".gitattributes", "a.txt", "d", "f g"}
    assert isinstance(entries["d"], RepoFolder) and len(entries["d"].tree_id) == 40
    assert isinstance(entries["a.txt"], RepoFile)
    assert (entries["a.txt"].size, entries["a.txt"].blob_id) == (1, git_blob(b"a"))


@row(TREE)
def test_below(alice, filled):
    """A folder of a tree, with paths from the root"""
    assert {entry.path for entry in alice.api.list_repo_tree(filled, "d")} == {"d/b.txt", "d/e"}
    assert {entry.path for entry in alice.api.list_repo_tree(filled, "d/e")} == {"d/e/c.bin"}
    assert {entry.path for entry in alice.api.list_repo_tree(filled, "f g")} == {"f g/h.txt"}


@row(TREE)
def test_recursive(alice, filled):
    """A whole tree, with folders and LFS facts"""
    entries = {entry.path: entry for entry in alice.api.list_repo_tree(filled, recursive=True)}
    assert set(entries) == {".gitattributes", "a.txt", "d", "d/b.txt", "d/e", "d/e/c.bin", "f g", "f g/h.txt"}
    lfs = entries["d/e/c.bin"].lfs
    assert (lfs.size, lfs.sha256) == (3000, sha256(noise(3000, "tree")))
    assert entries["d/e/c.bin"].size == 3000
    assert lfs.pointer_size > 100


@row(TREE)
def test_expand(alice, filled):
    """A tree with the last commit of each entry"""
    second = alice.api.upload_file(path_or_fileobj=b"2", path_in_repo="d/b.txt", repo_id=filled, commit_message="Second")
    entries = {entry.path: entry for entry in alice.api.list_repo_tree(filled, recursive=True, expand=True)}
    assert entries["d/b.txt"].last_commit.oid == second.oid
    assert entries["d"].last_commit.title == "Second"
    assert entries["a.txt"].last_commit.title == "Files"
    assert entries[".gitattributes"].last_commit.title == "initial commit"
    assert entries["a.txt"].last_commit.date is not None


@row(TREE)
def test_missing(alice, filled):
    """Missing folders, paths of files and missing revisions are errors"""
    for path in ("nope", "d/nope", "a.txt"):
        with pytest.raises(EntryNotFoundError):
            list(alice.api.list_repo_tree(filled, path))
    with pytest.raises(RevisionNotFoundError):
        list(alice.api.list_repo_tree(filled, revision="nope"))


@row(TREE)
def test_pages(alice, model):
    """A tree of thousands of files comes in pages"""
    paths = {f"many/{number:05}.txt" for number in range(2300)}
    alice.api.create_commit(
        model, [CommitOperationAdd(path_in_repo=path, path_or_fileobj=b"x") for path in sorted(paths)], commit_message="Many"
    )
    assert {entry.path for entry in alice.api.list_repo_tree(model, "many")} == paths
    everything = [entry.path for entry in alice.api.list_repo_tree(model, recursive=True)]
    assert len(everything) == len(set(everything)) == 2302
    expanded = [entry.path for entry in alice.api.list_repo_tree(model, "many", expand=True)]
    assert set(expanded) == paths and len(expanded) == len(paths)


@row(PATHS)
def test_paths_info(alice, filled):
    """paths-info of files and folders; missing paths are left out"""
    infos = {info.path: info for info in alice.api.get_paths_info(filled, ["a.txt", "d", "d/e/c.bin", "nope", "f g/h.txt"])}
    assert set(infos) == {"a.txt", "d", "d/e/c.bin", "f g/h.txt"}
    assert isinstance(infos["d"], RepoFolder)
    assert infos["d/e/c.bin"].lfs.sha256 == sha256(noise(3000, "tree"))
    assert alice.api.get_paths_info(filled, ["nope"]) == []
    (expanded,) = alice.api.get_paths_info(filled, "a.txt", expand=True)
    assert expanded.last_commit.title == "Files"


@row(PATHS)
def test_paths_info_many(alice, model):
    """paths-info of a thousand paths"""
    paths = [f"many/{number}.txt" for number in range(1000)]
    alice.api.create_commit(
        model, [CommitOperationAdd(path_in_repo=path, path_or_fileobj=b"x") for path in paths], commit_message="Many"
    )
    assert {info.path for info in alice.api.get_paths_info(model, paths)} == set(paths)


@row("GET /api/{T}/{id}/commits/{rev}")
def test_commits(alice, filled):
    """History in pages, newest first, of a branch and of a commit"""
    shas = [
        alice.api.upload_file(path_or_fileobj=f"{n}".encode(), path_in_repo="n.txt", repo_id=filled, commit_message=f"No {n}").oid
        for n in range(60)
    ]
    history = alice.api.list_repo_commits(filled)
    assert [commit.commit_id for commit in history][:60] == shas[::-1]
    assert len(history) == 62
    assert [c.title for c in alice.api.list_repo_commits(filled, revision=shas[1])] == ["No 1", "No 0", "Files", "initial commit"]
    with pytest.raises(RevisionNotFoundError):
        alice.api.list_repo_commits(filled, revision="nope")


@row("GET /api/{T}/{id}/commits/{rev}")
def test_commits_formatted(alice, filled):
    """History with formatted messages"""
    assert alice.api.list_repo_commits(filled, formatted=True)[0].formatted_title == "Files"
