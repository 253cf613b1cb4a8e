"""Each failure arrives as the exception class that client code catches."""

import pytest
from huggingface_hub import HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from support.shim import http_errors, status_of

row = pytest.mark.row
RESOLVE = "HEAD /{P}{id}/resolve/{rev}/{path}"


@row(RESOLVE, "GET /api/{T}/{id}")
def test_repository_not_found(alice, fresh):
    """RepositoryNotFoundError"""
    repo_id = fresh()
    for call in (
        lambda: hf_hub_download(repo_id, "a.txt"),
        lambda: snapshot_download(repo_id),
        lambda: alice.api.model_info(repo_id),
        lambda: alice.api.list_repo_files(repo_id),
        lambda: alice.api.list_repo_refs(repo_id),
        lambda: alice.api.dataset_info(repo_id),
        lambda: HfApi(endpoint=alice.api.endpoint, token=False).model_info(repo_id),
        lambda: alice.api.upload_file(path_or_fileobj=b"", path_in_repo="a", repo_id=repo_id),
        lambda: alice.api.delete_repo(repo_id),
    ):
        with pytest.raises(RepositoryNotFoundError):
            call()


@row(RESOLVE, "GET /api/{T}/{id}/revision/{rev}")
def test_revision_not_found(alice, model):
    """RevisionNotFoundError"""
    for call in (
        lambda: hf_hub_download(model, ".gitattributes", revision="nope"),
        lambda: hf_hub_download(model, ".gitattributes", revision="0" * 40),
        lambda: hf_hub_download(model, ".gitattributes", revision="refs/pr/7"),
        lambda: alice.api.model_info(model, revision="nope"),
        lambda: alice.api.get_paths_info(model, ["a"], revision="nope"),
        lambda: alice.api.list_repo_commits(model, revision="nope"),
    ):
        with pytest.raises(RevisionNotFoundError):
            call()


@row(RESOLVE)
def test_entry_not_found(alice, model):
    """EntryNotFoundError"""
    alice.api.upload_file(path_or_fileobj=b"x", path_in_repo="d/a.txt", repo_id=model)
    for path in ("nope.txt", "d", "d/nope.txt", "d/a.txt/b"):
        with pytest.raises(EntryNotFoundError):
            hf_hub_download(model, path)


@row(RESOLVE, "PUT /api/{T}/{id}/settings")
def test_gated(alice, bob, model, tmp_path):
    """GatedRepoError for files of a gated repository, whose info stays open"""
    alice.api.upload_file(path_or_fileobj=b"x", path_in_repo="a.txt", repo_id=model)
    alice.api.update_repo_settings(model, gated="manual")
    assert bob.api.model_info(model).gated == "manual"
    for token in (bob.token, False):
        with pytest.raises(GatedRepoError):
            hf_hub_download(model, "a.txt", token=token, cache_dir=tmp_path)
    assert open(hf_hub_download(model, "a.txt", token=alice.token, cache_dir=tmp_path)).read() == "x"
    alice.api.update_repo_settings(model, gated=False)
    hf_hub_download(model, "a.txt", token=bob.token, cache_dir=tmp_path / "bob")


@row("GET /api/whoami-v2")
def test_bad_token(alice, model):
    """A wrong token is said to be wrong, also for public things"""
    stranger = HfApi(endpoint=alice.api.endpoint, token="hf_" + "w" * 34)
    for call in (stranger.whoami, lambda: stranger.model_info(model), lambda: stranger.create_repo("alice/x")):
        with pytest.raises(http_errors()) as failure:
            call()
        error = failure.value
        while getattr(error, "response", None) is None and error.__cause__ is not None:
            error = error.__cause__
        assert status_of(error) == 401
        assert not isinstance(error, RepositoryNotFoundError)


@row("GET /api/{T}/{id}")
def test_request_id_in_message(alice, fresh):
    """The request id is in the message"""
    with pytest.raises(RepositoryNotFoundError) as failure:
        alice.api.model_info(fresh())
    request_id = failure.value.response.headers["X-Request-Id"]
    assert request_id and request_id in str(failure.value)
    assert failure.value.server_message == "Repository not found"


@row("POST /api/{T}/{id}/commit/{rev}")
def test_bad_path(alice, model):
    """A path no repository can hold is refused by client or hub"""
    from huggingface_hub import CommitOperationAdd

    operation = CommitOperationAdd(path_in_repo="fine.txt", path_or_fileobj=b"x")
    operation.path_in_repo = "../outside.txt"
    with pytest.raises(HfHubHTTPError) as failure:
        alice.api.create_commit(model, [operation], commit_message="x")
    assert status_of(failure.value) in (400, 422)
