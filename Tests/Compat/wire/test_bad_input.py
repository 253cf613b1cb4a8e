"""What a hub must withstand: hostile paths, bodies, cards and clients."""

import base64
import json
import pathlib
import socket
import time

import pytest

from support.files import noise, sha256
from support.people import ALICE, BOB, token_of
from support.raw import Raw

row = pytest.mark.row
COMMIT, RESOLVE = "POST /api/{T}/{id}/commit/{rev}", "GET /{P}{id}/resolve/{rev}/{path}"
HEADER = {"key": "header", "value": {"summary": "x", "description": ""}}


def file(path, content=b"x"):
    return {"key": "file", "value": {"path": path, "content": base64.b64encode(content).decode(), "encoding": "base64"}}


def refused(answer, *statuses):
    assert answer.status in statuses if statuses else 400 <= answer.status < 500, answer
    if answer.body:
        assert "error" in answer.json() or "errors" in answer.json()
    return answer


def paths(raw, repo):
    return [entry["path"] for entry in raw.get(f"/api/models/{repo}/tree/main?recursive=true").expect(200).json()]


# ---------------------------------------------------------------- paths in URLs


@row(RESOLVE)
@pytest.mark.parametrize(
    "path",
    [
        "../../../../etc/passwd",
        "..%2F..%2F..%2F..%2Fetc%2Fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "%252e%252e%252fetc%252fpasswd",
        "..\\..\\etc\\passwd",
        "..%5c..%5cetc%5cpasswd",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "./a.txt",
        "a//b.txt",
        ".git/config",
        "a.txt%00.jpg",
        "%00",
        "%0d%0aX-Injected:%20yes",
        "%ff%fe",
        "%",
        "%zz",
        "x" * 300,
        "d/" * 100 + "x",
        "x" * 7000,
    ],
)
def test_paths_in_urls(anonymous, model, path):
    """Traversal, NUL, line breaks, bad encodings and over-long paths find nothing"""
    for route in (f"/{model}/resolve/main/{path}", f"/{model}/raw/main/{path}", f"/api/models/{model}/tree/main/{path}"):
        answer = anonymous.get(route)
        assert 400 <= answer.status < 500, answer
        assert b"root:" not in answer.body
        assert answer.header("X-Injected") is None


@row(RESOLVE)
def test_encoded_slashes(anonymous, raw, model):
    """An encoded slash separates folders in paths and belongs to the name in revisions"""
    ALICE.api.upload_file(path_or_fileobj=b"deep", path_in_repo="d/e/f.txt", repo_id=model)
    ALICE.api.create_branch(model, branch="side/line")
    for path in ("d/e/f.txt", "d%2Fe%2Ff.txt", "d%2fe/f.txt"):
        assert anonymous.get(f"/{model}/resolve/side%2Fline/{path}").expect(200).body == b"deep"
    for path in ("d%2Fe", "d/e"):
        assert anonymous.get(f"/api/models/{model}/tree/side%2fline/{path}").expect(200).json()[0]["path"] == "d/e/f.txt"


@row("GET /api/{T}/{id}")
@pytest.mark.parametrize("repo", ["..", "a/..", "%2e%2e/x", "alice/%00", "alice%2F" + "x" * 500, "a" * 200 + "/b", "alice/x/y/z", "alice/ü", "-/-", "alice/x.git"])
def test_odd_repository_ids(anonymous, repo):
    """Ids that no repository can have are not found or refused"""
    assert anonymous.get(f"/api/models/{repo}").status in (400, 401, 404)


@row("POST /api/repos/create")
@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a..b", "a--b", ".hidden", "-x", "x-", "x.git", "a/b/c", "a b", "a\0b", "a\nb", "ü", "x" * 97, "x" * 100_000, "%2e%2e", "a\\b", "<b>"],
)
def test_odd_repository_names(raw, name):
    """Names that no repository may have are refused"""
    refused(raw.post("/api/repos/create", json_body={"name": name, "organization": "alice"}))


