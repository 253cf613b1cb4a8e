"""Uploads: files and folders, small and large, text and LFS."""

import io

import pytest
from huggingface_hub import hf_hub_download

from support.files import git_blob, noise, sha256

row = pytest.mark.row


@row("POST /api/{T}/{id}/preupload/{rev}", "POST /api/{T}/{id}/commit/{rev}")
def test_upload_file(alice, model):
    """upload_file from bytes, a stream and a path"""
    commit = alice.api.upload_file(
        path_or_fileobj=b"hello", path_in_repo="dir/a.txt", repo_id=model, commit_message="Say hello", commit_description="At length"
    )
    assert commit.commit_url == f"{alice.api.endpoint}/{model}/commit/{commit.oid}"
    assert commit.oid == alice.api.model_info(model).sha
    alice.api.upload_file(path_or_fileobj=io.BytesIO(b"stream"), path_in_repo="b.txt", repo_id=model)
    assert open(hf_hub_download(model, "dir/a.txt"), "rb").read() == b"hello"
    assert open(hf_hub_download(model, "b.txt"), "rb").read() == b"stream"
    newest, second, first = alice.api.list_repo_commits(model)
    assert (second.title, second.message) == ("Say hello", "At length")
    assert "alice" in second.authors


@row(
    "POST /{P}{id}.git/info/lfs/objects/batch",
    "PUT {upload.href} (basic)",
    "POST {verify.href}",
)
def test_upload_lfs(alice, model, tmp_path):
    """upload_file of a binary file in one piece"""
    data = noise(400_000, "basic")
    path = tmp_path / "weights.bin"
    path.write_bytes(data)
    alice.api.upload_file(path_or_fileobj=str(path), path_in_repo="weights.bin", repo_id=model)
    (info,) = alice.api.get_paths_info(model, ["weights.bin"])
    assert info.size == len(data)
    assert (info.lfs.sha256, info.lfs.size) == (sha256(data), len(data))
    assert open(hf_hub_download(model, "weights.bin"), "rb").read() == data


@row("PUT {upload.href} (multipart)", "POST {upload.href} (multipart completion)")
def test_upload_multipart(alice, model):
    """upload_file of a large file in parts, from a path and from memory"""
    data = noise(4_500_123, "multipart")
    alice.api.upload_file(path_or_fileobj=data, path_in_repo="large.safetensors.bin", repo_id=model)
    assert open(hf_hub_download(model, "large.safetensors.bin"), "rb").read() == data
    (info,) = alice.api.get_paths_info(model, ["large.safetensors.bin"])
    assert info.lfs.sha256 == sha256(data)


@row("POST /{P}{id}.git/info/lfs/objects/batch")
def test_upload_same_bytes_again(alice, model):
    """Bytes the repository has are not sent again"""
    data = noise(50_000, "again")
    alice.api.upload_file(path_or_fileobj=data, path_in_repo="a.bin", repo_id=model)
    alice.api.upload_file(path_or_fileobj=data, path_in_repo="b.bin", repo_id=model)
    first, second = alice.api.get_paths_info(model, ["a.bin", "b.bin"])
    assert first.lfs.sha256 == second.lfs.sha256 == sha256(data)
    assert first.blob_id == second.blob_id


@row("POST /api/{T}/{id}/preupload/{rev}")
@pytest.mark.parametrize(
    ("path", "data", "lfs"),
    [
        ("notes.txt", b"plain", False),
        ("config.json", b"{}", False),
        ("model.safetensors", b"\0" * 64, True),
        ("sub/weights.onnx", b"\0" * 64, True),
        ("train.parquet", b"PAR1" + b"\0" * 60, True),
        ("empty.bin", b"", False),
    ],
)
def test_upload_mode(alice, model, path, data, lfs):
    """The hub decides by .gitattributes which files are LFS"""
    alice.api.upload_file(path_or_fileobj=data, path_in_repo=path, repo_id=model)
    (info,) = alice.api.get_paths_info(model, [path])
    assert (info.lfs is not None) == lfs
    assert info.size == len(data)
    if not lfs:
        assert info.blob_id == git_blob(data)


