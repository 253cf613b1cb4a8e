"""Moving, duplicating and squashing repositories, and their LFS files."""

import pytest
from huggingface_hub import CommitOperationAdd, hf_hub_download, snapshot_download
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

from support.shim import status_of

row = pytest.mark.row


@row("POST /api/repos/move")
@pytest.mark.parametrize("kind", ["model", "dataset", "space"])
def test_move(alice, fresh, kind, tmp_path):
    """A moved repository answers under its old name too: info, download, snapshot, upload"""
    old, new = fresh(), fresh()
    alice.api.create_repo(old, repo_type=kind, **({"space_sdk": "static"} if kind == "space" else {}))
    alice.api.upload_file(path_or_fileobj=b"one", path_in_repo="a/b c.txt", repo_id=old, repo_type=kind)
    alice.api.upload_file(path_or_fileobj=b"\0" * 2000, path_in_repo="big.safetensors", repo_id=old, repo_type=kind)
    alice.api.move_repo(from_id=old, to_id=new, repo_type=kind)
    assert alice.api.repo_info(new, repo_type=kind).id == new
    assert alice.api.repo_info(old, repo_type=kind).id == new
    options = dict(repo_type=kind, endpoint=alice.api.endpoint, token=alice.token, cache_dir=tmp_path)
    for filename, content in (("a/b c.txt", b"one"), ("big.safetensors", b"\0" * 2000)):
        with open(hf_hub_download(old, filename, **options), "rb") as file:
            assert file.read() == content
    snapshot_download(old, **options)
    assert "a/b c.txt" in [entry.path for entry in alice.api.list_repo_tree(old, recursive=True, repo_type=kind)]
    alice.api.upload_file(path_or_fileobj=b"two", path_in_repo="new.txt", repo_id=old, repo_type=kind)
    assert "new.txt" in alice.api.list_repo_files(new, repo_type=kind)


@row("POST /api/repos/move")
def test_move_to_organisation(alice, bob, fresh, organisation, private_model):
    """A private repository is moved to an organisation; strangers learn of neither name"""
    target = fresh(organisation)
    alice.api.move_repo(from_id=private_model, to_id=target)
    assert alice.api.model_info(private_model).id == target
    for name in (private_model, target):
        with pytest.raises(RepositoryNotFoundError):
            bob.api.model_info(name)


@row("POST /api/repos/move")
def test_move_refused(alice, bob, fresh, model):
    """A move onto another repository, of another's, or of nothing is refused, and nothing moves"""
    taken = fresh()
    alice.api.create_repo(taken)
    with pytest.raises(HfHubHTTPError, match="already exists") as failure:
        alice.api.move_repo(from_id=model, to_id=taken)
    assert status_of(failure.value) == 409
    with pytest.raises(HfHubHTTPError) as failure:
        bob.api.move_repo(from_id=model, to_id=fresh("bob"))
    assert status_of(failure.value) == 403
    with pytest.raises(HfHubHTTPError) as failure:
        alice.api.move_repo(from_id=fresh(), to_id=fresh())
    assert status_of(failure.value) == 404
    assert alice.api.model_info(model).id == model


@row("POST /api/{T}/{id}/duplicate")
def test_duplicate(alice, bob, fresh, model):
    """A copy has the files and history of the original; a second of that name is a conflict"""
    if not hasattr(alice.api, "duplicate_repo"):
        pytest.skip("this client duplicates spaces only")
    alice.api.upload_file(path_or_fileobj=b"\0" * 2000, path_in_repo="big.safetensors", repo_id=model)
    target = fresh("bob")
    url = bob.api.duplicate_repo(model, to_id=target)
    assert url.repo_id == target
    assert bob.api.model_info(target).sha == alice.api.model_info(model).sha
    assert bob.api.list_repo_files(target) == alice.api.list_repo_files(model)
    with pytest.raises(HfHubHTTPError) as failure:
        bob.api.duplicate_repo(model, to_id=target)
    assert status_of(failure.value) == 409


@row("POST /api/{T}/{id}/duplicate")
def test_duplicate_space(alice, fresh):
    """duplicate_space, and duplicate_repo where it took its place"""
    source, target = fresh(), fresh()
    alice.api.create_repo(source, repo_type="space", space_sdk="static")
    if hasattr(alice.api, "duplicate_space"):
        url = alice.api.duplicate_space(source, to_id=target, private=True)
    else:
        url = alice.api.duplicate_repo(source, to_id=target, repo_type="space", visibility="private")
    assert url.repo_id == target
    info = alice.api.space_info(target)
    assert (info.sdk, info.private) == ("static", True)


