"""HfFileSystem."""

import pytest
from huggingface_hub import HfFileSystem

from support.files import noise

row = pytest.mark.row
RANGE = "GET /{P}{id}/resolve/{rev}/{path} with Range"
TREE = "GET /api/{T}/{id}/tree/{rev}[/{path}]"
COMMIT = "POST /api/{T}/{id}/commit/{rev}"


@pytest.fixture
def fs(alice):
    return HfFileSystem(endpoint=alice.api.endpoint, token=alice.token, skip_instance_cache=True, use_listings_cache=False)


@row(TREE, COMMIT)
def test_write_list_read(fs, model):
    """Write, list and read"""
    data = noise(200_000, "fs")
    with fs.open(f"{model}/d/w.bin", "wb") as file:
        file.write(data)
    fs.write_text(f"{model}/a.txt", "hello")
    assert set(fs.ls(model, detail=False)) == {f"{model}/.gitattributes", f"{model}/a.txt", f"{model}/d"}
    assert fs.read_bytes(f"{model}/d/w.bin") == data
    assert fs.read_text(f"{model}/a.txt") == "hello"
    assert fs.info(f"{model}/d/w.bin")["size"] == len(data)
    assert fs.isdir(f"{model}/d") and fs.isfile(f"{model}/a.txt") and not fs.exists(f"{model}/nope")


@row(RANGE)
def test_seek(fs, model):
    """Read slices"""
    data = noise(500_000, "seek")
    fs.pipe_file(f"{model}/w.bin", data)
    with fs.open(f"{model}/w.bin", "rb", block_size=4096) as file:
        file.seek(300_000)
        assert file.read(1000) == data[300_000:301_000]
        file.seek(-5, 2)
        assert file.read() == data[-5:]
    assert fs.cat_file(f"{model}/w.bin", start=8, end=20) == data[8:20]


@row(TREE)
def test_glob_and_walk(fs, model):
    """glob, find and du"""
    for path in ("a/1.txt", "a/2.bin", "b/c/3.txt"):
        fs.pipe_file(f"{model}/{path}", b"12345")
    assert set(fs.glob(f"{model}/**/*.txt")) == {f"{model}/a/1.txt", f"{model}/b/c/3.txt"}
    assert len(fs.find(model)) == 4
    assert fs.du(f"{model}/a") == 10


@row(COMMIT)
def test_copy_move_remove(fs, model):
    """Copy, move and remove"""
    fs.pipe_file(f"{model}/w.bin", noise(5000, "copy"))
    fs.copy(f"{model}/w.bin", f"{model}/copy.bin")
    fs.mv(f"{model}/copy.bin", f"{model}/d/moved.bin")
    fs.rm(f"{model}/w.bin")
    assert set(fs.find(model)) == {f"{model}/.gitattributes", f"{model}/d/moved.bin"}
    assert fs.read_bytes(f"{model}/d/moved.bin") == noise(5000, "copy")


@row(TREE)
def test_revisions(fs, alice, model):
    """Paths with a revision, a branch with a slash too"""
    fs.pipe_file(f"{model}/a.txt", b"main")
    alice.api.create_branch(model, branch="side/line")
    fs.pipe_file(f"{model}@side%2Fline/a.txt", b"side")
    assert fs.read_bytes(f"{model}@main/a.txt") == b"main"
    assert fs.read_bytes(f"{model}@side%2Fline/a.txt") == b"side"


@row(TREE)
def test_dataset_and_missing(fs, dataset, fresh):
    """Datasets by their prefix; missing things are FileNotFoundError"""
    fs.pipe_file(f"datasets/{dataset}/d.csv", b"a\n1\n")
    assert fs.ls(f"datasets/{dataset}", detail=False)
    for path in (fresh(), f"datasets/{dataset}/nope", f"datasets/{dataset}@nope/d.csv"):
        with pytest.raises(FileNotFoundError):
            fs.ls(path)