@row("POST /api/repos/create")
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"7", b"{", b'{"name":7}', b'{"name":"a","type":"nope"}', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000])
def test_malformed_json(raw, body):
    """Malformed and deeply nested JSON is a 400"""
    refused(raw.post("/api/repos/create", body=body, headers={"Content-Type": "application/json"}), 400, 413, 422)


# ---------------------------------------------------------------- commits


@row(COMMIT)
@pytest.mark.parametrize(
    "path",
    ["", "/", "/abs.txt", "../up.txt", "a/../../b.txt", "a/./b.txt", "a//b.txt", "a/", ".git/config", "a/.GIT/hooks/x", "a\\b.txt", "a\0b.txt", "a\nb.txt", "x" * 256, "d/" * 600 + "x"],
)
def test_paths_in_commits(raw, model, path):
    """Paths that no working copy may hold are refused, and nothing of the commit is kept"""
    refused(raw.commit(model, [HEADER, file("fine.txt"), file(path)]))
    assert paths(raw, model) == [".gitattributes"]


GOOD = json.dumps(HEADER).encode() + b"\n" + json.dumps(file("a.txt")).encode() + b"\n"


@row(COMMIT)
@pytest.mark.parametrize(
    "body",
    {
        "empty": b"",
        "no header": json.dumps(file("a.txt")).encode() + b"\n",
        "header last": json.dumps(file("a.txt")).encode() + b"\n" + json.dumps(HEADER).encode() + b"\n",
        "two headers": json.dumps(HEADER).encode() + b"\n" + GOOD,
        "unknown operation": GOOD + b'{"key":"format","value":{"path":"/"}}\n',
        "no key": GOOD + b'{"value":{"path":"b.txt"}}\n',
        "truncated": GOOD[:-20],
        "truncated line": GOOD + b'{"key":"file","value":{"path":"b',
        "not JSON": GOOD + b"hello\n",
        "not UTF-8": GOOD + b'{"key":"\xff\xfe"}\n',
        "bad base64": GOOD + b'{"key":"file","value":{"path":"b.txt","content":"@@@","encoding":"base64"}}\n',
        "unknown encoding": GOOD + b'{"key":"file","value":{"path":"b.txt","content":"x","encoding":"rot13"}}\n',
        "content not text": GOOD + b'{"key":"file","value":{"path":"b.txt","content":7,"encoding":"base64"}}\n',
        "same path twice": GOOD + json.dumps(file("a.txt", b"y")).encode() + b"\n",
        "file and folder": GOOD + json.dumps(file("a.txt/b.txt")).encode() + b"\n",
        "bad oid": GOOD + b'{"key":"lfsFile","value":{"path":"b.bin","algo":"sha256","oid":"zz","size":1}}\n',
        "bad algorithm": GOOD + b'{"key":"lfsFile","value":{"path":"b.bin","algo":"md5","oid":"' + b"a" * 64 + b'","size":1}}\n',
        "deleting what is not there": GOOD + b'{"key":"deletedFile","value":{"path":"nope"}}\n',
        "deeply nested": GOOD + b"[" * 200_000 + b"\n",
        "bad parent": b'{"key":"header","value":{"summary":"x","parentCommit":"zz"}}\n' + json.dumps(file("a.txt")).encode() + b"\n",
    }.items(),
    ids=lambda item: item[0],
)
def test_malformed_commits(raw, model, body):
    """Truncated and malformed NDJSON, unknown operations and contradictions are refused whole"""
    refused(raw.commit(model, body[1]))
    assert paths(raw, model) == [".gitattributes"]


@row(COMMIT)
def test_lenient_where_harmless(raw, model):
    """Unknown fields, blank lines, CRLF and a missing last line break do no harm"""
    body = b'{"key":"header","value":{"summary":"x","description":"","future":1},"more":2}\r\n\n' + json.dumps(file("a.txt")).encode()
    raw.commit(model, body).expect(200)
    assert "a.txt" in paths(raw, model)


