"""Scans of pushed files: what pickles import, credentials, and what clients see of it."""

import io
import json
import pickle
import time
import zipfile
import zlib

import pytest

from support.files import commit_files
from support.people import ALICE, BOB
from support.raw import Raw
from support.server import Server

row = pytest.mark.row
TREE, INFO = "GET /api/{T}/{id}/tree/{rev}[/{path}]", "GET /api/models/{id}?securityStatus="


class Evil:
    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


def archive(data: bytes, compression=zipfile.ZIP_STORED) -> bytes:
    """What torch.save writes, as far as a scan looks at it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        file.writestr("archive/data.pkl", data)
        file.writestr("archive/data/0", bytes(4000))
        file.writestr("archive/version", b"3\n")
    return buffer.getvalue()


def evil_files() -> dict[str, bytes]:
    import os
    import subprocess

    files = {f"evil-{protocol}.pkl": pickle.dumps(Evil(os.system, "true"), protocol) for protocol in range(6)}
    files["evil-check.bin"] = archive(pickle.dumps({"w": Evil(subprocess.check_output, ["true"])}))
    files["evil-packed.pt"] = archive(pickle.dumps([1, Evil(eval, "1")]), zipfile.ZIP_DEFLATED)
    files["evil-joblib.joblib"] = zlib.compress(pickle.dumps(Evil(exec, "pass")))
    files["evil-second.ckpt"] = pickle.dumps(1) + pickle.dumps(2) + pickle.dumps(Evil(os.system, "true"))
    # Not named a pickle: what it is counts.
    files["evil.dat2"] = pickle.dumps(Evil(os.system, "true"))
    return files


def good_files() -> dict[str, bytes]:
    from collections import OrderedDict, defaultdict

    return {
        "good.pkl": pickle.dumps(OrderedDict(a=[1, 2, b"x" * 70000, "y" * 3000])),
        "good-0.pkl": pickle.dumps({"a": [1.5, None, (1, 2)]}, 0),
        "good.bin": archive(pickle.dumps(defaultdict(list, a=[1]))),
        "weights.bin": bytes(range(256)) * 300,
        "notes.txt": b"config\nos\nsystem\n",
    }


def scanned(api, repo_id: str, **options):
    """The tree once every file has been read."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        files = {entry.path: entry for entry in api.list_repo_tree(repo_id, recursive=True, expand=True, **options)}
        if all(entry.security and entry.security.status != "queued" for entry in files.values()):
            return files
        time.sleep(0.1)
    raise AssertionError({path: entry.security for path, entry in files.items()})


@row(TREE, "POST /api/{T}/{id}/paths-info/{rev}")
def test_pickles(alice, bob, model):
    """Each pickle's imports are told with how safe they are, whatever protocol, archive or name it has"""
    evil, good = evil_files(), good_files()
    commit_files(alice.api, model, evil | good)
    files = scanned(bob.api, model)
    for name in evil:
        security = files[name].security
        assert (security.safe, security.status) == (False, "unsafe"), (name, security)
        assert security.pickle_import_scan["highestSafetyLevel"] == "dangerous"
    assert {"module": "posix", "name": "system", "safety": "dangerous"} in files["evil-2.pkl"].security.pickle_import_scan["pickleImports"]
    for name in good:
        assert files[name].security.safe and files[name].security.status == "safe", (name, files[name].security)
    imports = files["good.pkl"].security.pickle_import_scan["pickleImports"]
    assert imports == [{"module": "collections", "name": "OrderedDict", "safety": "innocuous"}]
    assert files["weights.bin"].security.pickle_import_scan is None
    (info,) = bob.api.get_paths_info(model, ["evil.dat2"], expand=True)
    assert info.security.status == "unsafe"
    (plain,) = bob.api.get_paths_info(model, ["evil.dat2"])
    assert plain.security is None


