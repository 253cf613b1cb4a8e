"""GET and HEAD of files against RFC 9110, on the wire."""

import pytest

from support.files import git_blob, noise, sha256
from support.people import ALICE

row = pytest.mark.row
GET, HEAD = "GET /{P}{id}/resolve/{rev}/{path}", "HEAD /{P}{id}/resolve/{rev}/{path}"
TEXT = b"".join(b"%04d" % number for number in range(250))
BYTES = noise(700_000, "wire download")


@pytest.fixture(scope="module")
def files(hub):
    """URLs of a regular file of 1000 bytes and of an LFS file of 700,000."""
    ALICE.api.create_repo("alice/wire-download")
    ALICE.api.upload_file(path_or_fileobj=TEXT, path_in_repo="t.txt", repo_id="alice/wire-download")
    ALICE.api.upload_file(path_or_fileobj=BYTES, path_in_repo="w.bin", repo_id="alice/wire-download")
    return {"/alice/wire-download/resolve/main/t.txt": TEXT, "/alice/wire-download/resolve/main/w.bin": BYTES}


WHOLE = None
RANGES = [
    ("bytes=0-99", (0, 99)),
    ("bytes=0-0", (0, 0)),
    ("bytes=990-", (990, -1)),
    ("bytes=-10", (-10, -1)),
    ("bytes=5-999999999", (5, -1)),
    ("bytes=-999999999", (0, -1)),
    ("Bytes=1-2", (1, 2)),
    ("bytes= 1-2", "either"),
    ("bytes=1-2,", "either"),
    ("bytes=5-2", WHOLE),
    ("bytes=a-b", WHOLE),
    ("bytes=", WHOLE),
    ("bytes=-", WHOLE),
    ("items=0-1", WHOLE),
    ("bytes=0x1-0x2", WHOLE),
    ("bytes=999999999-", 416),
    ("bytes=-0", 416),
    ("bytes=99999999999999999999999-", "whole or 416"),
]


@row(GET)
@pytest.mark.parametrize(("header", "expected"), RANGES)
def test_ranges(files, anonymous, header, expected):
    """Single ranges: closed, open, suffix, clipped, past the end, malformed"""
    for url, data in files.items():
        answer = anonymous.get(url, headers={"Range": header})
        if expected == "either":
            answer.expect(200, 206)
            assert answer.body in (data, data[1:3])
        elif expected == "whole or 416":
            answer.expect(200, 416)
        elif expected == 416:
            answer.expect(416)
            assert answer.header("Content-Range") == f"bytes */{len(data)}"
        elif expected is WHOLE:
            answer.expect(200)
            assert answer.body == data and answer.header("Content-Range") is None
        else:
            first = expected[0] if expected[0] >= 0 else len(data) + expected[0]
            last = expected[1] if expected[1] >= 0 else len(data) - 1
            answer.expect(206)
            assert answer.header("Content-Range") == f"bytes {first}-{last}/{len(data)}"
            assert answer.header("Content-Length") == str(last - first + 1)
            assert answer.body == data[first : last + 1]


@row(GET)
def test_several_ranges(files, anonymous):
    """Several ranges are answered as RFC 9110 allows: each part, or the whole"""
    for url, data in files.items():
        answer = anonymous.get(url, headers={"Range": "bytes=0-1,10-12"}).expect(200, 206)
        if answer.status == 200:
            assert answer.body == data
            continue
        content_type = answer.header("Content-Type")
        assert content_type.startswith("multipart/byteranges; boundary=")
        boundary = content_type.split("boundary=")[1].strip('"').encode()
        parts = [part.strip(b"\r\n") for part in answer.body.split(b"--" + boundary)[1:-1]]
        assert len(parts) == 2
        assert f"content-range: bytes 0-1/{len(data)}".encode() in parts[0].lower()
        assert parts[0].endswith(b"\r\n\r\n" + data[0:2]) and parts[1].endswith(b"\r\n\r\n" + data[10:13])


@row(GET)
def test_a_thousand_ranges(files, anonymous):
    """Very many ranges do not make a very large answer"""
    for url, data in files.items():
        answer = anonymous.get(url, headers={"Range": "bytes=" + ",".join(["0-"] * 1000)}).expect(200, 206, 400, 416)
        assert len(answer.body) <= 2 * len(data) + 10_000


@row(HEAD)
def test_headers(files, anonymous):
    """HEAD and GET carry the same headers: commit, ETag, sizes"""
    for url, data in files.items():
        head = anonymous.head(url, headers={"Accept-Encoding": "identity"}).expect(200)
        got = anonymous.get(url).expect(200)
        assert head.body == b"" and got.body == data
        # A file that came in whole gets its Xet hash in the background, at any moment between the two requests.
        changing = {"date", "x-request-id", "connection", "keep-alive", "ratelimit", "x-xet-hash", "link"}
        facts = lambda answer: {k.lower(): v for k, v in answer.header_list if k.lower() not in changing}
        assert facts(head) == facts(got)
        assert head.header("Content-Length") == str(len(data))
        assert len(head.header("X-Repo-Commit")) == 40
        assert head.header("Accept-Ranges") == "bytes"
        if data is BYTES:
            assert head.header("X-Linked-Etag").strip('"') == sha256(data)
            assert head.header("X-Linked-Size") == str(len(data))
        else:
            assert head.header("X-Xet-Hash") is None
            assert head.header("ETag").strip('"') == git_blob(data)


