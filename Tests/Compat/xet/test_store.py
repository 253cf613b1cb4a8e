"""The chunk store, request by request: rights, refusals, damage, collection. What no client would send on its own."""

import json
import pathlib
import re
import struct
import subprocess
import sys

import pytest

from support.files import noise, sha256
from support.people import ALICE, BOB
from support.server import Server
from support.raw import Raw
from support.xet import ChunkStore, Client, Traffic

row = pytest.mark.row
READ, WRITE, CAS = "GET /api/{T}/{id}/xet-read-token/{rev}", "GET /api/{T}/{id}/xet-write-token/{rev}", "Xet CAS"
VECTORS = json.loads((pathlib.Path(__file__).resolve().parents[3] / "Fixtures" / "xet" / "vectors.json").read_text())
# `hello world` as the real client sent it: one chunk, stored as it is.
HELLO = VECTORS["files"]["hello"]
XORB = bytes.fromhex("000b0000000b0000") + b"hello world"
SHARD = bytes.fromhex(VECTORS["client_shard_hello_hex"])
HASH, FILE = HELLO["xorb"], HELLO.get("file") or HELLO.get("file_hash")


def hello(raw, repo) -> ChunkStore:
    """A repo with hello.bin in it, that came in chunks."""
    store = ChunkStore(raw, repo)
    store.xorb(HASH, XORB).expect(200)
    store.shard(SHARD).expect(200)
    oid = sha256(b"hello world")
    raw.commit(
        repo,
        [
            {"key": "header", "value": {"summary": "Hello", "description": ""}},
            {"key": "lfsFile", "value": {"path": "hello.bin", "algo": "sha256", "oid": oid, "size": 11}},
        ],
    ).expect(200)
    return store


@row(READ, WRITE, CAS)
def test_by_hand(raw, anonymous, model):
    """Xorb, shard, commit, reconstruction, bytes: the paths of this client, of older ones, and without a version"""
    store = hello(raw, model)
    assert store.xorb(HASH, XORB).expect(200).json() == {"was_inserted": False}
    assert store.shard(SHARD).expect(200).json() == {"result": 0}
    assert store.shard_frames(SHARD)[-1] == {"type": "result"}
    assert anonymous.get(f"/{model}/resolve/main/hello.bin").expect(200).body == b"hello world"
    for version, key in (("/v2", "xorbs"), ("/v1", "fetch_info"), ("", "fetch_info")):
        answer = store.request("GET", f"{version}/reconstructions/{FILE}", headers={"Range": "bytes=0-10"}).expect(200).json()
        assert answer["offset_into_first_range"] == 0
        assert answer["terms"] == [{"hash": HASH, "unpacked_length": 11, "range": {"start": 0, "end": 1}}]
        (fetch,) = answer[key][HASH]
        part = anonymous.get(fetch["url"], headers={"Range": "bytes=0-18"}).expect(206)
        assert part.body == XORB and part.header("Content-Range") == "bytes 0-18/19"
    assert store.request("GET", f"/v1/reconstructions/{FILE}", headers={"Range": "bytes=11-"}).status == 416
    assert store.request("POST", "/v1/telemetry", body=b"{}").status in (404, 405), "telemetry is at the root of the host"
    store.raw.post("/v1/telemetry", json_body={}).expect(200)


@row(CAS)
def test_grants(raw, anonymous, model):
    """A grant's address takes the announced bytes and nothing else; what is there already is not sent again"""
    store = ChunkStore(raw, model)
    body = {"length": len(XORB), "checksum": {"algo": "crc64nvme", "value": VECTORS["crc64nvme"][2]["value"]}}
    path = f"/v1/xorb-grants/default/{HASH}"
    grant = store.request("POST", path, json_body=body)
    if grant.status == 200:  # Another test's: the namespace shares its chunks.
        return
    grant = grant.expect(201).json()
    assert grant["method"] == "PUT" and grant["headers"] == {"If-None-Match": "*"}
    wrong = bytes([*XORB[:-1], XORB[-1] ^ 1])
    assert anonymous.put(grant["url"], body=wrong).status == 400
    assert anonymous.put(grant["url"], body=XORB[:-1]).status == 400
    assert anonymous.put(grant["url"].replace(HASH[:8], "00000000"), body=XORB).status == 403
    anonymous.put(grant["url"], body=XORB).expect(200)
    store.request("POST", f"/v1/xorb-commits/default/{HASH}/grant/{grant['id']}").expect(200)
    store.request("POST", path, json_body=body).expect(200)
    for bad in ({}, {"length": 5}, {"length": -1, "checksum": {"algo": "crc64nvme", "value": "1"}}, {"length": 1, "checksum": {"algo": "md5", "value": "1"}}):
        assert 400 <= store.request("POST", path, json_body=bad).status < 500


