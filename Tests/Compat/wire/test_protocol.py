"""What holds for every endpoint: ids, dates, URLs, refusals, health, metrics, TLS."""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import time

import pytest

from support.files import noise, sha256
from support.people import ALICE
from support.server import Server

row = pytest.mark.row
DATE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


@row("X-Request-Id")
def test_request_ids(raw, anonymous, model):
    """Every answer has a request id of its own; a client's id comes back"""
    seen = set()
    for target in ("/healthz", f"/api/models/{model}", "/api/models/alice/nope", "/no/such/page", f"/{model}/resolve/main/.gitattributes"):
        seen.add(anonymous.get(target).header("X-Request-Id"))
    assert None not in seen and len(seen) == 5
    for header in ("X-Request-Id", "X-Amzn-Trace-Id"):
        answer = anonymous.get(f"/api/models/{model}", headers={header: "f3a4-my-own-id"})
        assert "f3a4-my-own-id" in answer.header("X-Request-Id")
    hostile = anonymous.get("/healthz", headers={"X-Request-Id": "x" * 5000}).header("X-Request-Id")
    assert hostile and len(hostile) < 500


@row("GET /api/tasks")
def test_json_is_packed(anonymous):
    """JSON is compressed with gzip for clients that take it, and for no others"""
    plain = anonymous.get("/api/tasks").expect(200)
    assert plain.header("Content-Encoding") is None and "Accept-Encoding" in plain.header("Vary")
    packed = anonymous.get("/api/tasks", headers={"Accept-Encoding": "gzip, deflate"}).expect(200)
    assert packed.header("Content-Encoding") == "gzip" and packed.header("Content-Length") == str(len(packed.body))
    assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body) / 2
    for refused in ("identity", "gzip;q=0", "br"):
        answer = anonymous.get("/api/tasks", headers={"Accept-Encoding": refused}).expect(200)
        assert answer.header("Content-Encoding") is None and answer.body == plain.body


@row("GET /api/{T}/{id}", "GET /api/{T}/{id}/commits/{rev}")
def test_dates(raw, model):
    """Dates end in Z"""
    info = raw.get(f"/api/models/{model}").expect(200).json()
    (commit,) = raw.get(f"/api/models/{model}/commits/main").expect(200).json()
    for date in (info["createdAt"], info["lastModified"], commit["date"]):
        assert DATE.match(date), date


@row("POST /api/repos/create", "GET /api/models")
@pytest.mark.parametrize("host", ["localhost:{port}", "hub.example.org", "hub.example.org:8443", "[::1]:{port}"])
def test_urls_follow_the_host(raw, fresh, host):
    """URLs in answers begin as the client's own"""
    host = host.format(port=raw.port)
    repo_id = fresh()
    headers = {"Host": host}
    made = raw.post("/api/repos/create", json_body={"name": repo_id.split("/")[1], "organization": "alice"}, headers=headers)
    assert made.expect(200).json()["url"] == f"http://{host}/{repo_id}"
    again = raw.post("/api/repos/create", json_body={"name": repo_id.split("/")[1], "organization": "alice"}, headers=headers)
    assert again.expect(409).json()["url"] == f"http://{host}/{repo_id}"
    for _ in range(2):
        fresh_id = fresh()
        raw.post("/api/repos/create", json_body={"name": fresh_id.split("/")[1], "organization": "alice"}).expect(200)
    link = raw.get("/api/models?limit=1&author=alice", headers=headers).expect(200).header("Link")
    assert link.startswith(f"<http://{host}/api/models?") and 'rel="next"' in link
    batch = raw.post(
        f"/{repo_id}.git/info/lfs/objects/batch",
        json_body={"operation": "upload", "transfers": ["basic"], "objects": [{"oid": "cd" * 32, "size": 3}]},
        headers=headers,
    )
    assert batch.expect(200).json()["objects"][0]["actions"]["upload"]["href"].startswith(f"http://{host}/")


