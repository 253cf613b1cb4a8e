"""Gated repositories: asking, deciding, and what clients are told meanwhile."""

import pytest
from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

from support.shim import status_of

row = pytest.mark.row
LIST = "GET /api/{T}/{id}/user-access-request/{pending|accepted|rejected}"
HANDLE = "POST …/user-access-request/handle"
GRANT = "POST …/user-access-request/grant"
ASK = "POST /{P}{id}/ask-access"


@pytest.fixture
def gated(alice, model):
    """A repository of alice's with one file, gated by hand."""
    alice.api.upload_file(path_or_fileobj=b"secret", path_in_repo="a.txt", repo_id=model)
    alice.api.update_repo_settings(model, gated="manual")
    return model


def refused(call, *statuses):
    with pytest.raises(HfHubHTTPError) as failure:
        call()
    assert status_of(failure.value) in statuses, str(failure.value)
    return failure.value


def names(requests):
    return [request.username for request in requests]


@row(LIST, HANDLE, ASK)
def test_access_requests(alice, bob, raw, gated, tmp_path):
    """A request to read a gated repository waits, is accepted, taken back, and rejected"""

    def download(step: str) -> str:
        return open(hf_hub_download(gated, "a.txt", token=bob.token, cache_dir=tmp_path / step)).read()

    with pytest.raises(GatedRepoError) as failure:
        download("stranger")
    assert "you are not in the authorized list" in str(failure.value)
    raw.with_token(bob.token).post(f"/{gated}/ask-access", body=b"", headers={"Content-Type": "application/x-www-form-urlencoded"}).expect(200)
    (request,) = alice.api.list_pending_access_requests(gated)
    assert request.username == "bob" and request.fullname == "bob" and request.status == "pending"
    assert request.timestamp.year > 2000
    with pytest.raises(GatedRepoError) as failure:
        download("pending")
    assert "awaiting a review" in str(failure.value)

    alice.api.accept_access_request(gated, "bob")
    assert names(alice.api.list_accepted_access_requests(gated)) == ["bob"]
    assert list(alice.api.list_pending_access_requests(gated)) == []
    assert download("accepted") == "secret"
    bob.api.auth_check(gated)
    refused(lambda: alice.api.accept_access_request(gated, "bob"), 404)

    alice.api.cancel_access_request(gated, "bob")
    assert names(alice.api.list_pending_access_requests(gated)) == ["bob"]
    with pytest.raises(GatedRepoError):
        download("cancelled")

    alice.api.reject_access_request(gated, "bob", rejection_reason="not for you")
    assert names(alice.api.list_rejected_access_requests(gated)) == ["bob"]
    with pytest.raises(GatedRepoError) as failure:
        download("rejected")
    assert "has been rejected" in str(failure.value)
    raw.with_token(bob.token).post(f"/{gated}/ask-access").expect(403)
    raw.get(f"/api/models/{gated}/user-access-request/rejected").expect(200)


@row(GRANT)
def test_grant_access(alice, bob, gated, dataset, tmp_path):
    """Access is granted unasked, for datasets too"""
    alice.api.grant_access(gated, "bob")
    assert open(hf_hub_download(gated, "a.txt", token=bob.token, cache_dir=tmp_path)).read() == "secret"
    (request,) = alice.api.list_accepted_access_requests(gated)
    assert (request.username, request.email) == ("bob", None)
    refused(lambda: alice.api.grant_access(gated, "bob"), 400)
    refused(lambda: alice.api.grant_access(gated, "alice"), 400)
    refused(lambda: alice.api.grant_access(gated, "no-such-user"), 404)

    alice.api.upload_file(path_or_fileobj=b"rows", path_in_repo="a.csv", repo_id=dataset, repo_type="dataset")
    refused(lambda: alice.api.grant_access(dataset, "bob", repo_type="dataset"), 400)
    alice.api.update_repo_settings(dataset, gated="manual", repo_type="dataset")
    alice.api.grant_access(dataset, "bob", repo_type="dataset")
    assert open(hf_hub_download(dataset, "a.csv", repo_type="dataset", token=bob.token, cache_dir=tmp_path)).read() == "rows"