def record(content: bytes, *, version=0, scheme=0, packed=None, unpacked=None) -> bytes:
    packed = len(content) if packed is None else packed
    unpacked = len(content) if unpacked is None else unpacked
    return bytes([version]) + packed.to_bytes(3, "little") + bytes([scheme]) + unpacked.to_bytes(3, "little") + content


@row(CAS)
@pytest.mark.parametrize(
    "body",
    [
        b"", XORB[:-1], XORB[:5], XORB + b"x", record(b"other bytes"), record(b"hello world", version=1), record(b"hello world", scheme=3),
        record(b"hello world", scheme=1), record(b"hello world", unpacked=12), record(b"hello world", unpacked=0), record(bytes(131_073)),
        record(b"", packed=0, unpacked=0), XORB * 8193, b"XETBLOB" + bytes(50),
    ],
    ids=[
        "nothing", "cut", "cut-header", "more", "other", "version", "scheme", "no-lz4", "longer", "empty-chunk", "large-chunk",
        "zero", "many-chunks", "footer-only",
    ],
)
def test_bad_xorbs(raw, fresh, body):
    """Xorbs that are not what their name says, malformed or too large are refused, and nothing is stored"""
    repo = fresh("bob")
    BOB.api.create_repo(repo)
    store = ChunkStore(raw.with_token(BOB.token), repo)
    hash = HASH[:-1] + ("0" if HASH[-1] != "0" else "1")
    for name in (HASH, hash):
        answer = store.xorb(name, body)
        assert 400 <= answer.status < 500, answer
        assert answer.json()["error"]
    for name in ("zz" * 32, HASH[:-1], "../../etc"):
        assert 400 <= store.xorb(name, XORB).status < 500


def with_field(offset: int, value: bytes) -> bytes:
    return SHARD[:offset] + value + SHARD[offset + len(value) :]


# The first file's header is at 48: hash 32, flags 4, terms 4. Its term at 96, its verification at 144, its SHA-256 at 192.
BAD_SHARDS = {
    "nothing": b"", "cut": SHARD[:100], "tag": b"X" + SHARD[1:], "version": with_field(32, struct.pack("<Q", 9)),
    "huge count": with_field(84, struct.pack("<I", 0xFFFFFFFF)), "no verification": with_field(80, struct.pack("<I", 0x40000000)),
    "file hash": with_field(48, b"\1\2\3"), "term length": with_field(96 + 36, struct.pack("<I", 12)),
    "chunk range": with_field(96 + 44, struct.pack("<I", 2)), "no chunks": with_field(96 + 44, struct.pack("<I", 0)),
    "range hash": with_field(144, b"\1\2\3"), "another digest": with_field(192, b"\1\2\3"), "absent xorb": with_field(96, b"\1\2\3\4"),
}


@row(CAS)
@pytest.mark.parametrize("case", BAD_SHARDS)
def test_bad_shards(raw, model, case):
    """Shards that are malformed, or say what is not so, are refused in words; the file they name does not come to be"""
    store = ChunkStore(raw, model)
    store.xorb(HASH, XORB).expect(200)
    answer = store.shard(BAD_SHARDS[case])
    assert 400 <= answer.status < 500 and answer.json()["error"], answer
    last = store.shard_frames(BAD_SHARDS[case])[-1]
    assert last["type"] == "error" and last["message"] and last["retryable"] is False
    assert store.request("GET", f"/v1/reconstructions/{FILE}").status == 404