@row("GET /api/models")
@pytest.mark.parametrize("host", ["", "a b", "evil.example/path", "x\"><script>", "a@b", "a" * 5000])
def test_odd_hosts(raw, host):
    """Odd Host headers do not get into answers"""
    answer = raw.get("/api/models?limit=1&author=alice", headers={"Host": host})
    assert answer.status in (200, 400, 431)
    link = answer.header("Link") or ""
    assert "<script" not in link and "evil.example/path/" not in link


@row("GET /api/models")
def test_pages_by_link(anonymous, raw, fresh):
    """Link leads from page to page by an absolute URL until the end"""
    for _ in range(5):
        raw.post("/api/repos/create", json_body={"name": fresh().split("/")[1], "organization": "alice"}).expect(200)
    target, seen = "/api/models?search=pages-by-link&limit=2", []
    while target:
        answer = anonymous.get(target).expect(200)
        seen += [entry["id"] for entry in answer.json()]
        link = answer.header("Link")
        target = re.match(r'<([^>]+)>; rel="next"', link)[1] if link else None
        assert len(seen) < 20
    assert len(seen) == len(set(seen)) == 5
    assert anonymous.get("/api/models?cursor=%00nonsense").status in (200, 400)
    assert anonymous.get("/api/models?limit=-1").status in (200, 400)
    assert anonymous.get("/api/models?limit=99999999999999999999").status in (200, 400)


@row("GET /api/models")
def test_unknown_parameters(anonymous, model):
    """Unknown query parameters are ignored; lists come repeated, in brackets and with commas"""
    anonymous.get(f"/api/models/{model}?future=1&blobs=true").expect(200)
    for query in ("expand=downloads&expand=likes", "expand[]=downloads&expand[]=likes", "expand=downloads,likes", "expand%5B%5D=downloads&expand%5B%5D=likes"):
        entry = anonymous.get(f"/api/models/{model}?{query}").expect(200).json()
        assert set(entry) == {"_id", "id", "downloads", "likes"}, query
    assert re.fullmatch(r"[0-9a-f]{24}", entry["_id"])


@row("POST /api/{T}/{id}/paths-info/{rev}")
def test_paths_info_bodies(anonymous, model):
    """paths-info takes a form and JSON"""
    form = anonymous.post(
        f"/api/models/{model}/paths-info/main",
        body=b"paths=.gitattributes&paths=nope&expand=false",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ).expect(200)
    by_json = anonymous.post(f"/api/models/{model}/paths-info/main", json_body={"paths": [".gitattributes", "nope"], "expand": False})
    assert form.json() == by_json.expect(200).json()
    assert [entry["path"] for entry in form.json()] == [".gitattributes"]


@row("POST /api/{T}/{id}/commit/{rev}")
def test_legacy_commit(raw, model):
    """A commit as one JSON object (swift-huggingface)"""
    answer = raw.post(
        f"/api/models/{model}/commit/main",
        json_body={"title": "Old style", "operations": [{"key": "file", "value": {"path": "a.txt", "content": "aGk=", "encoding": "base64"}}]},
    )
    # Support is optional; a refusal must be honest.
    if answer.status == 200:
        assert raw.get(f"/{model}/resolve/main/a.txt").body == b"hi"
    else:
        assert 400 <= answer.status < 500 or answer.status == 501
        assert answer.json()["error"]


@row("HTTP")
def test_unknown_routes(anonymous, raw, model):
    """Unknown routes are JSON 404s to API clients, wrong methods 404 or 405"""
    for target in ("/api/nope", "/api/models/a/b/c/d/e", f"/api/models/{model}/nope", "/api/agent-harnesses"):
        answer = anonymous.get(target).expect(404)
        assert "error" in answer.json()
    anonymous.request("PATCH", "/api/models").expect(404, 405)
    anonymous.request("BREW", "/api/models").expect(400, 404, 405, 501)


@row("what is not there yet: refused, 404 or 501")
@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "/v2/shards"),
        ("POST", "/api/buckets/alice/b"),
        ("POST", "/api/jobs/alice"),
    ],
)
def test_later_features(raw, model, method, target):
    """What the hub cannot do yet is refused as such: 404 or 501 in JSON, never 200 or 500"""
    body = {} if method == "POST" else None
    answer = raw.request(method, target.replace("{id}", model), json_body=body)
    assert answer.status in (404, 405, 501), answer
    assert "error" in answer.json()


