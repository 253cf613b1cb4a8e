"""Clients with a memory of their own, and what they send: each simulated client is a process with its own HF_HOME."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import textwrap

from support.raw import Raw


class Client:
    """A client that has never spoken to the hub before: no cache of files, no memory of chunks."""

    def __init__(self, home: pathlib.Path, endpoint: str, token: str | None):
        self.home = home
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("HF_")} | {
            "HF_HOME": str(home), "HF_ENDPOINT": endpoint, "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1", "HF_XET_CLIENT_RETRY_BASE_DELAY": "50ms", "DO_NOT_TRACK": "1",
        }
        if token:
            self.environment["HF_TOKEN"] = token

    def run(self, script: str, *arguments: object, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs Python with `api`, an HfApi of the client, and `arguments` as `a`."""
        prelude = "import sys; from huggingface_hub import HfApi, hf_hub_download, snapshot_download; api = HfApi(); a = sys.argv[1:]\n"
        done = subprocess.run(
            [sys.executable, "-c", prelude + textwrap.dedent(script), *map(str, arguments)],
            env=self.environment | environment, capture_output=True, text=True, timeout=300,
        )
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done

    def upload(self, repo_id: str, path: pathlib.Path, name: str, **options) -> subprocess.CompletedProcess[str]:
        return self.run("api.upload_file(path_or_fileobj=a[1], path_in_repo=a[2], repo_id=a[0])", repo_id, path, name, **options)

    def download(self, repo_id: str, name: str) -> bytes:
        path = self.run("print(hf_hub_download(a[0], a[1]))", repo_id, name).stdout.strip().splitlines()[-1]
        return pathlib.Path(path).read_bytes()


class Traffic:
    """What has come in at a hub since, by its own log."""

    def __init__(self, hub):
        self.hub = hub
        self.start = len(hub.log.read_bytes())

    def lines(self) -> list[str]:
        text = self.hub.log.read_bytes()[self.start :].decode(errors="replace")
        return [line for line in text.splitlines() if " Request " in line]

    def count(self, *parts: str) -> int:
        return sum(all(part in line for part in parts) for line in self.lines())


class ChunkStore:
    """The chunk store as a client of its protocol sees it, request by request."""

    def __init__(self, raw: Raw, repo_id: str, scope: str = "write", kind: str = "models"):
        answer = raw.get(f"/api/{kind}/{repo_id}/xet-{scope}-token/main").expect(200)
        said = answer.json()
        self.base, self.token = said["casUrl"], said["accessToken"]
        assert answer.header("X-Xet-Cas-Url") == self.base and answer.header("X-Xet-Access-Token") == self.token
        assert answer.header("X-Xet-Token-Expiration") == str(said["exp"])
        self.raw = raw.with_token(self.token)

    def request(self, method: str, path: str, **options):
        return self.raw.request(method, self.base + path, **options)

    def xorb(self, hash: str, body: bytes):
        return self.request("POST", f"/v1/xorbs/default/{hash}", body=body)

    def shard(self, body: bytes):
        return self.request("POST", "/v1/shards", body=body)

    def shard_frames(self, body: bytes) -> list[dict]:
        import json

        answer = self.request("POST", "/v2/shards", body=body).expect(200)
        assert answer.header("Content-Type") == "application/x-ndjson"
        return [json.loads(line) for line in answer.text.splitlines()]
