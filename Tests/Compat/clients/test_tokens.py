"""Access tokens made and revoked over the network."""

import pytest
from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

from support.shim import http_errors, status_of

row = pytest.mark.row
TOKENS = "GET|POST|DELETE /api/settings/tokens"


@pytest.fixture
def make(raw, hub):
    """Makes a token of alice's over the network: its client and what the hub said of it."""

    def token(role: str, **more) -> tuple[HfApi, dict]:
        answer = raw.post("/api/settings/tokens", json_body={"displayName": f"made for {role}", "role": role, **more}).expect(201)
        assert answer.header("Cache-Control") == "no-store"
        made = answer.json()
        return HfApi(endpoint=hub.url, token=made["token"]), made

    return token


def refused(call, status):
    with pytest.raises(http_errors()) as failure:
        call()
    assert status_of(failure.value) == status, str(failure.value)


@row(TOKENS, "GET /api/whoami-v2")
def test_tokens(make, raw, private_model, fresh):
    """A token is made, listed, used and revoked; its secret is shown once"""
    api, made = make("read")
    said = api.whoami()["auth"]["accessToken"]
    assert (said["displayName"], said["role"]) == ("made for read", "read")
    assert api.model_info(private_model).private
    refused(lambda: api.create_repo(fresh()), 403)
    listed = raw.get("/api/settings/tokens").expect(200)
    assert made["token"] not in listed.text
    (entry,) = [entry for entry in listed.json() if entry["id"] == made["id"]]
    assert not entry["isCurrent"] and not entry["isExpired"]
    raw.with_token(made["token"]).get("/api/settings/tokens").expect(403)
    raw.delete(f"/api/settings/tokens/{made['id']}").expect(200)
    raw.delete(f"/api/settings/tokens/{made['id']}").expect(404)
    with pytest.raises(http_errors()) as failure:
        api.model_info(private_model)
    assert not isinstance(failure.value, RepositoryNotFoundError)


@row(TOKENS)
def test_fine_grained(make, alice, bob, raw, model, private_model):
    """A fine-grained token reaches what its scopes name"""
    scope = {"entity": {"type": "model", "name": private_model}, "permissions": ["repo.write"]}
    api, _ = make("fineGrained", fineGrained={"scoped": [scope]})
    api.upload_file(path_or_fileobj=b"x", path_in_repo="a.txt", repo_id=private_model)
    refused(lambda: api.upload_file(path_or_fileobj=b"x", path_in_repo="a.txt", repo_id=model), 403)
    assert api.whoami()["auth"]["accessToken"]["fineGrained"]["scoped"][0]["entity"]["name"] == private_model
    strange = {"entity": {"type": "model", "name": private_model}, "permissions": ["repo.content.read"]}
    body = {"displayName": "x", "role": "fineGrained", "fineGrained": {"scoped": [strange]}}
    raw.with_token(bob.token).post("/api/settings/tokens", json_body=body).expect(404)
    body["fineGrained"]["scoped"][0]["permissions"] = ["everything"]
    raw.post("/api/settings/tokens", json_body=body).expect(400)
    raw.post("/api/settings/tokens", json_body={"displayName": "x", "role": "owner"}).expect(400)
    raw.with_token(None).post("/api/settings/tokens", json_body={"displayName": "x", "role": "read"}).expect(401)


@row(TOKENS)
def test_gated_token(make, alice, bob, hub, raw, fresh, tmp_path):
    """A token for gated repositories downloads those that were opened to its owner"""
    bobs = fresh("bob")
    bob.api.create_repo(bobs)
    bob.api.upload_file(path_or_fileobj=b"gated", path_in_repo="a.txt", repo_id=bobs)
    bob.api.update_repo_settings(bobs, gated="manual")
    bob.api.grant_access(bobs, "alice")
    narrow, _ = make("fineGrained")
    with pytest.raises(HfHubHTTPError):
        hf_hub_download(bobs, "a.txt", token=narrow.token, cache_dir=tmp_path / "narrow")
    reading, _ = make("fineGrained", fineGrained={"canReadGatedRepos": True, "scoped": []})
    assert open(hf_hub_download(bobs, "a.txt", token=reading.token, cache_dir=tmp_path)).read() == "gated"


@row(TOKENS)
def test_lifetimes(make, raw):
    """No token outlives the one that made it, and any token can end itself"""
    api, made = make("write", expiresIn=3600)
    brief = raw.with_token(made["token"])
    brief.post("/api/settings/tokens", json_body={"displayName": "x", "role": "read", "expiresIn": 7200}).expect(403)
    child = brief.post("/api/settings/tokens", json_body={"displayName": "x", "role": "read"}).expect(201).json()
    assert child["expiresAt"] == made["expiresAt"]
    raw.with_token(child["token"]).delete("/api/settings/tokens/current").expect(200)
    raw.with_token(child["token"]).get("/api/whoami-v2").expect(401)
    assert api.whoami()["name"] == "alice"
    raw.post("/api/settings/tokens", json_body={"displayName": "x", "role": "read", "expiresIn": -5}).expect(400)