EXPOSED = """X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,
X-Linked-Size,X-Linked-ETag,X-Xet-Hash,X-Xet-Access-Token,X-Xet-Token-Expiration,X-Xet-Refresh-Route,X-Xet-Cas-Url"""


@row("CORS")
def test_cors(anonymous, raw, model):
    """Browsers on other origins may read answers and errors, and the headers the JS client needs"""
    wanted = {name.strip().lower() for name in EXPOSED.split(",")}
    raw.post(f"/api/models/{model}/like").expect(200)
    for target, status in (
        (f"/{model}/resolve/main/.gitattributes", 200),
        (f"/{model}/resolve/main/none.txt", 404),
        (f"/api/models/{model}", 200),
        ("/api/models?limit=1", 200),
        ("/api/models/nobody/nothing", 401),
        ("/no/such/route/at/all", 404),
    ):
        answer = anonymous.get(target, headers={"Origin": "https://example.org"}).expect(status)
        assert answer.header("Access-Control-Allow-Origin") == "*", target
        assert answer.header("Access-Control-Allow-Credentials") is None
        assert wanted <= {name.strip().lower() for name in answer.header("Access-Control-Expose-Headers").split(",")}
    # The same file without an origin: a cache must not give one for the other.
    plain = anonymous.get(f"/{model}/resolve/main/.gitattributes").expect(200)
    assert "origin" in (plain.header("Vary") or "").lower()
    ranged = {"Origin": "https://example.org", "Range": "bytes=0-0", "Accept": "application/vnd.xet-fileinfo+json, */*"}
    answer = anonymous.get(f"/{model}/resolve/main/.gitattributes", headers=ranged).expect(206)
    assert answer.header("Access-Control-Allow-Origin") == "*" and answer.header("Content-Range").startswith("bytes 0-0/")


@row("CORS")
def test_preflight(anonymous, private_model):
    """A browser may ask whether it may call, also for what is private, and learns nothing else"""
    for method, target in (
        ("GET", f"/{private_model}/resolve/main/a.txt"),
        ("GET", "/api/whoami-v2"),
        ("POST", f"/api/models/{private_model}/commit/main"),
        ("PUT", f"/api/models/{private_model}/settings"),
        ("DELETE", "/api/repos/delete"),
        ("PATCH", "/no/such/route"),
    ):
        asked = {
            "Origin": "https://example.org",
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type,range,x-hf-bill-to",
        }
        answer = anonymous.request("OPTIONS", target, headers=asked).expect(204)
        assert answer.header("Access-Control-Allow-Origin") == "*"
        assert method in answer.header("Access-Control-Allow-Methods").split(",")
        assert set(answer.header("Access-Control-Allow-Headers").split(",")) >= {"authorization", "range", "x-hf-bill-to"}
        assert int(answer.header("Access-Control-Max-Age")) > 0


@row("GET /healthz", "GET /metrics")
def test_health_and_metrics(anonymous, model):
    """Health and Prometheus metrics"""
    anonymous.get("/healthz").expect(200)
    anonymous.get(f"/api/models/{model}").expect(200)
    metrics = anonymous.get("/metrics").expect(200)
    assert (metrics.header("Content-Type") or "").startswith("text/plain")
    samples = [line for line in metrics.text.splitlines() if line and not line.startswith("#")]
    assert len(samples) > 5
    for line in samples:
        assert re.fullmatch(r'[a-zA-Z_:][a-zA-Z0-9_:]*(\{.*\})? [-+0-9.eEInfNa]+( \d+)?', line), line
    assert model not in metrics.text


