"""Sizes of folders, as other clients than Python's ask for them."""

import pytest

row = pytest.mark.row


@row("GET /api/{T}/{id}/treesize/{rev}")
def test_treesize(alice, raw, model):
    """The bytes below a folder, LFS files counted whole"""
    alice.api.upload_file(path_or_fileobj=b"\0" * 2000, path_in_repo="a/w.safetensors", repo_id=model)
    alice.api.upload_file(path_or_fileobj=b"12345", path_in_repo="a/b/c.txt", repo_id=model)
    assert raw.get(f"/api/models/{model}/treesize/main/a").expect(200).json() == {"path": "/a", "size": 2005}
    assert raw.get(f"/api/models/{model}/treesize/main/a%2Fb").expect(200).json()["size"] == 5
    assert raw.get(f"/api/models/{model}/treesize/main").expect(200).json()["size"] > 2005
    raw.get(f"/api/models/{model}/treesize/main/nope").expect(404)