@row("POST /api/{T}/{id}/super-squash/{branch}")
def test_super_squash(alice, bob, model):
    """Squashing leaves one commit with all files, for those who may write"""
    for index in range(3):
        alice.api.upload_file(path_or_fileobj=b"x", path_in_repo=f"{index}.txt", repo_id=model)
    files = alice.api.list_repo_files(model)
    alice.api.super_squash_history(model, commit_message="one for all")
    commits = alice.api.list_repo_commits(model)
    assert [commit.title for commit in commits] == ["one for all"]
    assert alice.api.list_repo_files(model) == files
    with pytest.raises(HfHubHTTPError) as failure:
        bob.api.super_squash_history(model)
    assert status_of(failure.value) == 403


@row("GET /api/{T}/{id}/lfs-files")
def test_lfs_files(alice, model):
    """List the LFS files of a repository, those of its past too"""
    if not hasattr(alice.api, "list_lfs_files"):
        pytest.skip("this client does not list them")
    for content in (b"\0" * 2000, b"\1" * 3000):
        alice.api.create_commit(
            model, commit_message="x", operations=[CommitOperationAdd(path_in_repo="w.safetensors", path_or_fileobj=content)]
        )
    found = {file.size: file for file in alice.api.list_lfs_files(model)}
    assert set(found) == {2000, 3000}
    assert (found[3000].filename, found[3000].ref) == ("w.safetensors", "refs/heads/main")
    assert len(found[2000].oid) == 64


@row("POST /api/{T}/{id}/lfs-files/batch")
def test_permanently_delete_lfs_files(alice, bob, model):
    """An LFS file is deleted for good: no commit has it any more, the other files and the history stay"""
    if not hasattr(alice.api, "permanently_delete_lfs_files"):
        pytest.skip("this client does not delete them")
    for path, content in (("a.txt", b"one"), ("w.safetensors", b"\0" * 2000), ("keep.safetensors", b"\1" * 3000)):
        alice.api.upload_file(path_or_fileobj=content, path_in_repo=path, repo_id=model, commit_message=path)
    doomed = [file for file in alice.api.list_lfs_files(model) if file.size == 2000]
    with pytest.raises(HfHubHTTPError) as failure:
        bob.api.permanently_delete_lfs_files(model, doomed)
    assert status_of(failure.value) == 403
    old = {commit.title: commit.commit_id for commit in alice.api.list_repo_commits(model)}
    alice.api.permanently_delete_lfs_files(model, doomed)
    new = {commit.title: commit.commit_id for commit in alice.api.list_repo_commits(model)}
    assert list(new) == list(old)
    assert new["a.txt"] == old["a.txt"] and new["keep.safetensors"] != old["keep.safetensors"]
    assert set(alice.api.list_repo_files(model)) == {".gitattributes", "a.txt", "keep.safetensors"}
    assert [file.size for file in alice.api.list_lfs_files(model)] == [3000]
    with pytest.raises(HfHubHTTPError) as failure:
        alice.api.list_repo_files(model, revision=old["keep.safetensors"])
    assert status_of(failure.value) == 404
    with pytest.raises(HfHubHTTPError, match="history") as failure:
        alice.api.permanently_delete_lfs_files(model, alice.api.list_lfs_files(model), rewrite_history=False)
    assert status_of(failure.value) == 422


@row("GET /api/settings/repositories")
def test_repositories_with_storage(alice, bob, organisation, fresh, private_model):
    """One's repositories with the storage each takes; those of an organisation for its members"""
    if not hasattr(alice.api, "list_user_repos"):
        pytest.skip("this client does not list them")
    alice.api.upload_file(path_or_fileobj=b"\2" * 5000, path_in_repo="w.safetensors", repo_id=private_model)
    mine = {repo.id: repo for repo in alice.api.list_user_repos()}
    assert mine[private_model].visibility == "private" and mine[private_model].storage > 5000
    assert 0 < mine[private_model].storage_percent <= 1
    owned = fresh(organisation)
    alice.api.create_repo(owned, repo_type="dataset")
    assert (owned, "dataset") in [(repo.id, repo.type) for repo in alice.api.list_user_repos(namespace=organisation)]
    with pytest.raises(HfHubHTTPError) as failure:
        list(bob.api.list_user_repos(namespace=organisation))
    assert status_of(failure.value) == 403