@row("GET /metrics")
def test_transfer_metrics(raw, anonymous, model):
    """Uploads under way, bytes that came in and what the database wrote are counted"""

    def value(name):
        (line,) = [line for line in anonymous.get("/metrics").text.splitlines() if line.startswith(name + " ")]
        return float(line.split()[-1])

    data = noise(200_000, "metrics")
    oid = hashlib.sha256(data).hexdigest()
    batch = {"operation": "upload", "objects": [{"oid": oid, "size": len(data)}]}
    before = {name: value(name) for name in ("vitrine_upload_bytes_total", "vitrine_uploads_finished_total", "vitrine_database_writes_total")}
    href = raw.post(f"/{model}.git/info/lfs/objects/batch", json_body=batch).json()["objects"][0]["actions"]["upload"]["href"]
    target = href.removeprefix(raw.base)
    with anonymous.connect() as connection:
        connection.sendall(f"PUT {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data[:1000])
        deadline = time.monotonic() + 20
        while value("vitrine_uploads_in_progress") < 1:
            assert time.monotonic() < deadline, "the upload is not seen"
        assert value("vitrine_http_requests_in_progress") >= 2
        connection.sendall(data[1000:])
        assert b" 200 " in connection.recv(4096)
    assert value("vitrine_uploads_in_progress") == 0
    assert value("vitrine_upload_bytes_total") == before["vitrine_upload_bytes_total"] + len(data)
    assert value("vitrine_uploads_finished_total") == before["vitrine_uploads_finished_total"] + 1
    assert value("vitrine_database_writes_total") > before["vitrine_database_writes_total"]
    assert value("vitrine_database_bytes") > 0 and value("vitrine_database_write_seconds_total") > 0


@row("HTTP")
def test_expect_continue(curl, raw, model, tmp_path):
    """Expect: 100-continue is answered, and a refused upload is refused before its bytes are sent"""
    data = noise(2_000_000, "expect")
    path = tmp_path / "w.bin"
    path.write_bytes(data)
    batch = raw.post(
        f"/{model}.git/info/lfs/objects/batch",
        json_body={"operation": "upload", "transfers": ["basic"], "objects": [{"oid": sha256(data), "size": len(data)}]},
    ).expect(200)
    href = batch.json()["objects"][0]["actions"]["upload"]["href"]
    done = run_curl(curl, "-v", "-H", "Expect: 100-continue", "-T", str(path), href)
    assert "HTTP/1.1 100 Continue" in done.stderr and re.search(r"< HTTP/1.1 20[014]", done.stderr), done.stderr
    refused = run_curl(
        curl, "-v", "--expect100-timeout", "30", "-H", "Expect: 100-continue", "-w", "\n%{http_code} %{size_upload}", "-T", str(path), href + "0",
    )
    code, sent = refused.stdout.split()[-2:]
    assert code.startswith("4") and int(sent) < len(data), refused.stdout
    assert "100 Continue" not in refused.stderr


def run_curl(curl, *arguments):
    done = subprocess.run([curl, "--noproxy", "*", "-sS", *arguments], capture_output=True, text=True, timeout=90)
    assert done.returncode in (0, 55, 56), done
    return done


@row("HTTP")
def test_keep_alive_after_refusals(raw, model):
    """A connection serves many requests in turn, refusals between them"""
    import http.client

    connection = http.client.HTTPConnection(raw.host, raw.port, timeout=30)
    for number in range(50):
        connection.request("GET" if number % 2 else "HEAD", f"/{model}/resolve/main/{'.gitattributes' if number % 3 else 'nope'}")
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == (200 if number % 3 else 404)
        assert bool(body) == bool(number % 2)
    connection.close()


@row("HTTP")
def test_pipelining(raw, model):
    """Pipelined requests are answered in order"""
    with raw.connect() as connection:
        names = [".gitattributes" if n % 2 else "nope" for n in range(20)]
        connection.sendall(b"".join(f"HEAD /{model}/resolve/main/{name} HTTP/1.1\r\nHost: {raw.host}\r\n\r\n".encode() for name in names))
        received = b""
        while received.count(b"\r\n\r\n") < 20:
            piece = connection.recv(65536)
            assert piece, received[-500:]
            received += piece
    statuses = re.findall(rb"HTTP/1.1 (\d+)", received)
    assert statuses == [b"200" if name != "nope" else b"404" for name in names]


@pytest.fixture(scope="module")
def secure(request, tmp_path_factory):
    """A second hub that speaks TLS with a certificate of its own making."""
    folder = tmp_path_factory.mktemp("tls")
    openssl = shutil.which("openssl")
    assert openssl, "openssl is needed"
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
        check=True, capture_output=True,
    )
    server = Server(
        request.config.getoption("--hubd"), request.config.getoption("--hubctl"), folder / "hub",
        arguments=("--tls-cert", str(certificate), "--tls-key", str(key)),
    )
    server.admin("user", "create", ALICE.name, "--token", ALICE.token)
    server.start(scheme="https")
    yield server, certificate
    assert server.stop() == 0, server.log_text()


