"""Differences of two revisions, as git reads them."""

import json
import os
import struct
import subprocess

import pytest

row = pytest.mark.row
ROW = "GET /api/{T}/{id}/compare/{a}..{b}"


def commit(raw, model, files=None, deleted=()):
    import base64

    lines = [{"key": "header", "value": {"summary": "s"}}]
    for path, content in (files or {}).items():
        lines.append({"key": "file", "value": {"path": path, "encoding": "base64", "content": base64.b64encode(content).decode()}})
    lines += [{"key": "deletedFile", "value": {"path": path}} for path in deleted]
    return raw.commit(model, lines).expect(200).json()["commitOid"]


BEFORE = {
    "a.txt": b"".join(b"line %d\n" % n for n in range(40)),
    "b c.txt": b"no newline at the end",
    "gone.txt": b"1\n2\n3\n",
    "deep/er/d.md": b"# title\n\nold text\n",
    "same.txt": b"the same\n",
    "long.txt": b"".join(b"%d\n" % n for n in range(5000)),
    "empty-later.txt": b"x\n",
}
AFTER = {
    "a.txt": b"".join(b"line %d\n" % n if n not in (3, 30) else b"changed\nand more\n" for n in range(40) if n != 20),
    "b c.txt": b"no newline at the end\nnow two\n",
    "deep/er/d.md": b"# title\n\nnew text",
    "new/\xc3\xa4.txt".encode("latin-1").decode("utf-8"): b"n\xc3\xa4w\n",
    "long.txt": b"".join(b"%d\n" % (n + 7) for n in range(5000)),
    "empty.txt": b"",
    "empty-later.txt": b"",
}


@row(ROW)
def test_git_applies_it(raw, anonymous, model, tmp_path):
    """git apply makes the new files of the old ones and the difference"""
    base = commit(raw, model, BEFORE)
    head = commit(raw, model, AFTER, deleted=["gone.txt"])
    answer = anonymous.get(f"/api/models/{model}/compare/{base}..{head}").expect(200)
    assert answer.header("Content-Type").startswith("text/plain")
    for path, content in BEFORE.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    (tmp_path / ".gitattributes").write_bytes(b"")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    applied = subprocess.run(["git", "apply", "--verbose", "-"], cwd=tmp_path, input=answer.body, capture_output=True)
    assert applied.returncode == 0, applied.stderr.decode() + answer.body.decode()[:2000]
    for path, content in (BEFORE | AFTER).items():
        if path == "gone.txt":
            assert not (tmp_path / path).exists()
        else:
            assert (tmp_path / path).read_bytes() == content, path
    assert b"same.txt" not in answer.body
    # Only what differs, with three lines around it.
    assert answer.body.count(b"@@ -") >= 3 and b" line 10\n" not in answer.body
    assert anonymous.get(f"/api/models/{model}/compare/{head}..{head}").expect(200).body == b""


@row(ROW)
def test_raw_and_pointers(alice, raw, anonymous, model):
    """LFS files differ in their pointers; raw=true names the files alone"""
    base = alice.api.model_info(model).sha
    alice.api.upload_file(path_or_fileobj=b"\0" * 2000, path_in_repo="w.safetensors", repo_id=model)
    text = anonymous.get(f"/api/models/{model}/compare/{base}..main").expect(200).body.decode()
    assert "new file mode 100644\n" in text and "+version https://git-lfs.github.com/spec/v1\n" in text
    assert "+size 2000\n" in text
    lines = anonymous.get(f"/api/models/{model}/compare/{base}..main?raw=true").expect(200).body.decode().splitlines()
    assert len(lines) == 1 and lines[0].startswith(":000000 100644 " + "0" * 40) and lines[0].endswith(" A\tw.safetensors")


@row(ROW)
def test_bad_ranges(anonymous, model, private_model):
    """What is no range, names no commit, or is not ours to see is refused"""
    for text in ("main", "main...main", "..main", "main..", "a..b..c"):
        answer = anonymous.get(f"/api/models/{model}/compare/{text}").expect(400)
        assert "<base>..<head>" in answer.json()["error"]
    anonymous.get(f"/api/models/{model}/compare/main..nope").expect(404)
    anonymous.get(f"/api/models/{private_model}/compare/main..main").expect(401)


# ---------------------------------------------------------------- file by file, tensor by tensor


def safetensors(tensors: dict[str, tuple[str, list[int], bytes]]) -> bytes:
    header, data = {}, b""
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def push(alice, model, files: dict[str, bytes], deleted=()) -> str:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    operations = [CommitOperationAdd(path, data) for path, data in files.items()] + [CommitOperationDelete(path) for path in deleted]
    return alice.api.create_commit(model, operations, commit_message="c").oid


