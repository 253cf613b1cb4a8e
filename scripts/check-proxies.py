#!/usr/bin/env python3
"""Drives a hub through nginx, Caddy and HAProxy, configured by the files of deploy/.

    scripts/check-proxies.py [--hubd .build/debug/hubd] [--hubctl .build/debug/hubctl] [PROXY...]

Needs the proxies, curl and openssl (Debian: nginx-light caddy haproxy). What is checked is what proxies break: the path
as it came, addresses in answers, large bodies in both directions, ranges, headers, commits as NDJSON.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
TOKEN = "hf_" + "p" * 34
SIZE = 64 << 20


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(200):
        if process.poll() is not None:
            sys.exit(f"{process.args[0]} ended: {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nothing listens on {port}")


def nginx(folder: pathlib.Path, port: int, hub: int) -> list[str]:
    server = (DEPLOY / "nginx.conf").read_text()
    server = server.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl").replace("127.0.0.1:8080", f"127.0.0.1:{hub}")
    server = server.replace("/etc/ssl/hub", str(folder / "hub"))
    paths = " ".join(f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"pid {folder}/nginx.pid; daemon off; events {{}} http {{ access_log off; {paths} {server} }}")
    return ["nginx", "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]


def caddy(folder: pathlib.Path, port: int, hub: int) -> list[str]:
    text = (DEPLOY / "Caddyfile").read_text().replace("127.0.0.1:8080", f"127.0.0.1:{hub}")
    site = f"https://127.0.0.1:{port} {{\n\ttls {folder}/hub.pem {folder}/hub.key"
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text.replace("hub.example.org {", site))
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def haproxy(folder: pathlib.Path, port: int, hub: int) -> list[str]:
    text = (DEPLOY / "haproxy.cfg").read_text().replace("127.0.0.1:8080", f"127.0.0.1:{hub}")
    text = text.replace("bind :443 ssl crt /etc/ssl/hub.pem", f"bind 127.0.0.1:{port} ssl crt {folder}/both.pem")
    (folder / "haproxy.cfg").write_text(text)
    return ["haproxy", "-f", str(folder / "haproxy.cfg")]


PROXIES = {"nginx": nginx, "caddy": caddy, "haproxy": haproxy}


class Client:
    def __init__(self, port: int):
        self.base = f"https://127.0.0.1:{port}"
        self.port = port

    def call(self, method: str, path: str, body=None, headers: dict | None = None, token: bool = True):
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=120, context=ssl._create_unverified_context())
        sent = {"Content-Type": "application/json", **({"Authorization": f"Bearer {TOKEN}"} if token else {}), **(headers or {})}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def check(client: Client, folder: pathlib.Path, name: str) -> None:
    def expect(what: bool, say: str) -> None:
        if not what:
            raise AssertionError(f"{name}: {say}")

    def ok(answer: tuple, say: str) -> tuple:
        expect(answer[0] < 300, f"{say}: {answer[0]} {answer[2][:300]!r}")
        return answer

    repo = f"keeper/{name}"
    created = json.loads(ok(client.call("POST", "/api/repos/create", json.dumps({"name": name})), "create")[2])
    expect(created["url"].startswith(client.base + "/"), f"an address is {created['url']}: Host or X-Forwarded-Proto is lost")
    # A body with a length, with Expect: 100-continue as curl sends it, and one in chunks.
    for index, chunked in enumerate((False, True)):
        content = os.urandom(1 << 20) * (SIZE >> 20)
        path, oid = folder / f"up-{index}", hashlib.sha256(content).hexdigest()
        path.write_bytes(content)
        batch = {"operation": "upload", "transfers": ["basic"], "objects": [{"oid": oid, "size": SIZE}]}
        answer = ok(client.call("POST", f"/{repo}.git/info/lfs/objects/batch", json.dumps(batch)), "LFS batch")
        upload = json.loads(answer[2])["objects"][0]["actions"]["upload"]["href"]
        expect(upload.startswith(client.base + "/"), f"an upload address is {upload}")
        how = ["-H", "Transfer-Encoding: chunked"] if chunked else []
        subprocess.run(["curl", "-fsSk", "-o", "/dev/null", "-H", "Expect: 100-continue", *how, "-T", str(path), upload], check=True)
        lines = [{"key": "header", "value": {"summary": "s"}},
                 {"key": "lfsFile", "value": {"path": f"folder/big {index}.bin", "algo": "sha256", "oid": oid, "size": SIZE}}]
        body = "\n".join(map(json.dumps, lines)).encode()
        ok(client.call("POST", f"/api/models/{repo}/commit/main", body, {"Content-Type": "application/x-ndjson"}), "commit")
        file = f"/{repo}/resolve/main/folder/big%20{index}.bin"
        status, headers, _ = ok(client.call("HEAD", file, headers={"Accept-Encoding": "identity"}), "HEAD")
        for header in ("X-Repo-Commit", "X-Linked-Size", "X-Linked-Etag", "ETag", "Content-Length", "Accept-Ranges"):
            expect(header in headers, f"HEAD lost {header}")
        expect(headers["Content-Length"] == str(SIZE), f"Content-Length is {headers['Content-Length']}")
        expect(not headers["ETag"].startswith("W/"), f"the ETag was weakened: {headers['ETag']}")
        status, headers, slice_ = client.call("GET", file, headers={"Range": "bytes=1000000-1999999"})
        expect(status == 206 and slice_ == content[1_000_000:2_000_000], f"a range came as {status}, {len(slice_)} bytes")
        whole = ok(client.call("GET", file, headers={"Accept-Encoding": "gzip"}), "GET")
        expect(whole[2] == content, "the file came back changed")
    # A branch with a slash in its name: %2F must arrive as it was sent.
    ok(client.call("POST", f"/api/models/{repo}/branch/feature%2Fone", "{}"), "a branch with %2F")
    ok(client.call("GET", f"/api/models/{repo}/tree/feature%2Fone?recursive=true"), "a tree by a branch with %2F")
    ok(client.call("HEAD", f"/{repo}/resolve/feature%2Fone/folder/big%200.bin"), "resolve by a branch with %2F")
    ok(client.call("GET", f"/api/models/{repo}", headers={"X-Long": "x" * 12_000}), "a long header")
    status, headers, body = client.call("GET", "/api/models/keeper/not-there")
    expect(status == 404 and headers["X-Error-Code"] == "RepoNotFound", f"an error lost its X-Error-Code: {status} {headers.items()}")
    status, headers, _ = client.call("GET", f"/api/models/{repo}/tree/main?recursive=true&limit=1")
    expect(f'<{client.base}/' in headers.get("Link", ""), f"Link is {headers.get('Link')}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubd", default=ROOT / ".build/debug/hubd", type=pathlib.Path)
    parser.add_argument("--hubctl", default=ROOT / ".build/debug/hubctl", type=pathlib.Path)
    parser.add_argument("proxies", nargs="*", default=list(PROXIES), metavar="PROXY")
    options = parser.parse_args()
    for name in options.proxies:
        if not shutil.which(name):
            sys.exit(f"check-proxies: {name} is not installed")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="proxies-"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(folder / "hub.key"), "-out", str(folder / "hub.pem"),
                    "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    (folder / "both.pem").write_text((folder / "hub.pem").read_text() + (folder / "hub.key").read_text())
    # The workers of a proxy may run as nobody.
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755)
    data = folder / "data"
    subprocess.run([options.hubctl, "admin", "user", "create", "keeper", "--data-dir", data, "--token", TOKEN], check=True, capture_output=True)
    port = free_port()
    running = [subprocess.Popen([options.hubd, "serve", "--data-dir", data, "--port", str(port), "--log-level", "error", "--set", "trust-forwarded-headers=true"])]
    failed = 0
    try:
        wait_for(port, running[0])
        for name in options.proxies:
            outside = free_port()
            proxy = subprocess.Popen(PROXIES[name](folder, outside, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                     env=os.environ | {"HOME": str(folder)})
            running.append(proxy)
            wait_for(outside, proxy)
            try:
                check(Client(outside), folder, name)
                print(f"{name}: ok")
            except (AssertionError, OSError, subprocess.CalledProcessError, http.client.HTTPException) as error:
                failed += 1
                print(f"{name}: {error}")
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
