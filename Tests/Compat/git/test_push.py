"""git push: what it brings, what it may not bring, and that a refused or broken push changes nothing."""

import random
import socket
import struct
import zlib

import pytest

from support.files import commit_files, git_blob, noise
from support.git import Git
from support.people import ALICE

row = pytest.mark.row("git: info/refs, upload-pack, receive-pack")
CARD = "---\nlicense: mit\npipeline_tag: image-classification\ntags: [pushed]\n---\n# Model\n"


def refs(git: Git, repo: str) -> dict[str, str]:
    return {name: oid for oid, name in (line.split("\t") for line in git.out("ls-remote", git.address(repo)).splitlines())}


@row
def test_push(both, model):
    """A push shows up everywhere: history, tree, files, card and search, under git's own ids"""
    work = both.clone(model, "work")
    head = work.commit("Add a card\n\nAnd more\nlines.", {"README.md": CARD, "a/b.txt": "b", "run.sh": "#!/bin/sh\n"})
    (work.folder / "run.sh").chmod(0o755)
    head = work.commit("Make it run")
    work("push", "-q", "origin", "main")
    info = ALICE.api.model_info(model)
    assert info.sha == head and info.pipeline_tag == "image-classification" and "pushed" in info.tags
    commits = ALICE.api.list_repo_commits(model)
    assert [commit.commit_id for commit in commits] == work.out("rev-list", "HEAD").split()
    assert (commits[1].title, commits[1].message, commits[1].authors) == ("Add a card", "And more\nlines.", ["Ann"])
    assert sorted(ALICE.api.list_repo_files(model)) == [".gitattributes", "README.md", "a/b.txt", "run.sh"]
    entry = next(each for each in ALICE.api.list_repo_tree(model, recursive=True) if each.path == "a/b.txt")
    assert entry.blob_id == git_blob(b"b")
    assert model in [each.id for each in ALICE.api.list_models(filter="pushed")]
    again = both.clone(model, "again")
    again.fsck()
    assert again.out("ls-files", "-s", "run.sh").startswith("100755")
    # The other way round: a commit of the API on top of the pushed one.
    commit_files(ALICE.api, model, {"run.sh": b"#!/bin/sh\nexit\n", "api.txt": b"api"})
    work("pull", "-q", "--ff-only")
    assert work.head() == ALICE.api.model_info(model).sha
    assert work.out("ls-files", "-s", "run.sh").startswith("100755")
    work.fsck()


@row
def test_branches_and_tags(both, model):
    """New branches, lightweight and annotated tags, deletions; the API sees each"""
    work = both.clone(model, "work")
    first = work.head()
    work("checkout", "-q", "-b", "dev/one")
    head = work.commit("dev", {"f": "1"})
    work("tag", "light", first)
    work("tag", "-a", "-m", "annotated", "heavy", head)
    work("push", "-q", "origin", "dev/one", "light", "heavy")
    found = ALICE.api.list_repo_refs(model)
    assert {branch.name: branch.target_commit for branch in found.branches} == {"main": first, "dev/one": head}
    assert {tag.name: tag.target_commit for tag in found.tags} == {"light": first, "heavy": head}
    seen = refs(both, model)
    assert seen["refs/tags/heavy"] == work.head("heavy") and seen["refs/tags/heavy^{}"] == head
    clone = both.clone(model, "clone")
    assert clone.out("cat-file", "-t", "heavy") == "tag"
    clone.fsck()
    work("push", "-q", "origin", "--delete", "dev/one", "light", "heavy")
    assert set(refs(both, model)) == {"HEAD", "refs/heads/main"}
    for refspec in (":main", "HEAD:refs/pr/1", "HEAD:refs/convert/parquet", "HEAD:refs/notes/x", f"{head}^{{tree}}:refs/heads/tree"):
        assert work("push", "origin", refspec, ok=False).returncode != 0, refspec
    assert set(refs(both, model)) == {"HEAD", "refs/heads/main"}
    assert "no such pull request" in work("push", "origin", "HEAD:refs/pr/1", ok=False).text
    assert "written by the hub" in work("push", "origin", "HEAD:refs/convert/parquet", ok=False).text


