"""hubctl doctor, through proxies that make one mistake each."""

import json
import subprocess

import pytest

from support.people import ALICE
from support.proxy import Proxy, answer, decoding, field, replacing, without
from support.server import clean_environment

row = pytest.mark.row("hubctl doctor")
SIZE = 2_000_000


@pytest.fixture
def doctor(request, tmp_path):
    """Runs it; gives its exit code and its findings by check."""

    def run(url, *arguments, token=ALICE.token, environment=None):
        command = [request.config.getoption("--hubctl"), "doctor", "--endpoint", url, "--json", "--size", str(SIZE), *arguments]
        variables = clean_environment() | {"HOME": str(tmp_path), "HF_ENDPOINT": url} | (environment or {})
        if token:
            variables["HF_TOKEN"] = token
        done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=120)
        assert done.stdout, done.stderr
        report = json.loads(done.stdout)
        assert report["ok"] == (done.returncode == 0), done
        return done.returncode, {check["check"]: check for check in report["checks"]}

    return run


def big_body(head):
    return answer(b"413 Request Entity Too Large") if int(field(head, b"content-length") or 0) > 1_000_000 else head


def own_pages(head):
    return answer(b"404 Not Found") if int(head[0].split()[1]) >= 400 else head


def long_target(head):
    return answer(b"414 URI Too Long") if len(head[0]) > 4096 else head


def long_header(head):
    return answer(b"400 Bad Request") if any(len(line) > 4096 for line in head[1:]) else head


def no_deletion(head):
    return answer(b"405 Method Not Allowed") if head[0].startswith(b"DELETE") else head


def no_put(head):
    return answer(b"403 Forbidden") if head[0].startswith(b"PUT") else head


def chunked(head):
    """Content-Length gone from HEAD, as of a proxy that compresses."""
    return without(b"content-length")(head)


@row
def test_healthy(doctor, hub, alice):
    """Directly and through a good proxy nothing fails, and nothing is left behind"""
    before = {model.id for model in alice.api.list_models(author="alice")}
    for_sure = ["reach", "errors", "token", "addresses", "upload", "commit", "file headers", "ranges", "download", "encoded slashes", "pages", "streaming", "deletion", "long addresses", "long headers"]
    code, checks = doctor(hub.url)
    assert code == 0 and [checks[name]["outcome"] for name in for_sure] == ["ok"] * len(for_sure), checks
    with Proxy(hub.url) as proxy:
        code, checks = doctor(proxy.url)
        assert code == 0 and [checks[name]["outcome"] for name in for_sure] == ["ok"] * len(for_sure), checks
    assert {model.id for model in alice.api.list_models(author="alice")} == before


@row
@pytest.mark.parametrize(
    ("check", "advice", "mistake"),
    [
        ("token", "Authorization", {"request": without(b"authorization")}),
        ("errors", "proxy_intercept_errors", {"response": own_pages}),
        ("errors", "headers", {"response": without(b"x-error-code")}),
        ("addresses", "public-url", {"request": replacing(b"host", lambda _: b"hubd.internal:80")}),
        ("upload", "client_max_body_size", {"request": big_body}),
        ("upload", "PUT", {"request": no_put}),
        ("file headers", "chunks", {"response": chunked}),
        ("file headers", "headers", {"response": without(b"x-repo-commit")}),
        ("file headers", "headers", {"response": without(b"x-linked-size", b"x-linked-etag")}),
        ("file headers", "gzip off", {"response": replacing(b"etag", lambda tag: b"W/" + tag)}),
        ("ranges", "Range", {"request": without(b"range")}),
        ("encoded slashes", "proxy_pass", {"request": decoding}),
        ("pages", "headers", {"response": without(b"link")}),
        ("deletion", "DELETE", {"request": no_deletion}),
        ("reach", "headers", {"response": without(b"x-request-id")}),
        ("reach", "every path", {"request": lambda head: answer(b"404 Not Found")}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_mistakes(doctor, hub, alice, check, advice, mistake):
    """Each mistake of a proxy is named, with what to change"""
    with Proxy(hub.url, **mistake) as proxy:
        code, checks = doctor(proxy.url)
    assert code == 1
    assert checks[check]["outcome"] == "failed", checks
    assert advice in checks[check]["advice"], checks[check]
    for model in alice.api.list_models(author="alice", search="hubctl-doctor"):
        assert check == "deletion", "the scratch repo is still there"
        alice.api.delete_repo(model.id)


@row
@pytest.mark.parametrize(
    ("check", "advice", "mistake"),
    [
        ("streaming", "proxy_request_buffering", {"buffers": True}),
        ("long addresses", "large_client_header_buffers", {"request": long_target}),
        ("long headers", "large_client_header_buffers", {"request": long_header}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_warnings(doctor, hub, check, advice, mistake):
    """What is merely unwise is a warning, and no failure"""
    with Proxy(hub.url, **mistake) as proxy:
        code, checks = doctor(proxy.url)
    assert code == 0
    assert checks[check]["outcome"] == "warning" and advice in checks[check]["advice"], checks


@row
def test_people(doctor, hub, tmp_path, request):
    """A sub-path, a wrong token, none, one that only reads, and the shell's own settings"""
    assert doctor(hub.url + "/hub")[1]["sub-path"]["outcome"] == "failed"
    code, checks = doctor(hub.url, token="hf_" + "x" * 34)
    assert code == 1 and "refused" in checks["token"]["seen"]
    code, checks = doctor(hub.url, token=None)
    assert code == 0 and checks["token"]["outcome"] == "skipped" and "upload" not in checks
    made = hub.admin("token", "create", "alice", "--role", "read", "--name", "doctor", "--json")
    code, checks = doctor(hub.url, token=json.loads(made.stdout)["token"])
    assert code == 0 and checks["scratch repo"]["outcome"] == "skipped"
    code, checks = doctor(hub.url, environment={"HF_ENDPOINT": hub.url + "/", "HF_HUB_DISABLE_XET": "1"})
    assert code == 0 and (checks["environment"]["outcome"], checks["xet"]["outcome"]) == ("warning", "warning")
    command = [request.config.getoption("--hubctl"), "doctor", "--endpoint", "http://127.0.0.1:9"]
    done = subprocess.run(command, env=clean_environment() | {"HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 and "127.0.0.1:9" in done.stderr
