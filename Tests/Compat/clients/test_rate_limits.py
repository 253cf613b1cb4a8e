"""Rate limits: what clients make of a refusal."""

import time

import pytest
from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import HfHubHTTPError

from support.people import ALICE, BOB
from support.raw import Raw
from support.server import Server
from support.shim import status_of

row = pytest.mark.row
HEADERS = "RateLimit, RateLimit-Policy, Retry-After"


@pytest.fixture
def limited(request, hub, tmp_path):
    """Starts a hub of the test's own with the quotas that it gives."""
    started = []

    def start(**settings: str) -> Server:
        settings = {f"VITRINE_RATE_LIMIT_{key.upper()}": value for key, value in settings.items()}
        server = Server(hub.hubd, hub.hubctl, tmp_path / f"limited{len(started)}", settings=settings)
        for person in (ALICE, BOB):
            server.admin("user", "create", person.name, "--token", person.token)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        assert server.stop() == 0


@row(HEADERS)
def test_headers(limited):
    """Each answer tells what is left; a refusal is 429 with the seconds to wait"""
    server = limited(api="4/2", window="60")
    raw = Raw(server.url, ALICE.token)
    for left in (3, 2, 1, 0):
        answer = raw.get("/api/whoami-v2").expect(200)
        assert answer.header("RateLimit").startswith(f'"api";r={left};t=')
        assert answer.header("RateLimit-Policy") == '"token bucket";"api";q=4;w=60'
    refused = raw.get("/api/whoami-v2").expect(429)
    assert refused.header("RateLimit").startswith('"api";r=0;t=')
    assert 1 <= int(refused.header("Retry-After")) <= 15
    assert refused.header("X-Error-Code") == "RateLimited" and "Too many requests" in refused.json()["error"]
    # Others, and those without a token, have quotas of their own.
    raw.with_token(BOB.token).get("/api/whoami-v2").expect(200)
    nobody = raw.with_token(None)
    assert [nobody.get("/api/models").status for _ in range(3)] == [200, 200, 429]
    assert raw.get("/healthz").expect(200).header("RateLimit") is None


@row(HEADERS)
def test_switched_off(limited):
    """Without limits nothing is counted"""
    server = limited(api="0/0")
    answer = Raw(server.url, ALICE.token).get("/api/whoami-v2").expect(200)
    assert answer.header("RateLimit") is None


@pytest.mark.since(1, 2)
@row(HEADERS)
def test_client_reads_headers(limited):
    """parse_ratelimit_headers understands the headers, and the error says how long to wait"""
    from huggingface_hub.utils import get_session
    from huggingface_hub.utils._http import parse_ratelimit_headers

    server = limited(api="3", window="90")
    api = HfApi(endpoint=server.url, token=ALICE.token)
    answer = get_session().get(f"{server.url}/api/models", headers={"authorization": f"Bearer {ALICE.token}"})
    info = parse_ratelimit_headers(answer.headers)
    assert (info.resource_type, info.remaining, info.limit, info.window_seconds) == ("api", 2, 3, 90)
    with pytest.raises(HfHubHTTPError) as failure:
        for number in range(4):
            api.repo_exists(f"alice/none-{number}")
    assert status_of(failure.value) == 429
    text = str(failure.value)
    assert "you have reached your 'api' rate limit" in text and "(0/3 requests remaining in current 90s window)" in text


@pytest.mark.since(2, 0)
@row(HEADERS)
def test_lists_wait(limited):
    """Lists that meet the limit wait and are complete"""
    server = limited(api="30/2", window="10")
    api = HfApi(endpoint=server.url, token=ALICE.token)
    for number in range(3):
        api.create_repo(f"alice/m-{number}")
    nobody = HfApi(endpoint=server.url, token=False)
    start = time.monotonic()
    seen = [model.id for _ in range(2) for model in nobody.list_models(author="alice")] + [model.id for model in nobody.list_models(author="alice", sort="likes")]
    assert len(seen) == 9
    assert time.monotonic() - start > 3


@pytest.mark.since(1, 2)
@row(HEADERS)
def test_downloads_wait(limited, tmp_path):
    """Downloads that meet the limit of files wait and end whole"""
    server = limited(resolvers="4", window="8")
    api = HfApi(endpoint=server.url, token=ALICE.token)
    api.create_repo("alice/m")
    for number in range(4):
        api.upload_file(path_or_fileobj=b"x" * number, path_in_repo=f"{number}.txt", repo_id="alice/m")
    for number in range(4):
        path = hf_hub_download("alice/m", f"{number}.txt", endpoint=server.url, token=ALICE.token, cache_dir=tmp_path / "cache")
        assert open(path).read() == "x" * number