@row(COMMIT)
def test_lost_race(raw, model):
    """Of two commits on one parent, one wins and the other hears 412"""
    import concurrent.futures

    head = raw.get(f"/api/models/{model}").json()["sha"]
    header = {"key": "header", "value": {"summary": "x", "description": "", "parentCommit": head}}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: raw.commit(model, [header, file(f"{n}.txt")]), range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [412] * 7
    assert len(paths(raw, model)) == 2


@row(COMMIT)
def test_concurrent_commits_without_parent(raw, model):
    """Commits that name no parent all get in, each on the one before"""
    import concurrent.futures

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: raw.commit(model, [HEADER, file(f"{n}.txt")]), range(16)))
    assert [answer.status for answer in answers] == [200] * 16
    assert len(paths(raw, model)) == 17
    assert len(raw.get(f"/api/models/{model}/commits/main").json()) == 17


@row(COMMIT)
def test_case_clashes(raw, model):
    """Names that differ in case are two files, and both come back"""
    answer = raw.commit(model, [HEADER, file("A.txt", b"upper"), file("a.txt", b"lower")])
    if answer.status == 200:
        assert raw.get(f"/{model}/resolve/main/A.txt").body == b"upper"
        assert raw.get(f"/{model}/resolve/main/a.txt").body == b"lower"
    else:
        refused(answer)
        assert paths(raw, model) == [".gitattributes"]


# ---------------------------------------------------------------- YAML

LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
BOMBS = {
    "aliases": LAUGHS,
    "self": "a: &a [*a]\n",
    "nested": "a: " + "[" * 20_000 + "]" * 20_000 + "\n",
    "indented": "".join(" " * n + "a:\n" for n in range(3000)),
    "wide": "tags: [" + ",".join(f"t{n}" for n in range(200_000)) + "]\n",
    "long": "license: " + "x" * 2_000_000 + "\n",
    "merge": "a: &a {x: 1}\n" + "".join(f"b{n}: {{<<: [{','.join(['*a'] * 50)}]}}\n" for n in range(50)),
    "tagged": "license: !!python/object/apply:os.system ['true']\n",
    "number": "license: 1e999999999\ntags: [0x" + "f" * 10_000 + "]\n",
}


@row("POST /api/validate-yaml", COMMIT)
@pytest.mark.parametrize("name", BOMBS)
def test_yaml_bombs(raw, model, hub, name):
    """Cards made to exhaust a parser are answered at once and harm nothing"""
    text = f"---\n{BOMBS[name]}---\n# Boom\n"
    start = time.monotonic()
    checked = raw.post("/api/validate-yaml", json_body={"content": text, "repoType": "model"}, timeout=10)
    assert checked.status in (200, 400, 413), checked
    assert isinstance(checked.json()["errors"], list)
    committed = raw.commit(model, [HEADER, file("README.md", text.encode())])
    assert committed.status == 200 or 400 <= committed.status < 500, committed
    info = raw.get(f"/api/models/{model}").expect(200)
    assert len(info.body) < 8_000_000
    assert time.monotonic() - start < 5
    raw.get("/healthz").expect(200)


@row("POST /api/validate-yaml")
@pytest.mark.parametrize("body", [b"", b"7", b'{"content":7}', b'{"content":"x"}', b'{"content":"---\\nlicense: [\\n---\\n","repoType":"model"}', b'{"content":"\\u0000","repoType":"nope"}'])
def test_validate_yaml_always_answers_json(raw, body):
    """validate-yaml answers JSON whatever it is asked"""
    answer = raw.post("/api/validate-yaml", body=body, headers={"Content-Type": "application/json"})
    assert answer.status in (200, 400)
    assert isinstance(answer.json(), dict)


# ---------------------------------------------------------------- strangers

