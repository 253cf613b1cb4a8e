"""A hub to break: starting, killing and asking it, and checking that nothing is lost."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import http.client
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Compat"))

from support.server import Server  # noqa: E402

TOKEN = "hf_" + "fault" * 7
# Small, so that a few megabytes go up in several parts.
SETTINGS = {
    "VITRINE_LFS_MULTIPART_THRESHOLD": "300000",
    "VITRINE_LFS_PART_SIZE": "100000",
    "VITRINE_RATE_LIMITS": "false",
    "VITRINE_GC_INTERVAL": "0",
}


class Refused(Exception):
    def __init__(self, status: int, body: bytes, headers: dict[str, str]):
        super().__init__(f"{status}: {body[:500]!r}")
        self.status, self.body, self.headers = status, body, headers


class Hub:
    """hubd on a folder, and requests to it as alice."""

    def __init__(self, options, folder: pathlib.Path, settings: dict[str, str] | None = None, wrapper: tuple[str, ...] = ()):
        self.server = Server(options.hubd, options.hubctl, folder, settings=SETTINGS | (settings or {}), wrapper=wrapper)

    def create(self) -> "Hub":
        self.server.admin("user", "create", "alice", "--token", TOKEN)
        return self

    def start(self) -> "Hub":
        self.server.start()
        return self

    def kill(self) -> None:
        self.server.kill()

    def stop(self) -> int:
        return self.server.stop()

    def connect(self, timeout: float = 60) -> http.client.HTTPConnection:
        parts = urlsplit(self.server.url)
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)

    def request(self, method: str, target: str, body=None, headers: dict[str, str] | None = None, token: str | None = TOKEN, timeout: float = 60) -> tuple[dict[str, str], bytes]:
        if "://" in target:
            parts = urlsplit(target)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection = self.connect(timeout)
        try:
            try:
                connection.request(method, target, body=body, headers=sent)
            except (BrokenPipeError, ConnectionResetError):
                # Refused before all was sent; the answer is in the socket.
                pass
            answer = connection.getresponse()
            data = answer.read()
            found = {key.lower(): value for key, value in answer.getheaders()}
            if answer.status >= 400:
                raise Refused(answer.status, data, found)
            return found, data
        finally:
            connection.close()

    def json(self, method: str, target: str, body=None):
        return json.loads(self.request(method, target, body)[1])

    # ------------------------------------------------------------ pushing

    def create_repo(self, name: str) -> str:
        self.json("POST", "/api/repos/create", {"name": name, "type": "model"})
        return f"alice/{name}"

    def upload(self, repo: str, data: bytes) -> str:
        """Sends an LFS object as git-lfs does; gives its SHA-256."""
        oid = hashlib.sha256(data).hexdigest()
        batch = {"operation": "upload", "transfers": ["basic", "multipart"], "objects": [{"oid": oid, "size": len(data)}], "hash_algo": "sha256"}
        (entry,) = self.json("POST", f"/{repo}.git/info/lfs/objects/batch", batch)["objects"]
        if "error" in entry:
            raise AssertionError(entry)
        actions = entry.get("actions")
        if not actions:
            return oid
        upload = actions["upload"]
        if "chunk_size" in upload.get("header", {}):
            size = int(upload["header"]["chunk_size"])
            parts = []
            for number in sorted(int(key) for key in upload["header"] if key.isdigit()):
                piece = data[(number - 1) * size : number * size]
                headers, _ = self.request("PUT", upload["header"][str(number)], piece, token=None)
                parts.append({"partNumber": number, "etag": headers["etag"]})
            self.request("POST", upload["href"], {"oid": oid, "parts": parts}, token=None)
        else:
            self.request("PUT", upload["href"], data, token=None)
        return oid

    def commit(self, repo: str, operations: list[dict], summary: str = "s") -> str:
        lines = [{"key": "header", "value": {"summary": summary}}, *operations]
        body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        _, data = self.request("POST", f"/api/models/{repo}/commit/main", body, {"Content-Type": "application/x-ndjson"})
        return json.loads(data)["commitOid"]

    # ------------------------------------------------------------ checking

    def commits(self, repo: str) -> list[str]:
        return [commit["id"] for commit in self.json("GET", f"/api/models/{repo}/commits/main?limit=1000")]

    def tree(self, repo: str, revision: str = "main") -> list[dict]:
        entries = self.json("GET", f"/api/models/{repo}/tree/{revision}?recursive=true")
        return [entry for entry in entries if entry["type"] == "file"]

    def download(self, repo: str, path: str, revision: str = "main") -> bytes:
        return self.request("GET", f"/{repo}/resolve/{revision}/{quote(path)}")[1]

    def check_repo(self, repo: str, seen: set[str]) -> int:
        """Every file of every listed commit has the bytes that its digest says. `seen` spares asking twice."""
        count = 0
        for commit in self.commits(repo):
            for entry in self.tree(repo, commit):
                digest = entry["lfs"]["oid"] if entry.get("lfs") else entry["oid"]
                if digest in seen:
                    continue
                data = self.download(repo, entry["path"], commit)
                if entry.get("lfs"):
                    found = hashlib.sha256(data).hexdigest()
                else:
                    found = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
                assert found == digest, f"{repo} {commit} {entry['path']}: {found} instead of {digest}"
                assert len(data) == entry["size"]
                seen.add(digest)
                count += 1
        return count

    def verify(self) -> dict:
        """`hubctl admin verify`, which must find nothing wrong."""
        done = self.server.admin("verify", "--json", check=False)
        assert done.returncode == 0, f"verify: {done.stdout}\n{done.stderr}"
        return json.loads(done.stdout.strip().splitlines()[-1])


def add(path: str, data: bytes) -> dict:
    return {"key": "file", "value": {"path": path, "encoding": "base64", "content": base64.b64encode(data).decode()}}


def add_lfs(path: str, oid: str, size: int) -> dict:
    return {"key": "lfsFile", "value": {"path": path, "algo": "sha256", "oid": oid, "size": size}}


def delete(path: str) -> dict:
    return {"key": "deletedFile", "value": {"path": path}}


@dataclasses.dataclass
class Options:
    hubd: str
    hubctl: str
    quick: bool
    seed: int

    def random(self, name: str) -> random.Random:
        return random.Random(f"{self.seed} {name}")


class Folder:
    """A temporary folder that is kept when a test fails."""

    def __init__(self, name: str):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix=f"vitrine-{name}-"))

    def __enter__(self) -> pathlib.Path:
        return self.path

    def __exit__(self, kind, *_rest) -> None:
        if kind is None:
            shutil.rmtree(self.path, ignore_errors=True)
        else:
            print(f"kept: {self.path}", file=sys.stderr)


def wait_until(condition, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def terminate(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)


class NotHere(Exception):
    """This machine does not let the fault be made; said aloud, never passed over."""