@row(READ, WRITE, CAS)
def test_rights(raw, anonymous, model, private_model, fresh):
    """Tokens open what they were given for: not other repos, not other namespaces, not uploads when they read"""
    writer = hello(raw, private_model)
    stranger = raw.with_token(BOB.token)
    for client, statuses in ((anonymous, (401,)), (stranger, (404,))):
        assert client.get(f"/api/models/{private_model}/xet-read-token/main").status in statuses
        assert client.get(f"/api/models/{model}/xet-write-token/main").status in (401, 403)
    reader = ChunkStore(raw, private_model, "read")
    reader.request("GET", f"/v1/reconstructions/{FILE}").expect(200)
    for method, path, body in (
        ("POST", f"/v1/xorbs/default/{HASH}", XORB), ("POST", "/v1/shards", SHARD), ("POST", "/v2/shards", SHARD),
        ("POST", f"/v1/xorb-grants/default/{HASH}", b'{"length":19,"checksum":{"algo":"crc64nvme","value":"1"}}'),
        ("POST", f"/v1/xorb-commits/default/{HASH}/grant/x", b""),
    ):
        assert reader.request(method, path, body=body).status == 403, path
    # Another repo of the same namespace, whose files do not include it.
    other = ChunkStore(raw, model, "read")
    assert other.request("GET", f"/v1/reconstructions/{FILE}").status == 404
    # Another namespace: the same answers as for what is not there, whatever is asked.
    bobs = fresh("bob")
    BOB.api.create_repo(bobs)
    foreign = ChunkStore(stranger, bobs)
    absent = "0" * 63 + "1"
    for path in (f"/v1/chunks/default/{{}}", f"/v1/reconstructions/{{}}"):
        there, nowhere = (foreign.request("GET", path.format(name)) for name in (FILE if "recon" in path else HELLO["chunk0"], absent))
        assert (there.status, there.body) == (nowhere.status, nowhere.body) == (404, nowhere.body)
    refused = [frame["message"].replace(name, "…") for frame, name in ((foreign.shard_frames(SHARD)[-1], HASH),)]
    assert "does not have the chunks" in refused[0]
    assert foreign.xorb(HASH, XORB).expect(200).json() == {"was_inserted": True}, "as if nobody had it"
    # The hub's own tokens open nothing here, and the store's nothing there.
    assert raw.get(writer.base + f"/v1/reconstructions/{FILE}").status == 401
    assert anonymous.get(writer.base + f"/v1/reconstructions/{FILE}").status == 401
    assert writer.raw.get("/api/whoami-v2").status == 401
    for spoiled in (writer.token[:-1] + ("0" if writer.token[-1] != "0" else "1"), "xet_", "xet_write.x.1.2.3", writer.token.replace("write", "read")):
        assert raw.with_token(spoiled).get(writer.base + f"/v1/reconstructions/{FILE}").status == 401


@row(CAS)
def test_signed_addresses(raw, anonymous, model):
    """Addresses of bytes hold for the ranges they were signed for, while their time lasts"""
    store = hello(raw, model)
    url = store.request("GET", f"/v2/reconstructions/{FILE}").expect(200).json()["xorbs"][HASH][0]["url"]
    whole = {"Range": "bytes=0-18"}
    assert anonymous.get(url, headers=whole).expect(206).body == XORB
    for headers in ({}, {"Range": "bytes=0-10"}, {"Range": "bytes=0-19"}, {"Range": "chunks=0-1"}, {"Range": "bytes="}):
        assert anonymous.get(url, headers=headers).status == 403, headers
    for old, new in (("r=0-18", "r=0-17"), ("signature=", "signature=0"), ("expires=1", "expires=2")):
        assert anonymous.get(url.replace(old, new), headers=whole).status == 403


@row("POST /api/{T}/{id}/lfs-files/duplicate")
def test_shared_with_another_repo(raw, model, fresh):
    """A file of one repo is made usable in another without its bytes being sent"""
    hello(raw, model)
    other = fresh()
    ALICE.api.create_repo(other)
    oid, absent = sha256(b"hello world"), "ab" * 32
    files = [{"xetHash": FILE, "sha256": oid, "filename": "h.bin"}, {"xetHash": FILE, "sha256": absent, "filename": "n.bin"}]
    path, target = f"/api/models/{model}/lfs-files/duplicate", {"type": "model", "name": other}
    answer = raw.post(path, json_body={"target": target, "files": files}).expect(200).json()
    assert answer == {"success": False, "failed": [{"sha256": absent}]}
    assert raw.with_token(BOB.token).post(path, json_body={"target": target, "files": files}).status == 403
    ChunkStore(raw, other, "read").request("GET", f"/v1/reconstructions/{FILE}").expect(200)