STRANGER_REQUESTS = [
    ("GET", "/api/models/{id}"),
    ("GET", "/api/models/{id}?expand=nonsense"),
    ("GET", "/api/models/{id}/revision/main"),
    ("GET", "/api/models/{id}/revision/nope"),
    ("GET", "/api/models/{id}/tree/main"),
    ("GET", "/api/models/{id}/tree/nope/deep"),
    ("GET", "/api/models/{id}/refs"),
    ("GET", "/api/models/{id}/commits/main"),
    ("GET", "/api/models/{id}/auth-check"),
    ("POST", "/api/models/{id}/paths-info/main"),
    ("POST", "/api/models/{id}/preupload/main"),
    ("POST", "/api/models/{id}/commit/main"),
    ("POST", "/api/models/{id}/branch/x"),
    ("DELETE", "/api/models/{id}/branch/main"),
    ("POST", "/api/models/{id}/tag/main"),
    ("DELETE", "/api/models/{id}/tag/x"),
    ("PUT", "/api/models/{id}/settings"),
    ("GET", "/{id}/resolve/main/a.txt"),
    ("HEAD", "/{id}/resolve/main/a.txt"),
    ("GET", "/{id}/resolve/nope/nope"),
    ("GET", "/{id}/raw/main/a.txt"),
    ("POST", "/{id}.git/info/lfs/objects/batch"),
    ("GET", "/{id}"),
    ("GET", "/api/models/{id}/no-such-thing"),
    ("PATCH", "/api/models/{id}"),
]


@row("GET /api/{T}/{id}", RESOLVE, COMMIT)
@pytest.mark.parametrize(("method", "target"), STRANGER_REQUESTS)
@pytest.mark.parametrize("who", ["anonymous", "bob"])
def test_private_looks_absent(hub, private_model, method, target, who):
    """To a stranger a private repository is byte for byte an absent one"""
    ALICE.api.upload_file(path_or_fileobj=b"secret", path_in_repo="a.txt", repo_id=private_model)
    client = Raw(hub.url, BOB.token if who == "bob" else None)
    absent = private_model[:-1] + ("x" if private_model[-1] != "x" else "y")
    seen = []
    for repo in (private_model, absent):
        body = b'{"paths":["a.txt"],"files":[],"tag":"x","operation":"download","objects":[]}' if method in ("POST", "PUT") else None
        headers = {"Content-Type": "application/json"} if body else {}
        answer = client.request(method, target.replace("{id}", repo), body=body, headers=headers)
        varying = {"date", "x-request-id", "ratelimit"}
        seen.append(
            (
                answer.status,
                [(k.lower(), v.replace(repo, "ID")) for k, v in answer.header_list if k.lower() not in varying],
                answer.body.replace(repo.encode(), b"ID"),
            )
        )
    assert seen[0] == seen[1]
    assert 400 <= seen[0][0] < 500


@row("authorization: Bearer")
@pytest.mark.parametrize("value", ["Bearer hf_unknown", "Bearer ", "Bearer", "Basic !!!", "Digest x", "Bearer " + "x" * 5000, "Bearer a b c", "Bearer hf_\x80"])
def test_odd_authorization(anonymous, model, value):
    """Odd Authorization headers are refused, or nobody's"""
    answer = anonymous.get(f"/api/models/{model}", headers={"Authorization": value})
    assert answer.status in (200, 400, 401, 431), answer
    if answer.status == 200:
        assert not value.startswith("Bearer hf_")


@row("authorization: Bearer")
@pytest.mark.parametrize("end", ["expired", "revoked"])
def test_dead_tokens(hub, private_model, model, end):
    """Expired and revoked tokens get 401 with the words clients look for, everywhere"""
    value = token_of(end * 3)
    if end == "expired":
        hub.admin("token", "create", "alice", "--token", value, "--expires-in", "1")
        deadline = time.monotonic() + 15
        while Raw(hub.url, value).get("/api/whoami-v2").status == 200:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    else:
        hub.admin("token", "create", "alice", "--token", value, "--name", "dead")
        Raw(hub.url, value).get("/api/whoami-v2").expect(200)
        hub.admin("token", "revoke", "alice", "--name", "dead")
    client = Raw(hub.url, value)
    for target in ("/api/whoami-v2", f"/api/models/{model}", f"/api/models/{private_model}", f"/{model}/resolve/main/.gitattributes"):
        answer = client.get(target).expect(401)
        assert answer.header("X-Error-Message") == "Invalid credentials in Authorization header"