@pytest.fixture
def checkpoints(alice, model):
    """A checkpoint in one file, then in two shards with a changed, a new, a removed, a recast and a reshaped tensor."""
    same, moved, other = os.urandom(3_000_000), os.urandom(400), os.urandom(400)
    base = push(alice, model, {
        "config.json": b'{\n  "a": 1\n}\n',
        "model.safetensors": safetensors({
            "same": ("F32", [750_000], same), "moved": ("F32", [100], moved), "head": ("F32", [10, 10], other),
            "cast": ("F32", [4], b"1234" * 4), "shape": ("U8", [2, 3], b"123456"), "gone": ("I64", [1], b"12345678"),
        }),
    })
    changed = other[:-1] + bytes([other[-1] ^ 1])
    head = push(alice, model, {
        "config.json": b'{\n  "a": 2,\n  "b": 3\n}\n',
        "model.safetensors": safetensors({"same": ("F32", [750_000], same), "head": ("F32", [10, 10], changed), "cast": ("F16", [4], b"12345678")}),
        "more.safetensors": safetensors({"moved": ("F32", [100], moved), "shape": ("U8", [3, 2], b"123456"), "new": ("BF16", [2], b"1234")}),
    })
    return base, head


def test_tensors(anonymous, model, checkpoints):
    """Which tensors changed, and how: values, type, shape, place; what came and what went"""
    base, head = checkpoints
    answer = anonymous.get(f"/api/models/{model}/diff/{base}..{head}").expect(200).json()
    assert (answer["base"], answer["head"]) == (base, head)
    files = {file["path"]: file for file in answer["files"]}
    assert {path: file["status"] for path, file in files.items()} == {
        "config.json": "modified", "model.safetensors": "modified", "more.safetensors": "added",
    }
    config = files["config.json"]
    assert (config["additions"], config["deletions"]) == (2, 1) and '+  "a": 2,\n' in config["diff"]
    assert config["old"]["size"] == 13 and "lfs" in files["model.safetensors"]["new"] and "diff" not in files["model.safetensors"]
    tensors = answer["tensors"]
    assert tensors["unchanged"] == 1 and tensors["notCompared"] == [] and tensors["unreadable"] == {"old": [], "new": []}
    assert {row["name"]: row["what"] for row in tensors["changed"]} == {"head": ["values"], "cast": ["dtype"], "shape": ["shape"]}
    assert tensors["added"] == [{"name": "new", "dtype": "BF16", "shape": [2], "bytes": 4, "file": "more.safetensors"}]
    assert [row["name"] for row in tensors["removed"]] == ["gone"]
    (moved,) = tensors["moved"]
    assert (moved["old"]["file"], moved["new"]["file"]) == ("model.safetensors", "more.safetensors")
    backwards = anonymous.get(f"/api/models/{model}/diff/{head}..{base}").expect(200).json()["tensors"]
    assert [row["name"] for row in backwards["removed"]] == ["new"] and backwards["unchanged"] == 1
    short = anonymous.get(f"/api/models/{model}/diff/{base}..{head}?diff=false&tensors=false").expect(200).json()
    assert "tensors" not in short and all("diff" not in file for file in short["files"])
    assert anonymous.get(f"/api/models/{model}/diff/{head}..{head}").expect(200).json()["files"] == []


def test_files_without_lines(alice, anonymous, raw, model):
    """A binary file is told as such, a text that is too long is left out, and neither has lines"""
    base = alice.api.model_info(model).sha
    commit(raw, model, {"icon.ico": b"\0\1\2", "long.txt": b"line\n" * 300_000, "dash.txt": b"-- a\n++ b\n"})
    files = {file["path"]: file for file in anonymous.get(f"/api/models/{model}/diff/{base}..main").expect(200).json()["files"]}
    assert files["icon.ico"]["binary"] is True and "diff" not in files["icon.ico"]
    assert files["long.txt"]["diffIsLeftOut"] is True and "binary" not in files["long.txt"] and "additions" not in files["long.txt"]
    assert (files["dash.txt"]["additions"], files["dash.txt"]["deletions"]) == (2, 0)


def test_tensors_of_malformed_files(alice, anonymous, model, private_model):
    """A file that is no safetensors file is named with the reason; ranges and rights are checked as for compare"""
    base = alice.api.model_info(model).sha
    push(alice, model, {"bad.safetensors": b"\xff" * 2000, "data.bin": bytes(range(256))})
    answer = anonymous.get(f"/api/models/{model}/diff/{base}..main").expect(200).json()
    (bad,) = answer["tensors"]["unreadable"]["new"]
    assert bad["path"] == "bad.safetensors" and "header" in bad["reason"]
    anonymous.get(f"/api/models/{model}/diff/main").expect(400)
    anonymous.get(f"/api/models/{model}/diff/main..nope").expect(404)
    anonymous.get(f"/api/models/{private_model}/diff/main..main").expect(401)


def test_hubctl_diff(hub, client_environment, model, checkpoints):
    """hubctl diff prints lines, files and tensors; --json what the hub says; a revision that is not there exits with 1"""
    base, head = checkpoints

    def run(*words, code=0):
        done = subprocess.run([hub.hubctl, "diff", model, *words], env=client_environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, done
        return done.stdout

    text = run(base, head)
    assert '+  "a": 2,' in text and "F32 [10, 10]" in text and "more.safetensors" in text
    assert "dtype" in text and "moved" in text and "removed" in text
    assert '"a": 2' not in run(base, head, "--stat")
    assert json.loads(run(base, "main", "--json"))["tensors"]["unchanged"] == 1
    assert "TENSOR" not in run(base, head, "--no-tensors")
    run(base, "nope", code=1)