def test_several_ranges(raw, anonymous, hub, model, tmp_path):
    """A client that asks for several ranges at once gets them, by multipart/byteranges"""
    data = noise(3_000_000, "ranges")
    (tmp_path / "a.bin").write_bytes(data)
    client = Client(tmp_path / "one", hub.url, ALICE.token)
    client.upload(model, tmp_path / "a.bin", "a.bin")
    cut = data[:1_000_000] + data[1_500_000:]
    (tmp_path / "b.bin").write_bytes(cut)
    client.upload(model, tmp_path / "b.bin", "b.bin")
    second = Client(tmp_path / "two", hub.url, ALICE.token)
    second.environment["HF_XET_CLIENT_ENABLE_MULTIRANGE_FETCHING"] = "1"
    assert second.download(model, "b.bin") == cut


# ---------------------------------------------------------------- damage, collection, restarts: on a hub of their own


@pytest.fixture
def own_hub(request, tmp_path):
    server = Server(
        request.config.getoption("--hubd"), request.config.getoption("--hubctl"), tmp_path / "hub", settings=getattr(request, "param", None)
    )
    server.admin("user", "create", ALICE.name, "--token", ALICE.token)
    server.start()
    Raw(server.url, ALICE.token).post("/api/repos/create", json_body={"name": "m"}).expect(200)
    yield server
    assert server.stop() == 0, server.log_text()


def bodies(server) -> list[pathlib.Path]:
    """The stored files of more than 1 MB."""
    return [path for path in (server.data / "blobs").rglob("*") if path.is_file() and path.stat().st_size > 1_000_000]


def test_damage(own_hub, tmp_path):
    """A flipped bit in a stored chunk is refused on every way to read it, found by verify, and healed by a push"""
    data = noise(4_000_000, "damage")
    (tmp_path / "a.bin").write_bytes(data)
    client = Client(tmp_path / "one", own_hub.url, ALICE.token)
    client.upload("alice/m", tmp_path / "a.bin", "a.bin")
    clean = json.loads(own_hub.admin("verify", "--json").stdout)
    assert clean["clean"] and clean["xorbs"] == 1 and clean["chunkedFiles"] == 1, clean
    (body,) = bodies(own_hub)
    stored = bytearray(body.read_bytes())
    stored[2_000_000] ^= 1
    body.chmod(0o644)
    body.write_bytes(stored)
    assert client.run("hf_hub_download(a[0], a[1])", "alice/m", "a.bin", check=False, HF_XET_CLIENT_RETRY_MAX_ATTEMPTS="1").returncode != 0
    raw = Raw(own_hub.url, ALICE.token)
    plain = raw.get("/alice/m/resolve/main/a.bin")
    assert plain.status == 500 and "damaged" in plain.json()["error"], "it is on record by now"
    found = own_hub.admin("verify", "--json", check=False)
    assert found.returncode != 0 and not json.loads(found.stdout)["clean"]
    # The very client that remembers having sent it, and so must be made to forget.
    client.upload("alice/m", tmp_path / "a.bin", "a.bin")
    assert Client(tmp_path / "two", own_hub.url, ALICE.token).download("alice/m", "a.bin") == data
    assert raw.get("/alice/m/resolve/main/a.bin").expect(200).body == data
    assert json.loads(own_hub.admin("verify", "--json").stdout)["clean"]