# ---------------------------------------------------------------- clients that go away


def ingest_files(hub):
    folder = pathlib.Path(hub.data) / "ingest"
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


@row("PUT {upload.href} (basic)")
def test_client_gone_mid_upload(hub, raw, model):
    """An upload whose client vanishes leaves nothing behind"""
    import json as _json
    from urllib.parse import urlsplit

    before = set(ingest_files(hub))
    size = 2_500_000
    answer = raw.post(
        f"/{model}.git/info/lfs/objects/batch",
        json_body={"operation": "upload", "transfers": ["basic"], "objects": [{"oid": "ab" * 32, "size": size}]},
        headers={"Accept": "application/vnd.git-lfs+json"},
    ).expect(200)
    parts = urlsplit(answer.json()["objects"][0]["actions"]["upload"]["href"])
    for _ in range(4):
        with raw.connect() as connection:
            connection.sendall(
                f"PUT {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {size}\r\n\r\n".encode()
            )
            connection.sendall(noise(1_000_000, "gone"))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    raw.get("/healthz").expect(200)
    deadline = time.monotonic() + 10
    while set(ingest_files(hub)) - before:
        assert time.monotonic() < deadline, f"left behind: {ingest_files(hub)}"
        time.sleep(0.05)


@row(COMMIT)
def test_client_gone_mid_commit(raw, model):
    """A commit whose client vanishes is not made"""
    body = GOOD + json.dumps(file("b.txt", b"y" * 100_000)).encode()
    for _ in range(4):
        with raw.connect() as connection:
            connection.sendall(
                f"POST /api/models/{model}/commit/main HTTP/1.1\r\nHost: {raw.host}:{raw.port}\r\nAuthorization: Bearer {raw.token}\r\n"
                f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body) + 1000}\r\n\r\n".encode()
                + body
            )
    raw.get("/healthz").expect(200)
    assert paths(raw, model) == [".gitattributes"]


@row(RESOLVE)
def test_client_gone_mid_download(raw, hub, model):
    """Downloads whose clients vanish or dawdle do not grow the server"""
    data = noise(30_000_000, "dawdle")
    ALICE.api.upload_file(path_or_fileobj=data, path_in_repo="w.bin", repo_id=model)
    before = hub.memory()
    connections = []
    for _ in range(20):
        connection = raw.connect()
        connection.sendall(f"GET /{model}/resolve/main/w.bin HTTP/1.1\r\nHost: {raw.host}\r\n\r\n".encode())
        connection.recv(1000)
        connections.append(connection)
    time.sleep(0.5)
    assert hub.memory() - before < 100_000_000
    for connection in connections:
        connection.close()
    assert sha256(raw.get(f"/{model}/resolve/main/w.bin").body) == sha256(data)


@row("HTTP")
@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /api/repos/create HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    ],
)
def test_malformed_http(raw, request_bytes):
    """Malformed HTTP is refused without harm to others"""
    with raw.connect() as connection:
        connection.settimeout(5)
        try:
            connection.sendall(request_bytes)
            answer = connection.recv(4096)
        except (TimeoutError, ConnectionError):
            # Closed, or still waiting for more: either harms nobody.
            answer = b""
        assert not answer.startswith(b"HTTP/1.1 5"), answer
    raw.get("/healthz").expect(200)


@row("POST /api/{T}/{id}/paths-info/{rev}")
def test_very_large_bodies(raw, model):
    """Bodies far over what a request needs are refused, not kept in memory"""
    huge = b'{"paths":["' + b"x" * 60_000_000 + b'"]}'
    for target in (f"/api/models/{model}/paths-info/main", "/api/repos/create", f"/api/models/{model}/preupload/main"):
        answer = raw.post(target, body=huge, headers={"Content-Type": "application/json"})
        assert 400 <= answer.status < 500, answer
    raw.get("/healthz").expect(200)
