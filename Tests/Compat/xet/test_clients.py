"""Uploads and downloads in chunks by unmodified clients with default settings; how much of a changed file travels."""

import re
import time

import pytest

from support.files import noise, sha256
from support.people import ALICE, BOB
from support.xet import Client, Traffic

row = pytest.mark.row
READ, WRITE = "GET /api/{T}/{id}/xet-read-token/{rev}", "GET /api/{T}/{id}/xet-write-token/{rev}"
CAS = "Xet CAS"


@pytest.fixture
def new_client(hub, tmp_path):
    """Makes clients without memory; alice's unless told otherwise."""
    made = []

    def make(token=ALICE.token):
        made.append(Client(tmp_path / f"client{len(made)}", hub.url, token))
        return made[-1]

    return make


def received(anonymous) -> int:
    """Bytes that came in as files or xorbs since the hub was started."""
    text = anonymous.get("/metrics").expect(200).text
    return int(float(re.search(r"^vitrine_upload_bytes_total (\S+)$", text, re.MULTILINE)[1]))


def sample(size: int, seed: str) -> bytes:
    """Half noise, a quarter numbers, a quarter text: something for each way to pack."""
    import array
    import random

    numbers = array.array("f", (random.Random(seed).gauss(0, 1) for _ in range(4096))).tobytes()
    text = b"".join(b"line %d of some text that is much like the line before\n" % number for number in range(size // 200))
    quarter = size // 4
    return noise(size - 2 * quarter, seed) + (numbers * (quarter // len(numbers) + 1))[:quarter] + (text * 4)[:quarter]


def changed(data: bytes) -> bytes:
    """Something written over, something put in, something taken out; not in the first chunk, by which new clients ask."""
    third, quarter = len(data) // 3, len(data) // 4
    return data[:quarter] + b"overwritten" + data[quarter + 11 : third] + b"inserted" * 20 + data[third : 2 * third] + data[2 * third + 777 :]


@row(READ, WRITE, CAS)
def test_upload_and_download(hub, raw, anonymous, model, new_client, tmp_path):
    """A file goes up and down in chunks, and is the same by plain HTTP, whole and in part"""
    data = sample(12_000_000, "updown")
    source = tmp_path / "a.bin"
    source.write_bytes(data)
    traffic = Traffic(hub)
    new_client().upload(model, source, "a.bin")
    assert traffic.count("/cas/", "shards", "http.status=200") == 1
    assert traffic.count("http.method=PUT", "path=/lfs/") == 0
    traffic = Traffic(hub)
    assert new_client().download(model, "a.bin") == data
    assert traffic.count("/cas/xorb/") >= 1 and traffic.count("/reconstructions/", "http.status=200") >= 1
    head = raw.request("HEAD", f"/{model}/resolve/main/a.bin").expect(200)
    assert head.header("X-Linked-ETag") == f'"{sha256(data)}"' and len(head.header("X-Xet-Hash")) == 64
    (entry,) = raw.post(f"/api/models/{model}/paths-info/main", json_body={"paths": ["a.bin"]}).expect(200).json()
    assert entry["xetHash"] == head.header("X-Xet-Hash") and entry["lfs"]["oid"] == sha256(data)
    assert anonymous.get(f"/{model}/resolve/main/a.bin").expect(200).body == data
    for first, last in [(0, 0), (70_000, 300_000), (5_999_990, 6_200_000), (len(data) - 1, len(data) + 5)]:
        part = anonymous.get(f"/{model}/resolve/main/a.bin", headers={"Range": f"bytes={first}-{last}"}).expect(206)
        assert part.body == data[first : last + 1]


@row(WRITE, CAS)
def test_changed_file(anonymous, model, new_client, tmp_path):
    """A changed file costs its changed chunks: for a client that remembers, for a new one, and nothing if unchanged"""
    data = sample(24_000_000, "delta")
    (tmp_path / "a.bin").write_bytes(data)
    warm = new_client()
    warm.upload(model, tmp_path / "a.bin", "a.bin")
    (tmp_path / "b.bin").write_bytes(changed(data))
    # Three changes touch five chunks or six, of at most 128 KiB each, with a few bytes for their headers.
    most = 7 * (128 << 10)
    before = received(anonymous)
    new_client().upload(model, tmp_path / "a.bin", "again.bin")
    assert received(anonymous) == before, "an unchanged file from a client without memory"
    new_client().upload(model, tmp_path / "b.bin", "b.bin")
    cold = received(anonymous) - before
    assert 0 < cold <= most, f"{cold} bytes from a client without memory"
    (tmp_path / "c.bin").write_bytes(changed(changed(data)))
    before = received(anonymous)
    warm.upload(model, tmp_path / "c.bin", "c.bin")
    assert 0 < received(anonymous) - before <= 2 * most
    assert new_client().download(model, "b.bin") == changed(data)
    assert new_client().download(model, "c.bin") == changed(changed(data))


@row("PUT {upload.href} (basic)", READ, CAS)
def test_plain_upload_is_chunked(raw, anonymous, model, new_client, tmp_path):
    """A file that came whole is cut into chunks behind the scenes: it then goes down in chunks, and changes to it are cheap"""
    data = sample(9_000_000, "plain")
    (tmp_path / "a.bin").write_bytes(data)
    new_client().upload(model, tmp_path / "a.bin", "a.bin", HF_HUB_DISABLE_XET="1")
    deadline = time.monotonic() + 60
    while raw.request("HEAD", f"/{model}/resolve/main/a.bin").header("X-Xet-Hash") is None:
        assert time.monotonic() < deadline, "the file was not cut into chunks"
        time.sleep(0.05)
    assert new_client().download(model, "a.bin") == data
    (tmp_path / "b.bin").write_bytes(changed(data))
    before = received(anonymous)
    new_client().upload(model, tmp_path / "b.bin", "b.bin")
    assert received(anonymous) - before <= 7 * (128 << 10)
    assert anonymous.get(f"/{model}/resolve/main/b.bin").expect(200).body == changed(data)


@row(READ, WRITE, CAS)
def test_folder(model, new_client, tmp_path):
    """A folder with empty, tiny, equal and large files; snapshot_download gives it back"""
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    files = {
        "empty.bin": b"", "one.bin": b"\0", "a.bin": sample(3_000_000, "folder"), "sub/a-again.bin": sample(3_000_000, "folder"),
        "zeros.bin": bytes(40_000_000), "note.md": b"# Hello\n",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    new_client().run("api.upload_folder(repo_id=a[0], folder_path=a[1])", model, folder)
    down = tmp_path / "down"
    new_client().run("snapshot_download(a[0], local_dir=a[1])", model, down)
    assert {name: (down / name).read_bytes() for name in files} == files


@row(READ, CAS)
def test_public_and_private(anonymous, model, private_model, new_client, tmp_path):
    """Anybody reads a public file in chunks; a private one looks absent to strangers"""
    data = sample(2_000_000, "public")
    (tmp_path / "a.bin").write_bytes(data)
    owner = new_client()
    for repo in (model, private_model):
        owner.upload(repo, tmp_path / "a.bin", "a.bin")
    assert new_client(None).download(model, "a.bin") == data
    assert owner.download(private_model, "a.bin") == data
    for token in (None, BOB.token):
        refused = new_client(token).run("hf_hub_download(a[0], a[1])", private_model, "a.bin", check=False)
        assert refused.returncode != 0 and "RepositoryNotFoundError" in refused.stderr


@row(READ, CAS)
def test_file_system(model, new_client, tmp_path):
    """HfFileSystem reads parts of a file that came in chunks"""
    data = sample(5_000_000, "fs")
    (tmp_path / "a.bin").write_bytes(data)
    client = new_client()
    client.upload(model, tmp_path / "a.bin", "a.bin")
    script = """
        from huggingface_hub import HfFileSystem
        with HfFileSystem().open(f"{a[0]}/a.bin", block_size=100_000) as file:
            file.seek(2_345_678)
            sys.stdout.write(file.read(54_321).hex())
    """
    assert bytes.fromhex(client.run(script, model).stdout) == data[2_345_678 : 2_345_678 + 54_321]


@row(WRITE, CAS)
def test_large_folder(model, new_client, tmp_path):
    """upload_large_folder (upload_folder from 2.0 on, which took its place)"""
    folder = tmp_path / "large"
    folder.mkdir()
    for number in range(3):
        (folder / f"shard-{number}.bin").write_bytes(sample(1_500_000, f"large{number}"))
    client = new_client()
    script = """
        if hasattr(api, "upload_large_folder"):
            api.upload_large_folder(repo_id=a[0], folder_path=a[1], repo_type="model", print_report=False)
        else:
            api.upload_folder(repo_id=a[0], folder_path=a[1])
    """
    client.run(script, model, folder)
    for number in range(3):
        assert client.download(model, f"shard-{number}.bin") == sample(1_500_000, f"large{number}")


@row(WRITE, CAS)
def test_quota_and_errors_are_told(hub, new_client, tmp_path, fresh):
    """What the hub refuses at the end of an upload reaches the user in words"""
    repo = fresh("acme")
    ALICE.api.create_repo(repo)
    (tmp_path / "a.bin").write_bytes(noise(3_000_000, "quota"))
    hub.admin("quota", "set", "acme", "1MB")
    try:
        refused = new_client().upload(repo, tmp_path / "a.bin", "a.bin", check=False)
        assert refused.returncode != 0 and "quota" in refused.stderr
    finally:
        hub.admin("quota", "set", "acme", "default")
    new_client().upload(repo, tmp_path / "a.bin", "a.bin")