@row
def test_new_branch_on_record(git, raw, model):
    """Commits that come with a new branch are activity; a branch of commits that were there is none"""
    work = git.clone(model, "work")
    work("checkout", "-q", "-b", "topic")
    head = work.commit("on a branch", {"t.txt": "t"})
    work("push", "-q", "origin", "topic")
    work("push", "-q", "origin", "topic:twin")
    listed = raw.get("/api/recent-activity?entity=alice&activityType=update").expect(200).json()["recentActivity"]
    assert [item["ref"] for item in listed if item["commitOid"] == head] == ["refs/heads/topic"]


@row
def test_force(both, model):
    """A push that is not a fast-forward is refused by git, and done when it is forced"""
    work = both.clone(model, "work")
    first = work.head()
    work.commit("one", {"f": "1"})
    work("push", "-q", "origin", "main")
    work("reset", "-q", "--hard", first)
    head = work.commit("two", {"f": "2"})
    assert "non-fast-forward" in work("push", "origin", "main", ok=False).text
    work("push", "-q", "--force", "origin", "main")
    assert ALICE.api.model_info(model).sha == head
    assert work("push", "--force-with-lease=main:" + first, "origin", f"{first}:main", ok=False).returncode != 0
    assert ALICE.api.model_info(model).sha == head


@row
def test_race(both, model):
    """Of two pushes onto the same commit one wins; the other is told to fetch first and changes nothing"""
    one, two = both.clone(model, "one"), both.clone(model, "two")
    winner = one.commit("one", {"one": "1"})
    two.commit("two", {"two": "2"})
    one("push", "-q", "origin", "main")
    # What the server says when the client still believes its old view: the commands are sent as they were.
    old = two.head("origin/main")
    answer = push_raw(two, model, [(old, two.head(), "refs/heads/main")], pack_of(two, two.head(), old))
    assert b"unpack ok" in answer and b"ng refs/heads/main fetch first" in answer, answer
    assert ALICE.api.model_info(model).sha == winner
    assert "fetch first" in two("push", "origin", "main", ok=False).text


@row
def test_atomic(both, model):
    """--atomic moves all refs or none"""
    work = both.clone(model, "work")
    work.commit("one", {"f": "1"})
    refused = work("push", "--atomic", "origin", "main", "HEAD:refs/heads/ok", "HEAD:refs/pr/7", ok=False)
    assert "atomic push failure" in refused.text
    assert set(refs(both, model)) == {"HEAD", "refs/heads/main"}
    loose = work("push", "origin", "main", "HEAD:refs/heads/ok", "HEAD:refs/pr/7", ok=False)
    assert loose.returncode != 0
    assert refs(both, model)["refs/heads/ok"] == work.head() == ALICE.api.model_info(model).sha
    # A ref cannot be beside one that is a folder of it.
    assert "in the way" in work("push", "origin", "HEAD:refs/heads/ok/sub", ok=False).text


@row
def test_options_and_quiet(git, model):
    """Push options are taken, a push of nothing new is no error"""
    work = git.clone(model, "work")
    work.commit("one", {"f": "1"})
    work("push", "-q", "-o", "ci.skip", "origin", "main")
    work("push", "-q", "origin", "main", "main:refs/heads/same")
    assert refs(git, model)["refs/heads/same"] == work.head()


@row
def test_rights(both, model, private_model, bob_git, anonymous_git, hub):
    """Strangers cannot push, readers are told so, and private repositories are not revealed"""
    work = both.clone(model, "work")
    head = ALICE.api.model_info(model).sha
    work.commit("mine", {"f": "1"})
    assert "could not read Username" in work("push", f"{hub.url}/{model}", "main", ok=False).text
    assert "you may not write here" in work("push", bob_git.address(model), "main", ok=False).text
    assert "not found" in work("push", bob_git.address(private_model), "main", ok=False).text
    assert ALICE.api.model_info(model).sha == head