@row(HEAD)
def test_head_ignores_range(files, anonymous):
    """Range means nothing to HEAD"""
    for url, data in files.items():
        head = anonymous.head(url, headers={"Range": "bytes=0-9"}).expect(200)
        assert head.header("Content-Length") == str(len(data))


@row(GET)
def test_if_none_match(files, anonymous):
    """If-None-Match: 304 for the same file, in every form"""
    for url, data in files.items():
        tag = anonymous.head(url).header("ETag")
        for value in (tag, f"W/{tag.removeprefix('W/')}", f'"other", {tag}', "*"):
            for method in ("GET", "HEAD"):
                answer = anonymous.request(method, url, headers={"If-None-Match": value}).expect(304)
                assert answer.body == b"" and answer.header("ETag") == tag
        assert anonymous.get(url, headers={"If-None-Match": '"other"'}).expect(200).body == data


@row(GET)
def test_if_match(files, anonymous):
    """If-Match: 412 for another file"""
    for url, data in files.items():
        tag = anonymous.head(url).header("ETag")
        assert anonymous.get(url, headers={"If-Match": tag}).expect(200).body == data
        anonymous.get(url, headers={"If-Match": '"other"'}).expect(412)


@row(GET)
def test_if_range(files, anonymous):
    """If-Range: a part of the same file, else the whole"""
    for url, data in files.items():
        tag = anonymous.head(url).header("ETag")
        part = anonymous.get(url, headers={"Range": "bytes=5-9", "If-Range": tag}).expect(206)
        assert part.body == data[5:10]
        for other in ('"other"', f"W/{tag.removeprefix('W/')}", "Wed, 21 Oct 2015 07:28:00 GMT"):
            answer = anonymous.get(url, headers={"Range": "bytes=5-9", "If-Range": other}).expect(200)
            assert answer.body == data


@row(GET)
@pytest.mark.parametrize("encoding", ["gzip, deflate, br", "gzip;q=1.0, identity;q=0", "*"])
def test_never_compressed(files, anonymous, encoding):
    """Files are never compressed"""
    for url, data in files.items():
        answer = anonymous.get(url, headers={"Accept-Encoding": encoding}).expect(200)
        assert answer.header("Content-Encoding") is None
        assert answer.header("Content-Length") == str(len(data)) and answer.body == data


@row(GET)
def test_disposition(files, anonymous):
    """Content-Disposition names the file; ?download=true makes it an attachment"""
    for url in files:
        name = url.rsplit("/", 1)[1]
        assert name in (anonymous.get(url).header("Content-Disposition") or "")
        assert anonymous.get(url + "?download=true").header("Content-Disposition").startswith("attachment")


@row(GET)
def test_revisions(files, anonymous):
    """Branch, commit, short commit and full ref in the URL, encoded or not"""
    sha = anonymous.head("/alice/wire-download/resolve/main/t.txt").header("X-Repo-Commit")
    for revision in ("main", sha, sha[:7], "refs%2Fheads%2Fmain"):
        answer = anonymous.get(f"/alice/wire-download/resolve/{revision}/t.txt").expect(200)
        assert answer.header("X-Repo-Commit") == sha
    for revision in (sha[:7].upper() + "x", "refs%2Fpr%2F1", "%00", "a%20b"):
        answer = anonymous.get(f"/alice/wire-download/resolve/{revision}/t.txt")
        assert 400 <= answer.status < 500


@row(GET)
def test_missing_file_names_the_commit(files, anonymous):
    """A missing file is EntryNotFound and names the commit"""
    for method in ("GET", "HEAD"):
        answer = anonymous.request(method, "/alice/wire-download/resolve/main/nope").expect(404)
        assert answer.header("X-Error-Code") == "EntryNotFound"
        assert len(answer.header("X-Repo-Commit")) == 40


@row("GET /{P}{id}/raw/{rev}/{path}")
def test_raw(files, anonymous):
    """raw gives the pointer of an LFS file and the bytes of others"""
    pointer = anonymous.get("/alice/wire-download/raw/main/w.bin").expect(200).text
    assert pointer == f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256(BYTES)}\nsize {len(BYTES)}\n"
    assert anonymous.get("/alice/wire-download/raw/main/t.txt").expect(200).body == TEXT
    anonymous.head("/alice/wire-download/raw/main/nope").expect(404)


@row(GET)
def test_active_content_is_inert(raw, anonymous):
    """An HTML or SVG file from a repository cannot run as a page of the hub"""
    ALICE.api.create_repo("alice/wire-active", exist_ok=True)
    for path in ("x.html", "x.svg"):
        ALICE.api.upload_file(path_or_fileobj=b"<script>alert(1)</script>", path_in_repo=path, repo_id="alice/wire-active")
        answer = anonymous.get(f"/alice/wire-active/resolve/main/{path}").expect(200)
        kind, policy = answer.header("Content-Type") or "", answer.header("Content-Security-Policy") or ""
        attached = (answer.header("Content-Disposition") or "").startswith("attachment")
        assert kind.startswith("text/plain") or attached or "sandbox" in policy, answer
        assert answer.header("X-Content-Type-Options") == "nosniff"