def test_lost_xorb(own_hub, tmp_path):
    """A stored body that is gone: downloads and shards that need it fail in words; a push brings it back"""
    data = noise(4_000_000, "lost")
    (tmp_path / "a.bin").write_bytes(data)
    client = Client(tmp_path / "one", own_hub.url, ALICE.token)
    client.upload("alice/m", tmp_path / "a.bin", "a.bin")
    (body,) = bodies(own_hub)
    body.unlink()
    assert client.run("hf_hub_download(a[0], a[1])", "alice/m", "a.bin", check=False, HF_XET_CLIENT_RETRY_MAX_ATTEMPTS="1").returncode != 0
    answer = Raw(own_hub.url, ALICE.token).get("/alice/m/resolve/main/a.bin")
    assert answer.status == 500 and answer.header("X-Error-Code") == "Corrupt" and "a.bin" in answer.json()["error"], answer
    assert own_hub.admin("verify", "--json", check=False).returncode != 0
    client.upload("alice/m", tmp_path / "a.bin", "a.bin")
    assert Client(tmp_path / "two", own_hub.url, ALICE.token).download("alice/m", "a.bin") == data
    assert json.loads(own_hub.admin("verify", "--json").stdout)["clean"]


@pytest.mark.parametrize("own_hub", [{"VITRINE_XET_TOKEN_LIFETIME": "20"}], indirect=True, ids=["20 s"])
def test_short_tokens(own_hub, tmp_path):
    """Tokens that the client takes for expired at once are fetched again and again, and the transfers go through"""
    data = noise(3_000_000, "short tokens")
    (tmp_path / "a.bin").write_bytes(data)
    traffic = Traffic(own_hub)
    Client(tmp_path / "one", own_hub.url, ALICE.token).upload("alice/m", tmp_path / "a.bin", "a.bin")
    assert traffic.count("/xet-write-token/") > 1
    assert Client(tmp_path / "two", own_hub.url, ALICE.token).download("alice/m", "a.bin") == data


def test_zeros(own_hub, tmp_path):
    """300 MB of nothing: one chunk is stored, all of it comes back, and the hub's memory stays flat"""
    size = 300_000_000
    with open(tmp_path / "zeros.bin", "wb") as file:
        file.truncate(size)
    client = Client(tmp_path / "one", own_hub.url, ALICE.token)
    client.upload("alice/m", tmp_path / "zeros.bin", "zeros.bin")
    assert sum(path.stat().st_size for path in (own_hub.data / "blobs").rglob("*") if path.is_file()) < 1_000_000
    path = pathlib.Path(client.run("print(hf_hub_download(a[0], a[1]))", "alice/m", "zeros.bin").stdout.strip().splitlines()[-1])
    assert path.stat().st_size == size
    with open(path, "rb") as file:
        while block := file.read(1 << 22):
            assert not any(block[:: 1 << 10]) and block.count(0) == len(block)
    whole = Raw(own_hub.url, ALICE.token).get("/alice/m/resolve/main/zeros.bin", headers={"Range": "bytes=299999990-"}).expect(206)
    assert whole.body == bytes(10)
    assert own_hub.memory("VmHWM") < 250_000_000


def test_two_ways_to_pack(own_hub, tmp_path):
    """Two clients that pack the same bytes in different ways, at the same time: both uploads hold, and each reads the other's"""
    data = noise(4_000_000, "ways") + b"a line that repeats itself\n" * 100_000
    (tmp_path / "a.bin").write_bytes(data)
    Raw(own_hub.url, ALICE.token).post("/api/repos/create", json_body={"name": "n"}).expect(200)
    script = "from huggingface_hub import HfApi; import sys; HfApi().upload_file(path_or_fileobj=sys.argv[1], path_in_repo='a.bin', repo_id=sys.argv[2])"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "a.bin"), repo],
            env=Client(tmp_path / policy, own_hub.url, ALICE.token).environment | {"HF_XET_XORB_COMPRESSION_POLICY": policy},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for policy, repo in (("none", "alice/m"), ("bg4-lz4", "alice/n"))
    ]
    for process in running:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
    for number, repo in enumerate(("alice/m", "alice/n")):
        assert Client(tmp_path / f"reader{number}", own_hub.url, ALICE.token).download(repo, "a.bin") == data
        assert Raw(own_hub.url, ALICE.token).get(f"/{repo}/resolve/main/a.bin").expect(200).body == data
    assert json.loads(own_hub.admin("verify", "--json").stdout)["clean"]