@row
def test_large_file(both, model):
    """A file over 10 MB that is not in LFS is refused with the Hub's advice, whatever the pack looks like"""
    work = both.clone(model, "work")
    text = b"".join(b"line %d\n" % number for number in range(1_000_000))
    work.commit("large", {"sub/large.txt": text, "small.txt": "s"})
    work.commit("changed", {"sub/large.txt": text + b"more\n"})
    before = refs(both, model)
    refused = work("push", "origin", "main", ok=False)
    assert refused.returncode != 0
    for words in ("files larger than 10 MiB", "https://git-lfs.github.com/", "sub/large.txt", "pre-receive hook declined"):
        assert words in refused.text, refused.text
    assert "small.txt" not in refused.text
    assert refs(both, model) == before


@row
def test_deltas(both, model):
    """Packs with deltas on deltas arrive whole"""
    work = both.clone(model, "work")
    lines = [f"line {number} {noise(8, number).hex()}" for number in range(5000)]
    for number in range(30):
        lines[number * 7] = f"changed {number}"
        work.commit(f"change {number}", {"text.txt": "\n".join(lines), f"d/{number}.txt": str(number)})
    work("gc", "-q", "--aggressive")
    work("push", "-q", "origin", "main")
    clone = both.clone(model, "clone")
    clone.fsck()
    assert clone.out("rev-list", "--objects", "HEAD") == work.out("rev-list", "--objects", "HEAD")
    assert (clone.folder / "text.txt").read_bytes() == (work.folder / "text.txt").read_bytes()


@row
def test_revert_and_move(both, model):
    """Commits whose trees and files the hub has already, which git therefore does not send"""
    work = both.clone(model, "work")
    work.commit("one", {"a/x": "x", "a/deep/y": "y", "top": "t"})
    one = work.head()
    work("push", "-q", "origin", "main")
    work("rm", "-q", "-r", "a")
    work.commit("gone")
    work("push", "-q", "origin", "main")
    work("checkout", "-q", one, "--", ".")
    work.commit("back")
    work("mv", "a", "b")
    work.commit("moved")
    work("push", "-q", "origin", "main")
    clone = both.clone(model, "clone")
    clone.fsck()
    assert clone.out("ls-files") == work.out("ls-files")


@row
def test_shallow_push(both, model):
    """A push from a shallow clone onto what the hub has works"""
    for number in range(3):
        commit_files(ALICE.api, model, {"f": b"%d" % number})
    work = both.clone(model, "work", "--depth", "1")
    head = work.commit("on top", {"g": "g"})
    work("push", "-q", "origin", "main")
    assert ALICE.api.model_info(model).sha == head


@row
@pytest.mark.parametrize("size", [300])
def test_long_history(both, model, size):
    """Hundreds of commits in one push, and back"""
    work = both.clone(model, "work")
    stream = []
    for number in range(size):
        data = f"file {number}\n"
        stream.append(
            f"commit refs/heads/main\nmark :{number + 1}\ncommitter A <a@b.c> {1_700_000_000 + number} +0100\ndata {len(str(number))}\n{number}\n"
            + (f"from {work.head()}\n" if number == 0 else "")
            + f"M 100644 inline dir{number % 10}/f{number}.txt\ndata {len(data)}\n{data}\n"
        )
    work("fast-import", "--quiet", "--force", stdin="".join(stream))
    work("push", "-q", "origin", "main")
    clone = both.clone(model, "clone")
    clone.fsck()
    assert clone.out("rev-list", "HEAD") == work.out("rev-list", "HEAD")


# ---------------------------------------------------------------- packs that no git would send


def pkt(text: bytes) -> bytes:
    return b"%04x%s" % (len(text) + 4, text)


