"""Differences of two revisions, as git reads them."""

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
