"""Storage quotas."""

import pytest
from huggingface_hub.errors import HfHubHTTPError

from support.shim import status_of

row = pytest.mark.row


@pytest.fixture
def limited(request):
    """Sets alice's quota, and lifts it at the end."""
    import json

    from conftest import SERVER

    server = request.config.stash[SERVER]

    def limit(extra):
        used = json.loads(server.admin("quota", "get", "alice", "--json").stdout)["used"]
        server.admin("quota", "set", "alice", str(used + extra))

    yield limit
    server.admin("quota", "set", "alice", "default")


@row("POST /api/{T}/{id}/preupload/{rev}", "POST /{P}{id}.git/info/lfs/objects/batch", "POST /api/{T}/{id}/commit/{rev}")
def test_quota(alice, raw, model, limited):
    """Over its quota an account is told so before it sends anything; it may still delete, and read"""
    alice.api.upload_file(path_or_fileobj=b"\0" * 2000, path_in_repo="w.safetensors", repo_id=model)
    limited(1000)
    with pytest.raises(HfHubHTTPError, match="storage quota of alice") as failure:
        alice.api.upload_file(path_or_fileobj=b"\1" * 3000, path_in_repo="v.safetensors", repo_id=model)
    assert status_of(failure.value) == 403
    answer = raw.post(
        f"/api/models/{model}/preupload/main",
        json_body={"files": [{"path": "v.safetensors", "size": 3000, "sample": "AQEB"}]},
    ).expect(403)
    assert answer.header("X-Error-Code") == "QuotaExceeded"
    # The bytes that are there already may be pushed again, and what is small still fits.
    alice.api.upload_file(path_or_fileobj=b"\0" * 2000, path_in_repo="w.safetensors", repo_id=model)
    alice.api.upload_file(path_or_fileobj=b"small", path_in_repo="a.txt", repo_id=model)
    limited(-100)
    alice.api.delete_file("a.txt", model)
    assert alice.api.list_repo_files(model) == [".gitattributes", "w.safetensors"]