def pack_of(work: Git, new: str, old: str) -> bytes:
    import subprocess

    done = subprocess.run(
        ["git", "pack-objects", "--revs", "--stdout", "-q"], cwd=work.folder, env=work.environment(),
        input=f"{new}\n^{old}\n".encode(), capture_output=True, check=True,
    )
    return done.stdout


def commands(lines: list[tuple[str, str, str]], capabilities: str = "report-status side-band-64k") -> bytes:
    body = b""
    for number, (old, new, ref) in enumerate(lines):
        body += pkt(f"{old} {new} {ref}".encode() + (b"\0" + capabilities.encode() if number == 0 else b""))
    return body + b"0000"


def push_raw(git: Git, repo: str, lines: list[tuple[str, str, str]], pack: bytes) -> bytes:
    from support.raw import Raw

    answer = Raw(git.url, git.token).post(f"/{repo}.git/git-receive-pack", body=commands(lines) + pack)
    assert answer.status == 200, answer
    return answer.body


def entry(kind: int, data: bytes, base: bytes = b"", size: int | None = None) -> bytes:
    size = len(data) if size is None else size
    front = bytearray()
    byte = kind << 4 | size & 15
    size >>= 4
    while size:
        front.append(byte | 0x80)
        byte = size & 0x7F
        size >>= 7
    front.append(byte)
    return bytes(front) + base + zlib.compress(data)


def pack(*entries: bytes, count: int | None = None, version: int = 2) -> bytes:
    import hashlib

    body = b"PACK" + struct.pack(">II", version, len(entries) if count is None else count) + b"".join(entries)
    return body + hashlib.sha1(body).digest()


def delta(base: int, result: int, *instructions: bytes) -> bytes:
    def varint(value: int) -> bytes:
        out = bytearray()
        while value >= 0x80:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes(out + bytes([value]))

    return varint(base) + varint(result) + b"".join(instructions)


def hostile_packs() -> dict[str, bytes]:
    blob = entry(3, b"hello")
    copy_much = b"\xff\x00\x00\x00\x00\x05\x00\x00"
    return {
        "nothing": b"",
        "no pack": b"JUNKJUNKJUNKJUNKJUNKJUNKJUNKJUNK",
        "version": pack(blob, version=4),
        "too many": pack(blob, count=2**31),
        "count short": pack(blob, blob, count=1),
        "count long": pack(blob, count=2),
        "checksum": pack(blob)[:-1] + b"\0",
        "trailing": pack(blob) + b"x",
        "cut": pack(blob)[:-25],
        "size small": pack(entry(3, b"hello", size=4)),
        "size large": pack(entry(3, b"hello", size=6)),
        "size huge": pack(entry(3, b"hello", size=2**62)),
        "type 0": pack(entry(0, b"hello")),
        "type 5": pack(entry(5, b"hello")),
        "no zlib": pack(b"\x35hello"),
        "commit too large": pack(entry(1, b"c" * (2 << 20))),
        "missing base": pack(entry(7, delta(5, 5, b"\x05hello"), base=b"\1" * 20)),
        "offset outside": pack(entry(6, delta(5, 5, b"\x05hello"), base=b"\xff\x7f")),
        "offset zero": pack(entry(6, delta(5, 5, b"\x05hello"), base=b"\0")),
        "offset in between": pack(blob, entry(6, delta(5, 5, b"\x05hello"), base=b"\3")),
        "other base": pack(blob, entry(6, delta(6, 5, b"\x05hello"), base=bytes([len(blob)]))),
        "copy outside": pack(blob, entry(6, delta(5, 5, b"\x91\x03\x05"), base=bytes([len(blob)]))),
        "insert outside": pack(blob, entry(6, delta(5, 5, b"\x09hello"), base=bytes([len(blob)]))),
        "reserved": pack(blob, entry(6, delta(5, 5, b"\0"), base=bytes([len(blob)]))),
        "too short": pack(blob, entry(6, delta(5, 9, b"\x05hello"), base=bytes([len(blob)]))),
        "bomb": pack(blob, entry(6, delta(5, 2**40, copy_much * 1000), base=bytes([len(blob)]))),
        "delta sizes endless": pack(blob, entry(6, b"\xff" * 100, base=bytes([len(blob)]))),
    }


