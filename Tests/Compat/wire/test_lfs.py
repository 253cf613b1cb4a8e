"""Git LFS uploads, request by request."""

import pytest
from huggingface_hub import CommitOperationAdd

from support.files import noise, sha256
from support.people import ALICE, BOB
from support.raw import Raw

row = pytest.mark.row
BATCH = "POST /{P}{id}.git/info/lfs/objects/batch"
PUT, PARTS, VERIFY = "PUT {upload.href} (basic)", "PUT {upload.href} (multipart)", "POST {verify.href}"
LFS = {"Accept": "application/vnd.git-lfs+json", "Content-Type": "application/vnd.git-lfs+json"}


def batch(client, repo, data, *, oid=None, size=None, transfers=("basic", "multipart"), operation="upload", prefix=""):
    import json

    body = {
        "operation": operation,
        "transfers": list(transfers),
        "objects": [{"oid": oid or sha256(data), "size": len(data) if size is None else size}],
        "hash_algo": "sha256",
    }
    return client.post(f"/{prefix}{repo}.git/info/lfs/objects/batch", body=json.dumps(body).encode(), headers=LFS)


def actions(answer):
    (entry,) = answer.expect(200).json()["objects"]
    return entry.get("actions")


def lfs_commit(client, repo, path, oid, size):
    return client.commit(
        repo,
        [
            {"key": "header", "value": {"summary": "LFS", "description": ""}},
            {"key": "lfsFile", "value": {"path": path, "algo": "sha256", "oid": oid, "size": size}},
        ],
    )


@row(BATCH, PUT, VERIFY)
def test_basic(raw, anonymous, model):
    """Batch, PUT without a token, verify, commit, and then no upload is asked for"""
    data = noise(100_000, "wire basic")
    answer = batch(raw, model, data)
    assert answer.header("Content-Type").startswith("application/vnd.git-lfs+json")
    assert answer.json()["transfer"] == "basic"
    steps = actions(answer)
    assert steps["upload"]["href"].startswith(raw.base + "/")
    anonymous.put(steps["upload"]["href"], body=data).expect(200, 201, 204)
    if "verify" in steps:
        raw.post(steps["verify"]["href"], json_body={"oid": sha256(data), "size": len(data)}).expect(200)
    lfs_commit(raw, model, "w.bin", sha256(data), len(data)).expect(200)
    assert anonymous.get(f"/{model}/resolve/main/w.bin").body == data
    assert actions(batch(raw, model, data)) is None


@row(PUT)
def test_chunked(raw, anonymous, model):
    """PUT without Content-Length"""
    data = noise(300_000, "wire chunked")
    href = actions(batch(raw, model, data))["upload"]["href"]
    pieces = (data[start : start + 7000] for start in range(0, len(data), 7000))
    anonymous.put(href, body=pieces).expect(200, 201, 204)
    lfs_commit(raw, model, "w.bin", sha256(data), len(data)).expect(200)
    assert anonymous.get(f"/{model}/resolve/main/w.bin").body == data


@row(PUT)
def test_broken_chunks(raw, anonymous, model):
    """A chunked body that is none is refused as the client's fault"""
    data = b"this is no chunk\r\n" * 100
    href = actions(batch(raw, model, data))["upload"]["href"]
    answer = anonymous.put(href, body=data, headers={"Transfer-Encoding": "chunked"})
    assert 400 <= answer.status < 500, answer


