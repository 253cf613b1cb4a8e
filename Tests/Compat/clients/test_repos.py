"""Repositories: their life from creation to deletion."""

import pytest
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

from support.shim import set_private, status_of

row = pytest.mark.row


@row("POST /api/repos/create", "GET /api/{T}/{id}")
@pytest.mark.parametrize("kind", ["model", "dataset"])
def test_create(alice, fresh, kind):
    """Create a model and a dataset"""
    repo_id = fresh()
    url = alice.api.create_repo(repo_id, repo_type=kind)
    assert url.repo_id == repo_id
    assert url.repo_type == kind
    assert str(url).startswith(alice.api.endpoint)
    info = alice.api.repo_info(repo_id, repo_type=kind)
    assert info.id == repo_id
    assert len(info.sha) == 40
    assert info.private is False
    assert info.author == "alice"
    assert info.created_at is not None and info.last_modified is not None
    assert [sibling.rfilename for sibling in info.siblings] == [".gitattributes"]


@row("POST /api/repos/create")
def test_create_space(alice, fresh):
    """Create a space"""
    repo_id = fresh()
    alice.api.create_repo(repo_id, repo_type="space", space_sdk="static")
    info = alice.api.space_info(repo_id)
    assert (info.id, info.sdk) == (repo_id, "static")


@row("POST /api/repos/create")
def test_create_without_namespace(alice, fresh):
    """Create under one's own name when none is given"""
    name = fresh().split("/")[1]
    assert alice.api.create_repo(name).repo_id == f"alice/{name}"


@row("POST /api/repos/create")
def test_create_in_organisation(alice, bob, fresh, organisation):
    """Create in an organisation one belongs to, and not in one of others"""
    repo_id = fresh(organisation)
    assert alice.api.create_repo(repo_id).repo_id == repo_id
    with pytest.raises(HfHubHTTPError) as failure:
        bob.api.create_repo(fresh(organisation))
    assert status_of(failure.value) == 403


@row("POST /api/repos/create")
def test_create_twice(alice, model):
    """Creating again is a conflict, or nothing with exist_ok"""
    with pytest.raises(HfHubHTTPError) as failure:
        alice.api.create_repo(model)
    assert status_of(failure.value) == 409
    assert alice.api.create_repo(model, exist_ok=True).repo_id == model


@row("POST /api/repos/create")
def test_create_case_clash(alice, model):
    """Names that differ only in case are the same repository"""
    owner, name = model.split("/")
    with pytest.raises(HfHubHTTPError) as failure:
        alice.api.create_repo(f"{owner}/{name.upper()}")
    assert status_of(failure.value) == 409
    assert alice.api.model_info(f"{owner.upper()}/{name.upper()}").id == model


@row("POST /api/repos/create", "GET /api/{T}/{id}")
def test_same_name_for_each_kind(alice, fresh):
    """A model and a dataset may share a name"""
    repo_id = fresh()
    alice.api.create_repo(repo_id)
    alice.api.upload_file(path_or_fileobj=b"model", path_in_repo="a.txt", repo_id=repo_id)
    alice.api.create_repo(repo_id, repo_type="dataset")
    assert "a.txt" not in alice.api.list_repo_files(repo_id, repo_type="dataset")
    assert "a.txt" in alice.api.list_repo_files(repo_id)


@row("DELETE /api/repos/delete")
def test_delete(alice, bob, model):
    """Delete a repository; only its owner can; missing_ok"""
    with pytest.raises(HfHubHTTPError) as failure:
        bob.api.delete_repo(model)
    assert status_of(failure.value) == 403
    alice.api.delete_repo(model)
    assert not alice.api.repo_exists(model)
    with pytest.raises(RepositoryNotFoundError):
        alice.api.delete_repo(model)
    alice.api.delete_repo(model, missing_ok=True)
    alice.api.create_repo(model)
    assert alice.api.repo_exists(model)


@row("PUT /api/{T}/{id}/settings")
def test_visibility(alice, bob, model):
    """Make a repository private and public again"""
    set_private(alice.api, model, True)
    assert alice.api.model_info(model).private is True
    with pytest.raises(RepositoryNotFoundError):
        bob.api.model_info(model)
    set_private(alice.api, model, False)
    assert bob.api.model_info(model).private is False
    with pytest.raises(HfHubHTTPError) as failure:
        set_private(bob.api, model, True)
    assert status_of(failure.value) == 403


@row("GET /api/{T}/{id}/auth-check")
def test_auth_check(alice, bob, model, private_model):
    """Ask whether one may read"""
    bob.api.auth_check(model)
    alice.api.auth_check(private_model)
    with pytest.raises(RepositoryNotFoundError):
        bob.api.auth_check(private_model)


@row("GET /api/{T}/{id}")
def test_exists(alice, model, private_model, bob):
    """repo_exists, revision_exists and file_exists"""
    alice.api.upload_file(path_or_fileobj=b"x", path_in_repo="dir/a.txt", repo_id=model)
    assert alice.api.repo_exists(model) and not alice.api.repo_exists(model + "-not")
    assert alice.api.repo_exists(private_model) and not bob.api.repo_exists(private_model)
    assert alice.api.revision_exists(model, "main") and not alice.api.revision_exists(model, "nope")
    assert alice.api.file_exists(model, "dir/a.txt") and not alice.api.file_exists(model, "dir/b.txt")


@row("GET /api/{T}/{id}")
def test_info_with_blobs(alice, model):
    """Repository info with the size and digest of each file"""
    alice.api.upload_file(path_or_fileobj=b"text", path_in_repo="a.txt", repo_id=model)
    alice.api.upload_file(path_or_fileobj=b"\0" * 5000, path_in_repo="b.bin", repo_id=model)
    siblings = {s.rfilename: s for s in alice.api.model_info(model, files_metadata=True).siblings}
    assert siblings["a.txt"].size == 4 and siblings["a.txt"].lfs is None
    assert len(siblings["a.txt"].blob_id) == 40
    assert siblings["b.bin"].size == 5000
    assert siblings["b.bin"].lfs["size"] == 5000
    assert len(siblings["b.bin"].lfs["sha256"]) == 64


@row("GET /api/{T}/{id}/revision/{rev}")
def test_info_at_revision(alice, model):
    """Repository info at a branch, a commit and a short commit"""
    first = alice.api.model_info(model).sha
    second = alice.api.upload_file(path_or_fileobj=b"x", path_in_repo="a.txt", repo_id=model).oid
    assert alice.api.model_info(model, revision="main").sha == second
    assert alice.api.model_info(model, revision=first).sha == first
    assert alice.api.model_info(model, revision=first[:7]).sha == first
    assert [s.rfilename for s in alice.api.model_info(model, revision=first).siblings] == [".gitattributes"]


@row("GET /api/whoami-v2")
def test_whoami(alice, organisation):
    """whoami"""
    me = alice.api.whoami()
    assert (me["name"], me["type"]) == ("alice", "user")
    # Other tests make organisations of their own.
    assert organisation in [entry["name"] for entry in me["orgs"]]
    assert me["auth"]["accessToken"]["role"] == "write"