@row("HTTP")
@pytest.mark.parametrize("version", ["1.1", "2"])
def test_tls(secure, curl, tmp_path, version):
    """TLS with HTTP/1.1 and HTTP/2: create, commit, upload and download"""
    server, certificate = secure
    token = f"Authorization: Bearer {ALICE.token}"
    common = ["--cacert", str(certificate), "--http2" if version == "2" else "--http1.1", "-w", "\n%{http_version} %{http_code}"]

    def call(*arguments):
        done = run_curl(curl, *common, "-H", token, *arguments)
        body, last = done.stdout.rsplit("\n", 1)
        assert last == f"{version} 200", done.stdout + done.stderr
        return body

    name = f"tls-{version.replace('.', '-')}"
    made = json.loads(call("--json", json.dumps({"name": name, "organization": "alice"}), f"{server.url}/api/repos/create"))
    assert made["url"] == f"{server.url}/alice/{name}"
    data = noise(1_500_000, "tls")
    path = tmp_path / "w.bin"
    path.write_bytes(data)
    batch = {"operation": "upload", "transfers": ["basic"], "objects": [{"oid": sha256(data), "size": len(data)}]}
    answer = json.loads(call("--json", json.dumps(batch), f"{server.url}/alice/{name}.git/info/lfs/objects/batch"))
    if "actions" in answer["objects"][0]:
        call("-T", str(path), answer["objects"][0]["actions"]["upload"]["href"])
    lines = [
        {"key": "header", "value": {"summary": "TLS", "description": ""}},
        {"key": "lfsFile", "value": {"path": "w.bin", "algo": "sha256", "oid": sha256(data), "size": len(data)}},
    ]
    body = tmp_path / "commit.ndjson"
    body.write_text("".join(json.dumps(line) + "\n" for line in lines))
    call("-H", "Content-Type: application/x-ndjson", "--data-binary", f"@{body}", f"{server.url}/api/models/alice/{name}/commit/main")
    call("-o", str(tmp_path / "back.bin"), f"{server.url}/alice/{name}/resolve/main/w.bin")
    assert (tmp_path / "back.bin").read_bytes() == data


@row("HTTP")
def test_tls_refuses_plain(secure):
    """Plain HTTP on the TLS port harms nothing"""
    import socket
    from urllib.parse import urlsplit

    server, certificate = secure
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        connection.settimeout(10)
        try:
            assert not connection.recv(100).startswith(b"HTTP/1.1 200")
        except ConnectionError:
            pass
    assert server.process.poll() is None


@row("SIGTERM")
def test_restart_keeps_everything(request, tmp_path):
    """A stopped and started hub has its repositories, files and tokens"""
    from support.raw import Raw

    server = Server(request.config.getoption("--hubd"), request.config.getoption("--hubctl"), tmp_path / "hub")
    server.admin("user", "create", ALICE.name, "--token", ALICE.token)
    server.start()
    client = Raw(server.url, ALICE.token)
    client.post("/api/repos/create", json_body={"name": "kept"}).expect(200)
    lines = [
        {"key": "header", "value": {"summary": "x", "description": ""}},
        {"key": "file", "value": {"path": "a.txt", "content": "aGk=", "encoding": "base64"}},
    ]
    oid = client.commit("alice/kept", lines).expect(200).json()["commitOid"]
    assert server.stop() == 0, server.log_text()
    server.start()
    client = Raw(server.url, ALICE.token)
    answer = client.get("/alice/kept/resolve/main/a.txt").expect(200)
    assert answer.body == b"hi" and answer.header("X-Repo-Commit") == oid
    # Killed outright, it starts again too.
    server.kill()
    server.start()
    assert Raw(server.url).get("/alice/kept/resolve/main/a.txt").expect(200).body == b"hi"
    assert server.stop() == 0, server.log_text()
