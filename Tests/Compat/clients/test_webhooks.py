"""Webhooks: looked after by their owner, told of what happens, again until somebody listens."""

import hashlib
import hmac
import http.server
import json
import threading
import time
import types

import pytest
from huggingface_hub import CommitOperationAdd, WebhookPayload, WebhookWatchedItem
from huggingface_hub.errors import HfHubHTTPError

from support.shim import status_of

row = pytest.mark.row
WEBHOOKS = "GET|POST|DELETE /api/settings/webhooks…"
SECRET = "open-sesame"


def refused(call, *statuses):
    with pytest.raises(HfHubHTTPError) as failure:
        call()
    assert status_of(failure.value) in statuses, str(failure.value)


def parse(body):
    """As the library reads it where it can: it needs pydantic for that."""
    if hasattr(WebhookPayload, "model_validate_json"):
        return WebhookPayload.model_validate_json(body)
    return json.loads(body, object_hook=lambda members: types.SimpleNamespace(**members))


class Endpoint:
    """A server that keeps what it is sent, and answers what it is told to."""

    def __init__(self):
        self.received = []
        self.statuses = []
        endpoint = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.received.append((dict(self.headers), body))
                self.send_response(endpoint.statuses.pop(0) if endpoint.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def wait(self, count):
        deadline = time.monotonic() + 20
        while len(self.received) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(self.received) >= count, f"{len(self.received)} of {count} came: {self.events()}"
        return self.received[:count]

    def quiet(self, count):
        """No more than these have come, and none comes in a while."""
        time.sleep(1.5)
        assert len(self.received) == count, self.events()

    def payloads(self):
        return [json.loads(body) for _, body in self.received]

    def events(self):
        return [(payload["event"]["action"], payload["event"]["scope"]) for payload in self.payloads()]


@pytest.fixture
def endpoint():
    endpoint = Endpoint()
    yield endpoint
    endpoint.server.shutdown()


@pytest.fixture
def webhook(alice, endpoint, model):
    made = alice.api.create_webhook(url=endpoint.url, watched=[{"type": "model", "name": model}], secret=SECRET)
    yield made
    alice.api.delete_webhook(made.id)


@row(WEBHOOKS)
def test_webhook(alice, bob, raw):
    """A webhook is made, changed, switched off and on, listed and deleted by its owner only"""
    made = alice.api.create_webhook(
        url="https://hooks.example.org/a",
        watched=[{"type": "user", "name": "alice"}, WebhookWatchedItem(type="org", name="acme")],
        domains=["repo"],
        secret=SECRET,
    )
    assert made.url == "https://hooks.example.org/a" and made.domains == ["repo"] and not made.disabled
    assert [(item.type, item.name) for item in made.watched] == [("user", "alice"), ("org", "acme")]
    assert made.secret == SECRET
    assert alice.api.get_webhook(made.id) == made
    assert made.id in [webhook.id for webhook in alice.api.list_webhooks()]
    changed = alice.api.update_webhook(made.id, url="https://hooks.example.org/b", domains=["repo", "discussion"])
    assert changed.url.endswith("/b") and changed.domains == ["repo", "discussion"]
    assert changed.watched == made.watched and changed.secret == SECRET
    assert alice.api.disable_webhook(made.id).disabled
    assert not alice.api.enable_webhook(made.id).disabled

    assert bob.api.list_webhooks() == []
    for call in (bob.api.get_webhook, bob.api.disable_webhook, bob.api.delete_webhook):
        refused(lambda: call(made.id), 404)
    raw.with_token(bob.token).get(f"/api/settings/webhooks/{made.id}/deliveries").expect(404)
    raw.with_token(None).get("/api/settings/webhooks").expect(401)
    alice.api.delete_webhook(made.id)
    refused(lambda: alice.api.get_webhook(made.id), 404)


@row(WEBHOOKS)
@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/", "http://user:pass@example.org/", "http://0.0.0.0/", "none"]
)
def test_bad_webhook(alice, raw, url):
    """Addresses that lead nowhere, or to where a hub must not be sent, are refused"""
    refused(lambda: alice.api.create_webhook(url=url, watched=[{"type": "user", "name": "alice"}]), 400)
    watched = [{"type": "user", "name": "alice"}]
    raw.post("/api/settings/webhooks", json_body={"url": "https://example.org/", "watched": []}).expect(400)
    raw.post("/api/settings/webhooks", json_body={"url": "https://example.org/", "watched": watched, "domains": ["x"]}).expect(400)
    raw.post("/api/settings/webhooks", json_body={"jobSourceId": "x", "watched": watched}).expect(501)