@row(INFO, "GET /api/models/{id}/scan")
def test_repo_status(alice, bob, anonymous, model):
    """A model's files with issues are in its description and in its scan"""
    commit_files(alice.api, model, {"bad.pkl": evil_files()["evil-4.pkl"], "odd.pkl": pickle.dumps(Evil(zipfile.ZipFile, "x"))})
    scanned(bob.api, model)
    status = bob.api.model_info(model, securityStatus=True).security_repo_status
    assert status["scansDone"] is True
    levels = {issue["path"]: issue["level"] for issue in status["filesWithIssues"]}
    assert levels == {"bad.pkl": "unsafe", "odd.pkl": "suspicious"}
    assert bob.api.model_info(model).security_repo_status is None
    scan = anonymous.request("GET", f"/api/models/{model}/scan").expect(200).json()
    assert scan["hasUnsafeFile"] is True and scan["dangerousPickles"] == ["bad.pkl"] and scan["scansDone"] is True


@row("GET /api/models/{id}/scan")
def test_scan_of_a_private_repo(private_model, anonymous, raw):
    """A private repository's scan is for its readers"""
    anonymous.request("GET", f"/api/models/{private_model}/scan").expect(401)
    anonymous.with_token(BOB.token).request("GET", f"/api/models/{private_model}/scan").expect(404)
    raw.request("GET", f"/api/models/{private_model}/scan").expect(200)


@row("GET /api/models/{id}/scan")
def test_secrets(alice, bob, raw, anonymous, model):
    """Credentials in text files are told to those who may write, and to nobody else"""
    # Put together here, so that no scanner takes this file for a leak.
    token = "hf" + "_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH"
    key = "AKIA" + "Q3EGRZT7VKLM2XYW"
    commit_files(
        alice.api,
        model,
        {
            "train.py": f"import x\nlogin('{token}')\n".encode(),
            "env.sh": f"export AWS_ACCESS_KEY_ID={key}\n".encode(),
            "id_rsa": b"-----BEGIN OPENSSH PRIVATE KEY-----\nxyz\n",
            "doc.md": b"Use hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx and AKIAIOSFODNN7EXAMPLE here\n",
        },
    )
    scanned(bob.api, model)

    def secrets(client):
        files = client.request("GET", f"/api/models/{model}/scan").expect(200).json()["files"]
        return {file["path"]: file["secretScan"]["secrets"] for file in files if "secretScan" in file}

    assert secrets(raw) == {
        "train.py": [{"type": "Hugging Face token", "line": 2}],
        "env.sh": [{"type": "AWS access key", "line": 1}],
        "id_rsa": [{"type": "private key", "line": 1}],
    }
    assert secrets(anonymous) == {} and token not in json.dumps(secrets(raw))


@row("POST /api/{T}/{id}/commit/{rev}")
@pytest.mark.since(1, 0)
def test_policy_refuse(hub, tmp_path):
    """With scan-policy = refuse, dangerous files are neither taken nor handed out; restarts go on with the scan"""
    from huggingface_hub import HfApi
    from huggingface_hub.utils import HfHubHTTPError

    server = Server(hub.hubd, hub.hubctl, tmp_path / "hub")
    server.admin("user", "create", ALICE.name, "--token", ALICE.token)
    evil = evil_files()["evil-4.pkl"]
    try:
        api = HfApi(server.start().url, ALICE.token)
        api.create_repo("alice/before")
        commit_files(api, "alice/before", {"bad.pkl": evil})
        scanned(api, "alice/before")
        server.stop()
        server.settings["VITRINE_SCAN_POLICY"] = "refuse"
        api = HfApi(server.start().url, ALICE.token)
        # The client shows a refusal it does not know as the cause of "not found".
        with pytest.raises(Exception) as refused:
            api.hf_hub_download("alice/before", "bad.pkl", cache_dir=tmp_path / "cache")
        assert "a scan found that loading it would run code" in str(refused.value.__cause__ or refused.value)
        Raw(server.url, ALICE.token).request("GET", "/alice/before/resolve/main/bad.pkl").expect(403)
        head = api.model_info("alice/before").sha
        for data in (evil, evil_files()["evil-packed.pt"]):
            with pytest.raises(HfHubHTTPError, match="This hub refuses"):
                commit_files(api, "alice/before", {"again.bin": data})
        assert api.model_info("alice/before").sha == head
        commit_files(api, "alice/before", {"fine.pkl": good_files()["good.pkl"]})
    finally:
        server.kill()
