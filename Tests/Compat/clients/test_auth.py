"""Tokens: roles, scopes, end of life."""

import time

import pytest
from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

from support.people import ALICE, ORGANISATION, token_of
from support.shim import http_errors, status_of

row = pytest.mark.row
TOKENS = "authorization: Bearer"


@pytest.fixture
def token_api(hub, fresh):
    """Makes a token of alice's and gives the client that uses it."""

    def make(*arguments: str) -> HfApi:
        value = token_of(fresh().split("/")[1].replace("-", ""))
        hub.admin("token", "create", ALICE.name, "--token", value, "--name", value[:20], *arguments)
        return HfApi(endpoint=hub.url, token=value)

    return make


def refused(call, *statuses):
    with pytest.raises(HfHubHTTPError) as failure:
        call()
    assert status_of(failure.value) in statuses, str(failure.value)


@row(TOKENS)
def test_read_token(token_api, alice, model, private_model, fresh):
    """A read token reads what its owner may and writes nothing"""
    api = token_api("--role", "read")
    assert api.model_info(private_model).private
    assert api.whoami()["auth"]["accessToken"]["role"] == "read"
    refused(lambda: api.create_repo(fresh()), 403)
    refused(lambda: api.upload_file(path_or_fileobj=b"x", path_in_repo="a.txt", repo_id=model), 403)
    refused(lambda: api.create_branch(model, branch="b"), 403)
    refused(lambda: api.delete_repo(model), 403)
    refused(lambda: api.update_repo_settings(model, private=True), 403)
    assert alice.api.list_repo_files(model) == [".gitattributes"]


@row(TOKENS)
def test_fine_grained_token(token_api, alice, model, private_model, fresh):
    """A fine-grained token reaches the repositories it names"""
    api = token_api("--role", "fineGrained", "--scope", f"model:{private_model}:write")
    api.upload_file(path_or_fileobj=b"x", path_in_repo="a.txt", repo_id=private_model)
    assert "a.txt" in api.list_repo_files(private_model)
    other = fresh()
    alice.api.create_repo(other, private=True)
    with pytest.raises(RepositoryNotFoundError):
        api.model_info(other)
    assert api.model_info(model).id == model
    refused(lambda: api.upload_file(path_or_fileobj=b"x", path_in_repo="a.txt", repo_id=model), 403)
    assert api.whoami()["auth"]["accessToken"]["role"] == "fineGrained"


@row(TOKENS)
def test_fine_grained_read(token_api, alice, private_model):
    """A fine-grained token that reads does not write"""
    api = token_api("--role", "fineGrained", "--scope", f"model:{private_model}:read")
    assert api.model_info(private_model).private
    refused(lambda: api.upload_file(path_or_fileobj=b"x", path_in_repo="a.txt", repo_id=private_model), 403)


@row(TOKENS)
def test_expired_token(token_api, model):
    """An expired token is refused with the client's own words for it"""
    api = token_api("--expires-in", "1")
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            api.model_info(model)
        except HfHubHTTPError as error:
            assert status_of(error) == 401 and not isinstance(error, RepositoryNotFoundError)
            return
        time.sleep(0.2)
    raise AssertionError("the token of one second still works after fifteen")


@row(TOKENS)
def test_revoked_token(token_api, hub, private_model, model):
    """A revoked token stops working at once"""
    api = token_api("--role", "write")
    assert api.model_info(private_model).private
    hub.admin("token", "revoke", ALICE.name, "--name", api.token[:20])
    for call in (lambda: api.model_info(private_model), lambda: api.model_info(model), api.whoami):
        with pytest.raises(http_errors()) as failure:
            call()
        assert not isinstance(failure.value, RepositoryNotFoundError)


@row("GET /api/{T}/{id}")
def test_stranger_sees_nothing(bob, private_model):
    """A stranger and nobody are told the same of private and of missing repositories"""
    nobody = HfApi(endpoint=bob.api.endpoint, token=False)
    for api in (bob.api, nobody):
        with pytest.raises(RepositoryNotFoundError) as private:
            api.model_info(private_model)
        with pytest.raises(RepositoryNotFoundError) as missing:
            api.model_info(private_model + "x")
        assert status_of(private.value) == status_of(missing.value)
        assert private.value.server_message == missing.value.server_message
    assert private_model not in {m.id for m in bob.api.list_models(author="alice")}


@row("GET /api/{T}/{id}")
def test_organisation_members(alice, bob, fresh, hub, tmp_path):
    """Members read an organisation's private repositories, strangers do not"""
    repo_id = fresh(ORGANISATION)
    alice.api.create_repo(repo_id, private=True)
    alice.api.upload_file(path_or_fileobj=b"x", path_in_repo="a.txt", repo_id=repo_id)
    assert open(hf_hub_download(repo_id, "a.txt", token=alice.token, cache_dir=tmp_path)).read() == "x"
    with pytest.raises(RepositoryNotFoundError):
        bob.api.model_info(repo_id)


@row("POST /api/repos/create")
def test_namespaces_of_others(bob, fresh):
    """One cannot create under another's name"""
    refused(lambda: bob.api.create_repo(fresh("alice")), 403)