def test_collection(own_hub, tmp_path):
    """Deleted files free their chunks after the grace time; a client that remembers them is told to forget"""
    data = noise(4_000_000, "collected")
    (tmp_path / "a.bin").write_bytes(data)
    client = Client(tmp_path / "one", own_hub.url, ALICE.token)
    client.upload("alice/m", tmp_path / "a.bin", "a.bin")
    kept = noise(2_000_000, "kept")
    (tmp_path / "k.bin").write_bytes(kept)
    client.upload("alice/m", tmp_path / "k.bin", "k.bin")
    client.run("api.create_repo('alice/other'); api.upload_file(path_or_fileobj=a[0], path_in_repo='k.bin', repo_id='alice/other'); api.delete_repo('alice/m'); api.create_repo('alice/m')", tmp_path / "k.bin")
    epoch = ChunkStore(Raw(own_hub.url, ALICE.token), "alice/m").base
    (other,) = [repo for repo in json.loads(own_hub.admin("storage", "--json").stdout) if repo["id"] == "alice/other"]
    # What it shares with alice/m is the .gitattributes that every repo begins with.
    assert other["logical"] >= 2_000_000 and other["stored"] - 2_000 < other["unique"] < other["stored"], other
    assert other["unique"] >= 2_000_000, other
    dry = json.loads(own_hub.admin("gc", "--grace", "0s", "--dry-run", "--json").stdout)
    done = json.loads(own_hub.admin("gc", "--grace", "0s", "--json").stdout)
    for report in (dry, done):
        assert report["chunkedFiles"] == 1 and report["xorbs"] == 1 and report["bytes"] >= 4_000_000, report
    assert [path.stat().st_size >= 4_000_000 for path in bodies(own_hub)] == [False]
    assert Client(tmp_path / "two", own_hub.url, ALICE.token).download("alice/other", "k.bin") == kept
    assert ChunkStore(Raw(own_hub.url, ALICE.token), "alice/m").base != epoch, "a new epoch: what clients remember is void"
    client.upload("alice/m", tmp_path / "a.bin", "a.bin")
    assert client.download("alice/m", "a.bin") == data
    assert json.loads(own_hub.admin("verify", "--json").stdout)["clean"]


def test_backup(own_hub, tmp_path, request):
    """A backup holds what came in chunks"""
    data = noise(3_000_000, "backup")
    (tmp_path / "a.bin").write_bytes(data)
    Client(tmp_path / "one", own_hub.url, ALICE.token).upload("alice/m", tmp_path / "a.bin", "a.bin")
    own_hub.admin("backup", str(tmp_path / "copy"))
    copy = Server(own_hub.hubd, own_hub.hubctl, tmp_path / "second")
    copy.data = tmp_path / "copy"
    copy.start()
    try:
        assert Raw(copy.url, ALICE.token).get("/alice/m/resolve/main/a.bin").expect(200).body == data
    finally:
        assert copy.stop() == 0


def test_killed_while_uploading(own_hub, tmp_path):
    """A hub killed during uploads has no revision with a hole, and the upload goes through when it is there again"""
    data = noise(30_000_000, "killed")
    (tmp_path / "a.bin").write_bytes(data)
    client = Client(tmp_path / "one", own_hub.url, ALICE.token)
    port = own_hub.url.rsplit(":", 1)[1]
    for round in range(3):
        pushing = subprocess.Popen(
            [sys.executable, "-c", f"from huggingface_hub import HfApi; HfApi().upload_file(path_or_fileobj={str(tmp_path / 'a.bin')!r}, path_in_repo='a{round}.bin', repo_id='alice/m')"],
            env=client.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        log = own_hub.log
        while b"/cas/" not in log.read_bytes() and pushing.poll() is None:
            pass
        own_hub.kill()
        own_hub.arguments = ("--port", port)
        own_hub.start()
        pushing.wait(timeout=120)
        paths = [entry["path"] for entry in Raw(own_hub.url, ALICE.token).get("/api/models/alice/m/tree/main").expect(200).json()]
        for path in paths:
            if path.endswith(".bin"):
                assert Raw(own_hub.url, ALICE.token).get(f"/alice/m/resolve/main/{path}").expect(200).body == data
    client.upload("alice/m", tmp_path / "a.bin", "last.bin")
    assert Client(tmp_path / "two", own_hub.url, ALICE.token).download("alice/m", "last.bin") == data
    assert json.loads(own_hub.admin("verify", "--json").stdout)["clean"]