@row("POST /api/{T}/{id}/preupload/{rev}")
def test_large_text_is_lfs(alice, model):
    """Large text becomes LFS as well"""
    data = b"line of text\n" * 1_000_000
    alice.api.upload_file(path_or_fileobj=data, path_in_repo="long.txt", repo_id=model)
    (info,) = alice.api.get_paths_info(model, ["long.txt"])
    assert info.lfs is not None and info.lfs.sha256 == sha256(data)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n# A\n")
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "sub" / "a.bin").write_bytes(noise(10_000, "folder a"))
    (tmp_path / "sub" / "deep" / "b.bin").write_bytes(noise(20_000, "folder b"))
    (tmp_path / "sub" / "note.log").write_text("log")
    (tmp_path / "name with spaces & ünïcödé.txt").write_text("odd")
    return tmp_path


@row("POST /api/validate-yaml", "POST /api/{T}/{id}/commit/{rev}")
def test_upload_folder(alice, model, folder):
    """upload_folder with patterns"""
    alice.api.upload_folder(folder_path=folder, repo_id=model, ignore_patterns="*.log")
    assert set(alice.api.list_repo_files(model)) == {
        ".gitattributes", "README.md", "config.json", "sub/a.bin", "sub/deep/b.bin", "name with spaces & ünïcödé.txt",
    }
    path = hf_hub_download(model, "name with spaces & ünïcödé.txt")
    assert open(path).read() == "odd"


@row("POST /api/{T}/{id}/commit/{rev}")
def test_upload_folder_into_and_delete(alice, model, folder):
    """upload_folder into a folder, deleting what was there"""
    alice.api.upload_file(path_or_fileobj=b"old", path_in_repo="target/old.txt", repo_id=model)
    alice.api.upload_file(path_or_fileobj=b"keep", path_in_repo="keep.txt", repo_id=model)
    alice.api.upload_folder(
        folder_path=folder, repo_id=model, path_in_repo="target", allow_patterns=["*.bin"], delete_patterns="*.txt"
    )
    assert set(alice.api.list_repo_files(model)) == {
        ".gitattributes", "keep.txt", "target/sub/a.bin", "target/sub/deep/b.bin",
    }


@row("POST /api/{T}/{id}/commit/{rev}")
def test_upload_folder_again_changes_nothing(alice, model, folder):
    """upload_folder of unchanged files makes no commit"""
    alice.api.upload_folder(folder_path=folder, repo_id=model)
    head = alice.api.model_info(model).sha
    alice.api.upload_folder(folder_path=folder, repo_id=model)
    assert alice.api.model_info(model).sha == head


@row("POST /api/{T}/{id}/commit/{rev}")
def test_upload_to_branch(alice, model):
    """Upload to a branch"""
    alice.api.create_branch(model, branch="side/line")
    alice.api.upload_file(path_or_fileobj=b"x", path_in_repo="x.txt", repo_id=model, revision="side/line")
    assert "x.txt" in alice.api.list_repo_files(model, revision="side/line")
    assert "x.txt" not in alice.api.list_repo_files(model)


@row("POST /api/{T}/{id}/commit/{rev}")
def test_upload_large_folder(alice, model, folder):
    """upload_large_folder (part of upload_folder from 2.0 on)"""
    if hasattr(alice.api, "upload_large_folder"):
        alice.api.upload_large_folder(repo_id=model, folder_path=folder, repo_type="model", print_report=False, num_workers=2)
    else:
        alice.api.upload_folder(repo_id=model, folder_path=folder)
    assert {"config.json", "sub/a.bin", "sub/deep/b.bin"} <= set(alice.api.list_repo_files(model))


@row("POST /api/{T}/{id}/commit/{rev}")
def test_upload_many_files(alice, model, tmp_path):
    """upload_folder of hundreds of files in one commit"""
    for number in range(400):
        path = tmp_path / f"{number % 7}" / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"file {number}")
    alice.api.upload_folder(folder_path=tmp_path, repo_id=model)
    assert len(alice.api.list_repo_files(model)) == 401
    assert open(hf_hub_download(model, "6/6.txt")).read() == "file 6"