@row(PARTS, "POST {upload.href} (multipart completion)")
def test_multipart(raw, anonymous, model):
    """Parts in any order, one of them twice, then completion"""
    data = noise(3_700_000, "wire parts")
    answer = batch(raw, model, data)
    assert answer.json()["transfer"] == "multipart"
    upload = actions(answer)["upload"]
    chunk = int(upload["header"]["chunk_size"])
    urls = {int(key): url for key, url in upload["header"].items() if key.isdigit()}
    assert sorted(urls) == list(range(1, -(-len(data) // chunk) + 1))
    etags = {}
    for number in [*sorted(urls, reverse=True), 1]:
        part = anonymous.put(urls[number], body=data[(number - 1) * chunk : number * chunk]).expect(200, 201, 204)
        etags[number] = part.header("ETag")
        assert etags[number]
    done = {"oid": sha256(data), "parts": [{"partNumber": n, "etag": etags[n]} for n in sorted(etags)]}
    anonymous.post(upload["href"], json_body=done, headers=LFS).expect(200, 201, 204)
    lfs_commit(raw, model, "w.bin", sha256(data), len(data)).expect(200)
    assert anonymous.get(f"/{model}/resolve/main/w.bin").body == data


@row("POST {upload.href} (multipart completion)")
def test_multipart_incomplete(raw, anonymous, model):
    """Completion with a part missing is refused and nothing is stored"""
    data = noise(3_200_000, "wire incomplete")
    upload = actions(batch(raw, model, data))["upload"]
    chunk = int(upload["header"]["chunk_size"])
    tag = anonymous.put(upload["header"]["1"], body=data[:chunk]).expect(200, 201, 204).header("ETag")
    done = {"oid": sha256(data), "parts": [{"partNumber": 1, "etag": tag}]}
    refused = anonymous.post(upload["href"], json_body=done, headers=LFS)
    assert 400 <= refused.status < 500, refused
    assert 400 <= lfs_commit(raw, model, "w.bin", sha256(data), len(data)).status < 500
    assert actions(batch(raw, model, data)) is not None


@row(PARTS)
def test_multipart_wrong_bytes(raw, anonymous, model):
    """Parts that add up to other bytes are refused"""
    data = noise(3_100_000, "wire wrong parts")
    upload = actions(batch(raw, model, data))["upload"]
    chunk = int(upload["header"]["chunk_size"])
    parts = []
    for number in range(1, -(-len(data) // chunk) + 1):
        size = len(data[(number - 1) * chunk : number * chunk])
        answer = anonymous.put(upload["header"][str(number)], body=b"\7" * size).expect(200, 201, 204)
        parts.append({"partNumber": number, "etag": answer.header("ETag")})
    refused = anonymous.post(upload["href"], json_body={"oid": sha256(data), "parts": parts}, headers=LFS)
    assert 400 <= refused.status < 500, refused
    assert 400 <= lfs_commit(raw, model, "w.bin", sha256(data), len(data)).status < 500
    assert raw.get(f"/{model}/resolve/main/w.bin").status == 404


@row(PUT)
@pytest.mark.parametrize("change", ["other bytes", "too short", "too long", "empty"])
def test_wrong_digest_or_size(raw, anonymous, model, change):
    """Bytes with another digest or size are refused and never served"""
    data = noise(50_000, "wire wrong")
    sent = {"other bytes": data[:-1] + bytes([data[-1] ^ 1]), "too short": data[:-1], "too long": data + b"x", "empty": b""}[change]
    href = actions(batch(raw, model, data))["upload"]["href"]
    refused = anonymous.put(href, body=sent)
    assert 400 <= refused.status < 500, refused
    assert 400 <= lfs_commit(raw, model, "w.bin", sha256(data), len(data)).status < 500
    assert actions(batch(raw, model, data)) is not None


@row("POST /api/{T}/{id}/commit/{rev}")
def test_commit_without_upload(raw, model):
    """A commit of an LFS file whose bytes never came is refused"""
    data = noise(1000, "never sent")
    refused = lfs_commit(raw, model, "w.bin", sha256(data), len(data))
    assert 400 <= refused.status < 500, refused
    assert [entry["path"] for entry in raw.get(f"/api/models/{model}/tree/main").json()] == [".gitattributes"]


@row("POST /api/{T}/{id}/commit/{rev}")
def test_commit_with_wrong_size(raw, anonymous, model):
    """A commit that lies about an LFS file's size is refused"""
    data = noise(1000, "lied about")
    anonymous.put(actions(batch(raw, model, data))["upload"]["href"], body=data).expect(200, 201, 204)
    for size in (999, 1001, -1, 2**70):
        assert 400 <= lfs_commit(raw, model, "w.bin", sha256(data), size).status < 500
    lfs_commit(raw, model, "w.bin", sha256(data), 1000).expect(200)


@row(PUT)
def test_forged_signature(raw, anonymous, model):
    """An upload URL with anything changed is refused"""
    data = noise(10_000, "forged")
    href = actions(batch(raw, model, data))["upload"]["href"]
    path, query = href.split("?", 1)
    fields = query.split("&")
    forged = []
    for number, field in enumerate(fields):
        key, _, value = field.partition("=")
        if not value:
            continue
        other = ("1" if value[-1] != "1" else "2") if value[-1].isdigit() else ("a" if value[-1] != "a" else "b")
        forged.append("&".join([*fields[:number], f"{key}={value[:-1]}{other}", *fields[number + 1 :]]))
        forged.append("&".join([*fields[:number], *fields[number + 1 :]]))
        if value.isdigit():
            forged.append("&".join([*fields[:number], f"{key}={int(value) + 1_000_000}", *fields[number + 1 :]]))
            forged.append("&".join([*fields[:number], f"{key}=1", *fields[number + 1 :]]))
    assert forged
    for query in [*forged, ""]:
        answer = anonymous.put(f"{path}?{query}", body=data)
        assert answer.status in (400, 401, 403, 404, 410, 422), f"{query}: {answer}"
    other_oid = sha256(b"other")
    assert anonymous.put(href.replace(sha256(data), other_oid), body=b"other").status in (400, 401, 403, 404)
    assert actions(batch(raw, model, data)) is not None


@row(BATCH)
def test_batch_needs_rights(raw, anonymous, hub, model, private_model):
    """Uploads need the right to write or to propose; private repositories are not revealed"""
    data = noise(10, "rights")
    bob = Raw(hub.url, BOB.token)
    assert batch(anonymous, model, data).status == 401
    # A batch does not say what it is for: it may be a pull request of bob's.
    assert batch(bob, model, data).status == 200
    raw.put(f"/api/models/{model}/settings", json_body={"discussionsDisabled": True}).expect(200)
    assert batch(bob, model, data).status == 403
    assert batch(raw, model, data).status == 200
    assert batch(bob, private_model, data).status == 404
    assert batch(bob, private_model, data, operation="download").status == 404
    assert batch(raw, private_model, data).status == 200


@row(BATCH)
@pytest.mark.parametrize(
    "objects",
    [
        [{"oid": "xyz", "size": 1}],
        [{"oid": "a" * 63, "size": 1}],
        [{"oid": "../" * 20 + "aaaa", "size": 1}],
        [{"oid": "a" * 64, "size": -1}],
        [{"oid": "a" * 64, "size": 2**63}],
        [{"oid": "a" * 64, "size": "1"}],
        [{"oid": "a" * 64}],
        [{"size": 1}],
        [7],
        "none",
        None,
    ],
)
def test_bad_batches(raw, model, objects):
    """Malformed objects get a 4xx, or an error each"""
    answer = raw.post(
        f"/{model}.git/info/lfs/objects/batch",
        json_body={"operation": "upload", "transfers": ["basic"], "objects": objects},
        headers=LFS,
    )
    if answer.status == 200:
        assert all("error" in entry and "actions" not in entry for entry in answer.json()["objects"])
    else:
        assert 400 <= answer.status < 500, answer


@row(BATCH)
def test_download_batch(raw, anonymous, model):
    """git-lfs downloads: a link for what is there, an error for what is not"""
    data = noise(5000, "download batch")
    ALICE.api.upload_file(path_or_fileobj=data, path_in_repo="w.bin", repo_id=model)
    link = actions(batch(anonymous, model, data, operation="download"))["download"]
    assert anonymous.get(link["href"], headers=link.get("header") or {}).expect(200).body == data
    answer = batch(anonymous, model, b"not there", operation="download")
    assert answer.status == 200
    assert answer.json()["objects"][0]["error"]["code"] == 404


@row(BATCH, "POST /api/{T}/{id}/commit/{rev}")
def test_knowing_a_digest_opens_nothing(raw, hub, private_model, fresh):
    """Who knows the digest of a file in another's private repository cannot have it"""
    secret = noise(40_000, "secret of alice")
    ALICE.api.create_commit(private_model, [CommitOperationAdd("s.bin", secret)], commit_message="Secret")
    mine = fresh("bob")
    BOB.api.create_repo(mine)
    bob = Raw(hub.url, BOB.token)
    assert actions(batch(bob, mine, secret)) is not None, "the hub must ask for the bytes"
    assert 400 <= lfs_commit(bob, mine, "s.bin", sha256(secret), len(secret)).status < 500
    assert batch(bob, mine, secret, operation="download").json()["objects"][0].get("actions") is None
    assert bob.get(f"/{mine}/resolve/main/s.bin").status == 404
    # A regular file that looks like a pointer to it must not become it either.
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256(secret)}\nsize {len(secret)}\n"
    import base64

    bob.commit(
        mine,
        [
            {"key": "header", "value": {"summary": "Pointer", "description": ""}},
            {"key": "file", "value": {"path": "p.bin", "content": base64.b64encode(pointer.encode()).decode(), "encoding": "base64"}},
        ],
    )
    assert secret not in bob.get(f"/{mine}/resolve/main/p.bin").body
    # With the bytes themselves bob may store them.
    bob.put(actions(batch(bob, mine, secret))["upload"]["href"], body=secret).expect(200, 201, 204)
    lfs_commit(bob, mine, "s.bin", sha256(secret), len(secret)).expect(200)
    assert bob.get(f"/{mine}/resolve/main/s.bin").body == secret


@row(BATCH)
def test_dataset(raw, anonymous, dataset):
    """LFS of datasets has the kind in its URL"""
    data = noise(2000, "dataset lfs")
    href = actions(batch(raw, dataset, data, prefix="datasets/"))["upload"]["href"]
    anonymous.put(href, body=data).expect(200, 201, 204)
    assert batch(raw, dataset, data).status == 404