@row(HANDLE, LIST)
def test_only_writers_decide(alice, bob, gated, model):
    """Strangers neither see nor decide access requests; who does not exist is 404, what is not gated 400"""
    nobody = HfApi(endpoint=alice.api.endpoint, token=False)
    for call in (
        lambda: list(bob.api.list_pending_access_requests(gated)),
        lambda: bob.api.accept_access_request(gated, "bob"),
        lambda: bob.api.grant_access(gated, "bob"),
    ):
        refused(call, 403)
    refused(lambda: list(nobody.list_pending_access_requests(gated)), 401)
    refused(lambda: alice.api.accept_access_request(gated, "bob"), 404)
    refused(lambda: alice.api.accept_access_request(gated, "no-such-user"), 404)
    alice.api.update_repo_settings(gated, gated=False)
    refused(lambda: list(alice.api.list_pending_access_requests(gated)), 400)
    refused(lambda: alice.api.grant_access(gated, "bob"), 400)


@row(ASK, LIST)
def test_form_of_the_card(alice, bob, raw, gated):
    """The fields a card asks for must be filled in and arrive with the request"""
    card = b"---\nextra_gated_fields:\n  Company: text\n  Country: country\n  I agree: checkbox\n---\n"
    alice.api.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=gated)
    bobs = raw.with_token(bob.token)
    assert "Company" in bobs.post(f"/{gated}/ask-access", json_body={}).expect(400).json()["error"]
    form = b"Company=A%26B+Ltd&Country=CH&I+agree=on"
    bobs.post(f"/{gated}/ask-access", body=form, headers={"Content-Type": "application/x-www-form-urlencoded"}).expect(200)
    (request,) = alice.api.list_pending_access_requests(gated)
    assert request.fields == {"Company": "A&B Ltd", "Country": "CH", "I agree": True}
    browser = {"Accept": "text/html,application/xhtml+xml", "Content-Type": "application/x-www-form-urlencoded"}
    answer = bobs.post(f"/{gated}/ask-access", body=form, headers=browser).expect(303)
    assert answer.header("Location") == f"/{gated}"


@row(ASK, "PUT /api/{T}/{id}/settings")
def test_automatic_gate(alice, bob, raw, gated, tmp_path):
    """An automatic gate opens to whoever asks, and never to who is not logged in"""
    alice.api.update_repo_settings(gated, gated="auto")
    with pytest.raises(GatedRepoError):
        hf_hub_download(gated, "a.txt", token=bob.token, cache_dir=tmp_path / "before")
    answer = raw.with_token(bob.token).post(f"/{gated}/ask-access").expect(200)
    assert answer.json()["status"] == "accepted"
    assert open(hf_hub_download(gated, "a.txt", token=bob.token, cache_dir=tmp_path)).read() == "secret"
    raw.with_token(None).post(f"/{gated}/ask-access").expect(401)
    with pytest.raises(GatedRepoError):
        hf_hub_download(gated, "a.txt", token=False, cache_dir=tmp_path / "nobody")


@row(ASK, HANDLE)
def test_private_gated(alice, bob, raw, gated):
    """A private gated repository stays absent to strangers, whatever was granted before"""
    alice.api.grant_access(gated, "bob")
    alice.api.update_repo_settings(gated, private=True)
    with pytest.raises(RepositoryNotFoundError):
        bob.api.model_info(gated)
    raw.with_token(bob.token).post(f"/{gated}/ask-access").expect(404)
    with pytest.raises(RepositoryNotFoundError):
        bob.api.accept_access_request(gated, "bob")


@pytest.mark.since(2, 0)
@row(HANDLE, LIST)
def test_by_request_id(alice, bob, raw, gated):
    """A request is decided by its id where the client has one"""
    raw.with_token(bob.token).post(f"/{gated}/ask-access").expect(200)
    (request,) = alice.api.list_pending_access_requests(gated)
    alice.api.accept_access_request(gated, request_id=request.request_id)
    assert names(alice.api.list_accepted_access_requests(gated)) == ["bob"]


@row(LIST)
def test_pages_of_requests(alice, raw, hub, gated):
    """Long lists of requests come in pages"""
    for number in range(3):
        hub.admin("user", "create", f"asker-{number}", "--token", f"hf_asker_{number}_of_{gated.replace('/', '_')}")
        raw.with_token(f"hf_asker_{number}_of_{gated.replace('/', '_')}").post(f"/{gated}/ask-access").expect(200)
    seen, target = [], f"/api/models/{gated}/user-access-request/pending?limit=2"
    while target:
        answer = raw.get(target).expect(200)
        seen += [entry["user"]["user"] for entry in answer.json()]
        link = answer.header("Link")
        target = link[link.index("<") + 1 : link.index(">")] if link else None
    assert sorted(seen) == ["asker-0", "asker-1", "asker-2"]