@row
@pytest.mark.parametrize("name", hostile_packs())
def test_hostile_packs(git, model, raw, name):
    """A malformed pack is refused with its reason and changes nothing"""
    head = ALICE.api.model_info(model).sha
    answer = push_raw(git, model, [(head, "2" * 40, "refs/heads/main")], hostile_packs()[name])
    assert b"ng refs/heads/main" in answer, answer
    assert b"unpack ok" not in answer or name in ("bomb",), answer
    assert ALICE.api.model_info(model).sha == head


def tree(*entries: tuple[str, bytes, bytes]) -> bytes:
    import hashlib

    data = b"".join(mode.encode() + b" " + name + b"\0" + oid for mode, name, oid in entries)
    return data, hashlib.sha1(b"tree %d\0" % len(data) + data).digest()


def commit(tree_id: bytes, parents: list[str], people: bytes = b"A <a@b.c> 1700000000 +0000") -> tuple[bytes, str]:
    import hashlib

    data = b"tree " + tree_id.hex().encode() + b"\n" + b"".join(b"parent %s\n" % parent.encode() for parent in parents)
    data += b"author " + people + b"\ncommitter " + people + b"\n\nmessage\n"
    return data, hashlib.sha1(b"commit %d\0" % len(data) + data).hexdigest()


BLOB = b"hello"


@row
@pytest.mark.parametrize(
    "entries",
    [
        [("100644", b".git", None)],
        [("100644", b".GiT", None)],
        [("100644", b"git~1", None)],
        [("100644", ".g\u200cit".encode(), None)],
        [("100644", b"..", None)],
        [("100644", b"a/b", None)],
        [("100644", b"a\\b", None)],
        [("100644", b"a\nb", None)],
        [("100644", b"\xff\xfe", None)],
        [("100644", b"a" * 300, None)],
        [("100664", b"a", None)],
        [("0100644", b"a", None)],
        [("100644", b"b", None), ("100644", b"a", None)],
        [("100644", b"a", None), ("100644", b"a", None)],
        [("100644", b"missing", b"\7" * 20)],
        [("40000", b"missing", b"\7" * 20)],
    ],
    ids=str,
)
def test_hostile_trees(git, model, entries):
    """A tree that git or a client could be harmed by, or that lacks something, is refused and changes nothing"""
    head = ALICE.api.model_info(model).sha
    data, oid = tree(*[(mode, name, bytes.fromhex(git_blob(BLOB)) if target is None else target) for mode, name, target in entries])
    text, new = commit(oid, [head])
    answer = push_raw(git, model, [(head, new, "refs/heads/main")], pack(entry(3, BLOB), entry(2, data), entry(1, text)))
    assert b"unpack ok" in answer and b"ng refs/heads/main pre-receive hook declined" in answer, answer
    assert ALICE.api.model_info(model).sha == head


@row
def test_hostile_commits(git, model, private_model):
    """Commits that are malformed, lack their parents, or name those of another repository are refused"""
    commit_files(ALICE.api, private_model, {"secret.txt": b"a secret of another repository"})
    foreign = ALICE.api.model_info(private_model).sha
    head = ALICE.api.model_info(model).sha
    data, oid = tree(("100644", b"f", bytes.fromhex(git_blob(BLOB))))
    cases = {
        "no address": commit(oid, [head], b"A 1700000000 +0000"),
        "no time": commit(oid, [head], b"A <a@b.c>"),
        "year 100000": commit(oid, [head], b"A <a@b.c> 99999999999999 +0000"),
        "no parent": commit(oid, ["3" * 40]),
        "parent of another": commit(oid, [foreign]),
        "no tree": commit(b"\5" * 20, [head]),
    }
    secret, secret_tree = tree(("100644", b"f", bytes.fromhex(git_blob(b"a secret of another repository"))))
    for name, (text, new) in cases.items():
        answer = push_raw(git, model, [(head, new, "refs/heads/main")], pack(entry(3, BLOB), entry(2, data), entry(1, text)))
        assert b"ng refs/heads/main pre-receive" in answer, (name, answer)
    text, new = commit(secret_tree, [head])
    answer = push_raw(git, model, [(head, new, "refs/heads/main")], pack(entry(2, secret), entry(1, text)))
    assert b"ng refs/heads/main pre-receive" in answer, answer
    for target in (foreign, git_blob(BLOB), oid.hex()):
        answer = push_raw(git, model, [("0" * 40, target, "refs/heads/x")], pack(entry(3, BLOB), entry(2, data)))
        assert b"ng refs/heads/x" in answer, answer
    assert ALICE.api.model_info(model).sha == head and len(ALICE.api.list_repo_refs(model).branches) == 1