@row(WEBHOOKS)
def test_deliveries(alice, bob, endpoint, webhook, model, fresh):
    """Commits, branches, discussions, settings, moves and deletions are told in the Hub's words"""
    old = alice.api.model_info(model).sha
    commit = alice.api.create_commit(model, [CommitOperationAdd("a.txt", b"a")], commit_message="a")
    endpoint.wait(1)
    headers, body = endpoint.received[0]
    assert headers["X-Webhook-Secret"] == SECRET and headers["Content-Type"] == "application/json"
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Vitrine-Signature"] == signature
    payload = parse(body)
    assert (payload.event.action, payload.event.scope) == ("update", "repo.content")
    assert (payload.repo.name, payload.repo.type, payload.repo.private) == (model, "model", False)
    assert payload.repo.head_sha == commit.oid and payload.webhook.id == webhook.id and payload.webhook.version == 3
    (ref,) = payload.updatedRefs
    assert (ref.ref, ref.oldSha, ref.newSha) == ("refs/heads/main", old, commit.oid)
    assert payload.repo.url.web.endswith("/" + model)

    alice.api.create_branch(model, branch="dev")
    pull = bob.api.create_commit(model, [CommitOperationAdd("b.txt", b"b")], commit_message="b", commit_description="Why", create_pr=True)
    bob.api.comment_discussion(model, pull.pr_num, "please")
    alice.api.merge_pull_request(model, pull.pr_num)
    alice.api.update_repo_settings(model, gated="auto")
    moved = fresh()
    alice.api.move_repo(model, moved)
    endpoint.wait(9)
    by_event = {}
    for payload in endpoint.payloads():
        by_event.setdefault((payload["event"]["action"], payload["event"]["scope"]), []).append(payload)
    assert {key: len(value) for key, value in by_event.items()} == {
        ("update", "repo.content"): 4, ("create", "discussion"): 1, ("create", "discussion.comment"): 1,
        ("update", "discussion"): 1, ("update", "repo.config"): 1, ("move", "repo"): 1,
    }
    refs = {ref["ref"]: ref for payload in by_event["update", "repo.content"] for ref in payload["updatedRefs"]}
    assert set(refs) == {"refs/heads/main", "refs/heads/dev", "refs/pr/1"} and refs["refs/pr/1"]["oldSha"] is None
    (opened,) = by_event["create", "discussion"]
    assert opened["discussion"]["isPullRequest"] and opened["discussion"]["status"] == "open"
    assert opened["discussion"]["changes"] == {"base": "refs/heads/main"} and opened["comment"]["content"] == "Why"
    (merged,) = by_event["update", "discussion"]
    assert merged["discussion"]["status"] == "merged" and merged["discussion"]["changes"]["mergeCommitId"]
    assert by_event["create", "discussion.comment"][0]["comment"]["content"] == "please"
    assert by_event["move", "repo"][0]["movedTo"]["name"] == moved


@row(WEBHOOKS)
def test_what_is_watched(alice, bob, raw, endpoint, fresh):
    """Everything of a user is watched, new and deleted repositories included; nothing private of others"""
    mine = alice.api.create_webhook(url=endpoint.url, watched=[{"type": "user", "name": "alice"}], domains=["repo"])
    theirs = bob.api.create_webhook(url=endpoint.url + "/bob", watched=[{"type": "user", "name": "alice"}])
    try:
        hidden, shown = fresh(), fresh()
        alice.api.create_repo(hidden, private=True)
        alice.api.create_discussion(hidden, "not watched")
        alice.api.delete_repo(hidden)
        endpoint.wait(2)
        endpoint.quiet(2)
        assert endpoint.events() == [("create", "repo"), ("delete", "repo")]
        assert all(payload["webhook"]["id"] == mine.id for payload in endpoint.payloads())
        alice.api.create_repo(shown)
        endpoint.wait(4)
        assert {payload["webhook"]["id"] for payload in endpoint.payloads()} == {mine.id, theirs.id}
        alice.api.disable_webhook(mine.id)
        bob.api.disable_webhook(theirs.id)
        alice.api.delete_repo(shown)
        endpoint.quiet(4)
    finally:
        alice.api.delete_webhook(mine.id)
        bob.api.delete_webhook(theirs.id)


@row("GET|POST /api/settings/webhooks/{id}/deliveries… (ours)")
def test_retries(alice, raw, endpoint, webhook, model):
    """What nobody takes is sent again until the hub gives up and says so; it can be replayed"""
    endpoint.statuses = [500, 500, 500]
    alice.api.create_commit(model, [CommitOperationAdd("a.txt", b"a")], commit_message="a")
    endpoint.wait(3)
    endpoint.quiet(3)
    log = f"/api/settings/webhooks/{webhook.id}/deliveries"
    (delivery,) = raw.get(log).expect(200).json()
    assert delivery["status"] == "failed" and delivery["attempts"] == 3 and delivery["responseStatus"] == 500
    assert "500" in delivery["error"]
    details = raw.get(f"{log}/{delivery['id']}").expect(200).json()
    assert details["payload"]["repo"]["name"] == model

    again = raw.post(f"{log}/{delivery['id']}/replay").expect(200).json()
    endpoint.wait(4)
    assert endpoint.received[3][1] == endpoint.received[0][1]
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        newest = raw.get(log).json()[0]
        if newest["status"] == "delivered":
            break
        time.sleep(0.1)
    assert newest["id"] == again["id"] and newest["status"] == "delivered"
    raw.get(f"{log}/{'0' * 24}").expect(404)

    endpoint.statuses = [503]
    alice.api.create_commit(model, [CommitOperationAdd("b.txt", b"b")], commit_message="b")
    endpoint.wait(6)
    assert endpoint.received[4][1] == endpoint.received[5][1]


@row("GET|POST /api/settings/webhooks/{id}/deliveries… (ours)")
def test_refused_target(alice, raw, model):
    """A name that leads to a refused address is not connected to; the log says why"""
    made = alice.api.create_webhook(url="http://127.0.0.1.nip.invalid/", watched=[{"type": "model", "name": model}])
    try:
        alice.api.create_commit(model, [CommitOperationAdd("a.txt", b"a")], commit_message="a")
        deadline = time.monotonic() + 15
        delivery = {}
        while time.monotonic() < deadline and not delivery.get("attempts"):
            (delivery,) = raw.get(f"/api/settings/webhooks/{made.id}/deliveries").json()
            time.sleep(0.2)
        assert delivery["attempts"] >= 1 and delivery["error"]
    finally:
        alice.api.delete_webhook(made.id)
