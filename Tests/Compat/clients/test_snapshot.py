"""snapshot_download."""

import pathlib

import pytest
from huggingface_hub import snapshot_download
from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

from support.files import noise

row = pytest.mark.row
ROWS = ("GET /api/{T}/{id}/revision/{rev}", "HEAD /{P}{id}/resolve/{rev}/{path}", "GET /{P}{id}/resolve/{rev}/{path}")
FILES = {
    "README.md": b"# R\n",
    "config.json": b"{}",
    "w/a.safetensors": noise(600_000, "snapshot a"),
    "w/b.safetensors": noise(10, "snapshot b"),
    "w/logs/x.log": b"log",
}


@pytest.fixture
def filled(alice, model, tmp_path):
    source = tmp_path / "source"
    for path, data in FILES.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(data)
    alice.api.upload_folder(folder_path=source, repo_id=model)
    return model


def contents(folder):
    folder = pathlib.Path(folder)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".cache" not in path.parts and path.name != ".gitattributes"
    }


@row(*ROWS)
def test_whole(filled, tmp_path):
    """Download a whole repository into the cache"""
    folder = snapshot_download(filled, cache_dir=tmp_path / "cache")
    assert contents(folder) == FILES


@row(*ROWS)
def test_into_folder(filled, tmp_path):
    """Download a whole repository into a folder"""
    snapshot_download(filled, local_dir=tmp_path / "local")
    assert contents(tmp_path / "local") == FILES


@row(*ROWS)
def test_patterns(filled, tmp_path):
    """Download what patterns select"""
    folder = snapshot_download(filled, cache_dir=tmp_path / "cache", allow_patterns=["w/*"], ignore_patterns="*.log")
    assert set(contents(folder)) == {"w/a.safetensors", "w/b.safetensors"}


@row(*ROWS)
def test_revision(alice, filled, tmp_path):
    """Download an older commit, and then offline from the cache"""
    old = alice.api.model_info(filled).sha
    alice.api.create_tag(filled, tag="v1")
    alice.api.upload_file(path_or_fileobj=b"new", path_in_repo="config.json", repo_id=filled)
    by_sha = snapshot_download(filled, cache_dir=tmp_path / "cache", revision=old)
    assert contents(by_sha)["config.json"] == b"{}"
    by_tag = snapshot_download(filled, cache_dir=tmp_path / "cache", revision="v1")
    assert by_tag == by_sha
    newest = snapshot_download(filled, cache_dir=tmp_path / "cache")
    assert contents(newest)["config.json"] == b"new"
    assert snapshot_download(filled, cache_dir=tmp_path / "cache", revision="v1", local_files_only=True) == by_sha


@row(*ROWS)
def test_errors(filled, fresh, tmp_path):
    """Missing revision and missing repository"""
    with pytest.raises(RevisionNotFoundError):
        snapshot_download(filled, cache_dir=tmp_path / "cache", revision="nope")
    with pytest.raises(RepositoryNotFoundError):
        snapshot_download(fresh(), cache_dir=tmp_path / "cache")