@row
def test_interrupted(git, model, hub):
    """A push whose connection breaks anywhere changes nothing, and the same push then goes through"""
    work = git.clone(model, "work")
    head = work.head()
    work.commit("big", {f"f{number}": noise(50_000, number) for number in range(10)})
    body = commands([(head, work.head(), "refs/heads/main")]) + pack_of(work, work.head(), head)
    host, port = hub.url.removeprefix("http://").split(":")
    for share in (0.0001, 0.1, 0.5, 0.9, 0.999999):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(
                f"POST /{model}/git-receive-pack HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {ALICE.token}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode() + body[: int(len(body) * share)]
            )
    assert ALICE.api.model_info(model).sha == head
    work("push", "-q", "origin", "main")
    assert ALICE.api.model_info(model).sha == work.head()
    git.clone(model, "clone").fsck()


@row
def test_commands(raw, model):
    """Malformed commands are refused, and the question whether one may push is answered"""
    path = f"/{model}.git/git-receive-pack"
    assert raw.post(path, body=b"0000").expect(200).body == b""
    for body in (b"zzzz", pkt(b"nonsense") + b"0000", pkt(b"0" * 40 + b" " + b"1" * 40) + b"0000", b"0077short", pkt(b"\xff" * 90) + b"0000"):
        assert raw.post(path, body=body).status == 400, body
    head = ALICE.api.model_info(model).sha
    for ref in ("refs/heads/../x", "refs/heads/a..b", "refs/heads/a b", "HEAD", "main", "refs/heads/", "refs/heads/x.lock"):
        answer = raw.post(path, body=commands([(head, "0" * 40, ref)]))
        assert answer.status == 400 or b"ng " in answer.body, (ref, answer)
    assert len(ALICE.api.list_repo_refs(model).branches) == 1


# ---------------------------------------------------------------- same content, same ids


def test_same_ids_both_ways(git, model):
    """Random commits through the API and through git, taking turns: both sides always agree on every id"""
    chance = random.Random(7)
    work = git.clone(model, "work")
    for turn in range(40):
        work("pull", "-q", "--ff-only")
        files = {f"{'abc'[chance.randrange(3)]}/{chance.randrange(5)}.txt": chance.randbytes(20).hex() for _ in range(chance.randint(1, 4))}
        if turn % 2:
            commit_files(ALICE.api, model, {path: text.encode() for path, text in files.items()})
        else:
            work.commit(f"turn {turn}", files)
            work("push", "-q", "origin", "main")
        work("fetch", "-q")
        assert work.head("origin/main") == ALICE.api.model_info(model).sha
    work("pull", "-q", "--ff-only")
    listed = {each.path: each.blob_id for each in ALICE.api.list_repo_tree(model, recursive=True) if hasattr(each, "blob_id")}
    assert listed == {line.split("\t")[1]: line.split()[2] for line in work.out("ls-tree", "-r", "HEAD").splitlines()}
    assert [each.commit_id for each in ALICE.api.list_repo_commits(model)] == work.out("rev-list", "HEAD").split()
    work.fsck()
