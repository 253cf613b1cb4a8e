"""Downloads of single files by the client libraries."""

import os

import pytest
from huggingface_hub import get_hf_file_metadata, get_safetensors_metadata, hf_hub_download, hf_hub_url, try_to_load_from_cache
from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError, RepositoryNotFoundError

from support.files import FIXTURES, git_blob, noise, sha256

row = pytest.mark.row
RESOLVE = ("HEAD /{P}{id}/resolve/{rev}/{path}", "GET /{P}{id}/resolve/{rev}/{path}")


@row(*RESOLVE)
@pytest.mark.parametrize("size", [0, 1, 10, 262_144, 262_145, 5_000_001])
@pytest.mark.parametrize("extension", ["txt", "bin"])
def test_download(alice, model, tmp_path, size, extension):
    """hf_hub_download of regular and LFS files of many sizes"""
    data = noise(size, f"{size}{extension}") if extension == "bin" else (b"0123456789abcdef\n" * (size // 17 + 1))[:size]
    alice.api.upload_file(path_or_fileobj=data, path_in_repo=f"f.{extension}", repo_id=model)
    path = hf_hub_download(model, f"f.{extension}", cache_dir=tmp_path)
    assert open(path, "rb").read() == data


@row(*RESOLVE)
def test_metadata(alice, model):
    """File metadata: ETag, size and commit, of a regular and an LFS file"""
    data = noise(70_000, "metadata")
    alice.api.upload_file(path_or_fileobj=b"{}", path_in_repo="config.json", repo_id=model)
    head = alice.api.upload_file(path_or_fileobj=data, path_in_repo="m.safetensors", repo_id=model).oid
    regular = get_hf_file_metadata(hf_hub_url(model, "config.json"))
    assert (regular.etag, regular.size, regular.commit_hash) == (git_blob(b"{}"), 2, head)
    lfs = get_hf_file_metadata(hf_hub_url(model, "m.safetensors"))
    assert (lfs.etag, lfs.size, lfs.commit_hash) == (sha256(data), len(data), head)


@row(*RESOLVE)
def test_cache(alice, model, tmp_path):
    """The cache knows commits and files that are not there"""
    head = alice.api.upload_file(path_or_fileobj=b"1", path_in_repo="a.txt", repo_id=model).oid
    path = hf_hub_download(model, "a.txt", cache_dir=tmp_path)
    assert f"/snapshots/{head}/a.txt" in path
    with pytest.raises(EntryNotFoundError):
        hf_hub_download(model, "missing.txt", cache_dir=tmp_path)
    from huggingface_hub import _CACHED_NO_EXIST

    assert try_to_load_from_cache(model, "missing.txt", cache_dir=tmp_path) is _CACHED_NO_EXIST
    assert hf_hub_download(model, "a.txt", cache_dir=tmp_path, local_files_only=True) == path
    with pytest.raises(LocalEntryNotFoundError):
        hf_hub_download(model, "other.txt", cache_dir=tmp_path, local_files_only=True)


@row(*RESOLVE)
def test_new_version_is_seen(alice, model, tmp_path):
    """A changed file is downloaded anew, the old commit stays"""
    first = alice.api.upload_file(path_or_fileobj=b"1", path_in_repo="a.txt", repo_id=model).oid
    assert open(hf_hub_download(model, "a.txt", cache_dir=tmp_path)).read() == "1"
    alice.api.upload_file(path_or_fileobj=b"2", path_in_repo="a.txt", repo_id=model)
    assert open(hf_hub_download(model, "a.txt", cache_dir=tmp_path)).read() == "2"
    assert open(hf_hub_download(model, "a.txt", cache_dir=tmp_path, revision=first)).read() == "1"
    assert open(hf_hub_download(model, "a.txt", cache_dir=tmp_path, revision=first[:8])).read() == "1"


@row(*RESOLVE)
def test_local_folder(alice, model, tmp_path):
    """hf_hub_download into a folder"""
    alice.api.upload_file(path_or_fileobj=b"x", path_in_repo="d/a.txt", repo_id=model)
    path = hf_hub_download(model, "d/a.txt", local_dir=tmp_path)
    assert os.path.realpath(path) == os.path.realpath(tmp_path / "d" / "a.txt")


@row("GET /{P}{id}/resolve/{rev}/{path} with Range")
def test_resume(alice, model, tmp_path):
    """An interrupted download goes on where it stopped"""
    data = noise(900_000, "resume")
    alice.api.upload_file(path_or_fileobj=data, path_in_repo="w.bin", repo_id=model)
    etag = sha256(data)
    blobs = tmp_path / f"models--{model.replace('/', '--')}" / "blobs"
    blobs.mkdir(parents=True)
    (blobs / f"{etag}.incomplete").write_bytes(data[:600_000])
    assert open(hf_hub_download(model, "w.bin", cache_dir=tmp_path), "rb").read() == data


@row(*RESOLVE)
@pytest.mark.parametrize("path", ["with space.txt", "ünïcödé/日本語.txt", "a+b&c=d;e.txt", "100%.txt", "q?mark#hash.txt", "deep/" * 20 + "x.txt"])
def test_odd_names(alice, model, path):
    """Files with odd names come back"""
    alice.api.upload_file(path_or_fileobj=path.encode(), path_in_repo=path, repo_id=model)
    assert path in alice.api.list_repo_files(model)
    assert open(hf_hub_download(model, path), "rb").read() == path.encode()


@row(*RESOLVE)
def test_dataset_and_space(alice, dataset, fresh):
    """Files of datasets and spaces"""
    alice.api.upload_file(path_or_fileobj=b"a,b\n1,2\n", path_in_repo="d.csv", repo_id=dataset, repo_type="dataset")
    assert open(hf_hub_download(dataset, "d.csv", repo_type="dataset")).read() == "a,b\n1,2\n"
    space = fresh()
    alice.api.create_repo(space, repo_type="space", space_sdk="static")
    alice.api.upload_file(path_or_fileobj=b"<p>", path_in_repo="index.html", repo_id=space, repo_type="space")
    assert open(hf_hub_download(space, "index.html", repo_type="space")).read() == "<p>"


@row(*RESOLVE)
def test_private(alice, bob, private_model, tmp_path):
    """Files of private repositories are for those who may read them"""
    alice.api.upload_file(path_or_fileobj=b"secret", path_in_repo="a.txt", repo_id=private_model)
    path = hf_hub_download(private_model, "a.txt", token=alice.token, cache_dir=tmp_path / "alice")
    assert open(path).read() == "secret"
    for token in (bob.token, False):
        with pytest.raises(RepositoryNotFoundError):
            hf_hub_download(private_model, "a.txt", token=token, cache_dir=tmp_path / "other")


@row("GET /{P}{id}/resolve/{rev}/{path} with Range")
def test_safetensors_metadata(alice, model):
    """get_safetensors_metadata reads the header by ranges"""
    alice.api.upload_file(
        path_or_fileobj=FIXTURES / "tiny_vit" / "model.safetensors", path_in_repo="model.safetensors", repo_id=model
    )
    metadata = get_safetensors_metadata(model)
    assert metadata.parameter_count == {"F32": 42600}
