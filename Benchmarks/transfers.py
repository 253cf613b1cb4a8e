#!/usr/bin/env python3
"""Downloads against nginx, uploads against openssl, commits against git, memory under load; medians of several rounds.

    Benchmarks/transfers.py --hubd .build/release/hubd --hubctl .build/release/hubctl [--gib 2] [--rounds 5] [--folder DIR]

Needs curl, nginx, openssl and git. Every round takes each case once, so that all meet the same machine.
Writes results/transfers.{md,json}.
"""

import argparse
import base64
import hashlib
import http.client
import json
import os
import pathlib
import platform
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
STREAMS = 8
NGINX = """
user root; worker_processes 2; pid {d}/nginx.pid; error_log {d}/error.log; daemon off;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; client_body_temp_path {d}/t1; proxy_temp_path {d}/t2;
  fastcgi_temp_path {d}/t3; uwsgi_temp_path {d}/t4; scgi_temp_path {d}/t5;
  server {{ listen 127.0.0.1:{plain}; root {d}/files; }}
  server {{ listen 127.0.0.1:{tls} ssl; ssl_certificate {d}/cert.pem; ssl_certificate_key {d}/key.pem; root {d}/files; }}
}}
"""


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def family(pid: int) -> list[int]:
    """A process and its children: nginx's workers are what serves."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(p for child in children for p in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    total = 0
    for each in family(pid):
        fields = pathlib.Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory(pid: int, field: str) -> float:
    return int(re.search(rf"{field}:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


class Hub:
    """A release hubd over a new folder, with one user."""

    def __init__(self, options: argparse.Namespace, folder: pathlib.Path, *arguments: str):
        self.data = folder
        self.token = "hf_" + "b" * 34
        subprocess.run([options.hubctl, "admin", "user", "create", "bench", "--data-dir", str(folder), "--admin", "--token", self.token],
                       check=True, capture_output=True) if not (folder / "hub.sqlite3").exists() else None
        self.port = free_port()
        self.process = subprocess.Popen([options.hubd, "serve", "--data-dir", str(folder), "--port", str(self.port), "--log-level", "error", "--set", "rate-limits=false", *arguments],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(1000):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                time.sleep(0.01)

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> dict:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request(method, path, body, {"Authorization": f"Bearer {self.token}", "Content-Type": kind})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status < 300, (method, path, answer.status, text[:500])
        return json.loads(text) if text.strip() else {}

    def create(self, name: str) -> None:
        self.call("POST", "/api/repos/create", json.dumps({"name": name}).encode())

    def upload_address(self, name: str, oid: str, size: int) -> str:
        answer = self.call("POST", f"/bench/{name}.git/info/lfs/objects/batch", json.dumps(
            {"operation": "upload", "transfers": ["basic"], "objects": [{"oid": oid, "size": size}]}).encode(), "application/vnd.git-lfs+json")
        return answer["objects"][0]["actions"]["upload"]["href"]

    def commit(self, name: str, lines: list[dict]) -> None:
        body = "\n".join(json.dumps(line) for line in [{"key": "header", "value": {"summary": "bench"}}, *lines]).encode()
        self.call("POST", f"/api/models/bench/{name}/commit/main", body, "application/x-ndjson")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def curl(url: str, size: int, streams: int) -> list[list[str]]:
    """One whole GET, or as many ranges of the file as there are streams."""
    base = ["curl", "-fsSk", "--http1.1", "-o", "/dev/null"]
    if streams == 1:
        return [[*base, url]]
    part = size // streams
    return [[*base, "-r", f"{i * part}-{size - 1 if i == streams - 1 else (i + 1) * part - 1}", url] for i in range(streams)]


def timed(commands: list[list[str]], pid: int | None) -> dict[str, float]:
    before = cpu_seconds(pid) if pid else 0
    clients = os.times()
    began = time.monotonic()
    running = [subprocess.Popen(command) for command in commands]
    for process in running:
        assert process.wait() == 0, process.args
    seconds = time.monotonic() - began
    server = cpu_seconds(pid) - before if pid else 0
    after = os.times()
    client = after.children_user + after.children_system - clients.children_user - clients.children_system
    return {"seconds": seconds, "cpu": server, "both": server + client}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hubd", required=True, type=os.path.abspath)
    parser.add_argument("--hubctl", required=True, type=os.path.abspath)
    parser.add_argument("--gib", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where the files go; a temporary folder unless told")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=options.folder))
    try:
        measure(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(options: argparse.Namespace, folder: pathlib.Path) -> None:
    size = int(options.gib * (1 << 30))
    (folder / "files").mkdir()
    big = folder / "files" / "big.bin"
    sources = []
    for index in range(options.rounds + 1):
        # Other bytes each round: the hub would not store the same ones twice.
        path = big if index == 0 else folder / f"upload-{index}.bin"
        block = os.urandom(1 << 20)
        digest = hashlib.sha256()
        with open(path, "wb") as file:
            for chunk in range(size >> 20):
                piece = chunk.to_bytes(8, "big") + block[8:]
                digest.update(piece)
                file.write(piece)
        sources.append((path, digest.hexdigest()))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"),
                    "-days", "2", "-subj", "/CN=127.0.0.1"], check=True, capture_output=True)
    plain, tls = free_port(), free_port()
    conf = NGINX if os.geteuid() == 0 else NGINX.replace("user root; ", "")
    (folder / "nginx.conf").write_text(conf.format(d=folder, plain=plain, tls=tls))
    nginx = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
    hub = Hub(options, folder / "data")
    idle = memory(hub.process.pid, "VmRSS")
    secure = None
    rounds: dict[str, list[dict[str, float]]] = {}
    try:
        hub.create("big")
        upload(hub, "big", *sources[0], size)
        hub.commit("big", [{"key": "lfsFile", "value": {"path": "big.bin", "algo": "sha256", "oid": sources[0][1], "size": size}}])
        path = "/bench/big/resolve/main/big.bin"
        hub.stop()
        hub = Hub(options, folder / "data")
        secure_data = folder / "tls"
        subprocess.run(["cp", "-al", str(folder / "data"), str(secure_data)], check=True)
        for name in ("hub.sqlite3", "hub.sqlite3-wal", "hub.sqlite3-shm"):
            if (secure_data / name).exists():
                (secure_data / name).unlink()
                shutil.copy(folder / "data" / name, secure_data / name)
        for lock in secure_data.glob("*.lock"):
            lock.unlink()
        secure = Hub(options, secure_data, "--tls-certificate", str(folder / "cert.pem"), "--tls-key", str(folder / "key.pem"))
        downloads = {
            "nginx": (f"http://127.0.0.1:{plain}/big.bin", nginx.pid),
            "hubd": (f"http://127.0.0.1:{hub.port}{path}", hub.process.pid),
            "nginx, TLS": (f"https://127.0.0.1:{tls}/big.bin", nginx.pid),
            "hubd, TLS": (f"https://127.0.0.1:{secure.port}{path}", secure.process.pid),
        }
        for url, pid in downloads.values():
            timed(curl(url, size, 1), pid)
        for index in range(1, options.rounds + 1):
            for name, (url, pid) in downloads.items():
                for streams in (1, STREAMS):
                    rounds.setdefault(f"download, {streams} stream{'s' * (streams > 1)}, {name}", []).append(timed(curl(url, size, streams), pid))
            source, oid = sources[index]
            copy = folder / "copy.bin"
            script = f"tee >(openssl dgst -sha256 >{folder}/digest) <{source} | dd of={copy} bs=1M conv=fsync status=none"
            pair = ["openssl", "hubd"] if index % 2 else ["hubd", "openssl"]
            for name in pair:
                os.sync()
                if name == "openssl":
                    took = timed([["bash", "-c", script]], None)
                    copy.unlink()
                else:
                    took = upload(hub, "big", source, oid, size)
                rounds.setdefault(f"upload, {name}", []).append(took)
        peak = {"download": eight_downloads(options, folder, path), "upload": eight_uploads(options, folder, size)}
        commits(options, folder, hub, rounds)
    finally:
        for process in [nginx, hub.process, *([secure.process] if secure else [])]:
            process.terminate()
            process.wait()
    report(options, size, rounds, idle, peak)


def upload(hub: Hub, name: str, source: pathlib.Path, oid: str, size: int) -> dict[str, float]:
    """From an open connection to a stored, hashed and synced object."""
    url = hub.upload_address(name, oid, size)
    return timed([["curl", "-fsS", "--http1.1", "-o", "/dev/null", "-T", str(source), url]], hub.process.pid)


def eight_downloads(options: argparse.Namespace, folder: pathlib.Path, path: str) -> float:
    """Peak memory of a fresh hubd while eight clients fetch the whole file, MiB."""
    shutil.copytree(folder / "data", folder / "again", copy_function=os.link)
    for lock in (folder / "again").glob("*.lock"):
        lock.unlink()
    for each in (folder / "again").glob("hub.sqlite3*"):
        each.unlink()
        shutil.copy(folder / "data" / each.name, each)
    hub = Hub(options, folder / "again")
    try:
        timed([["curl", "-fsS", "-o", "/dev/null", f"http://127.0.0.1:{hub.port}{path}"]] * 8, hub.process.pid)
        return memory(hub.process.pid, "VmHWM")
    finally:
        hub.stop()
        shutil.rmtree(folder / "again")


def eight_uploads(options: argparse.Namespace, folder: pathlib.Path, size: int) -> float:
    """Peak memory of a fresh hubd while eight clients send a file of their own, MiB."""
    hub = Hub(options, folder / "eight")
    hub.create("many")
    try:
        commands = []
        for index in range(8):
            path = folder / f"eight-{index}.bin"
            # Sparse: the size is what matters here.
            with open(path, "wb") as file:
                file.truncate(size)
                file.write(bytes([index]))
            digest = subprocess.run(["openssl", "dgst", "-sha256", "-r", str(path)], capture_output=True, text=True, check=True).stdout.split()[0]
            commands.append(["curl", "-fsS", "-o", "/dev/null", "-T", str(path), hub.upload_address("many", digest, size)])
        timed(commands, hub.process.pid)
        return memory(hub.process.pid, "VmHWM")
    finally:
        hub.stop()
        shutil.rmtree(folder / "eight")
        for index in range(8):
            (folder / f"eight-{index}.bin").unlink(missing_ok=True)


def lines(start: int, count: int) -> list[dict]:
    return [{"key": "file", "value": {"path": f"folder-{n % 100}/file-{n}.txt", "encoding": "base64",
                                      "content": base64.b64encode(f"file number {n}".encode()).decode()}} for n in range(start, start + count)]


def write_files(folder: pathlib.Path, start: int, count: int) -> None:
    for n in range(start, start + count):
        path = folder / f"folder-{n % 100}" / f"file-{n}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"file number {n}")


def git(folder: pathlib.Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=b", "-c", "user.email=b@x", "-c", "core.fsync=committed,loose-object", "-c", "gc.auto=0", *arguments],
                   cwd=folder, check=True, capture_output=True)


def commits(options: argparse.Namespace, folder: pathlib.Path, hub: Hub, rounds: dict) -> None:
    """A commit of 1,000 files into an empty repo, and of one file into a tree of 100,000; the peer is git on local files."""
    for index in range(options.rounds):
        hub.create(f"thousand-{index}")
        body = lines(index * 1000, 1000)
        began = time.monotonic()
        hub.commit(f"thousand-{index}", body)
        rounds.setdefault("commit of 1,000 files, hubd", []).append({"seconds": time.monotonic() - began, "cpu": 0})
        repo = folder / f"git-{index}"
        repo.mkdir()
        git(repo, "init", "-q")
        write_files(repo, index * 1000, 1000)
        began = time.monotonic()
        git(repo, "add", ".")
        git(repo, "commit", "-qm", "x")
        rounds.setdefault("commit of 1,000 files, git", []).append({"seconds": time.monotonic() - began, "cpu": 0})
        shutil.rmtree(repo)
    hub.create("wide")
    repo = folder / "git-wide"
    repo.mkdir()
    git(repo, "init", "-q")
    for start in range(0, 100_000, 5_000):
        hub.commit("wide", lines(start, 5_000))
    write_files(repo, 0, 100_000)
    subprocess.run(["git", "add", "."], cwd=repo, check=True)
    git(repo, "commit", "-qm", "x")
    for index in range(options.rounds):
        n = 200_000 + index
        body = lines(n, 1)
        began = time.monotonic()
        hub.commit("wide", body)
        rounds.setdefault("commit of a file into 100,000, hubd", []).append({"seconds": time.monotonic() - began, "cpu": 0})
        write_files(repo, n, 1)
        began = time.monotonic()
        git(repo, "add", f"folder-{n % 100}")
        git(repo, "commit", "-qm", "x")
        rounds.setdefault("commit of a file into 100,000, git", []).append({"seconds": time.monotonic() - began, "cpu": 0})
    shutil.rmtree(repo)


def report(options: argparse.Namespace, size: int, rounds: dict, idle: float, peak: dict) -> None:
    results = {}
    for name, each in rounds.items():
        transfer = name.startswith(("download", "upload"))
        median = {key: statistics.median(r[key] for r in each) for key in ("seconds", "cpu", "both") if key in each[0]}
        results[name] = {"seconds": round(median["seconds"], 4), "rounds": [round(r["seconds"], 4) for r in each]}
        if transfer:
            results[name]["MB/s"] = round(size / median["seconds"] / 1e6, 1)
            results[name]["CPU s per GB"] = round(median["cpu"] / (size / 1e9), 3)
            results[name]["with client"] = round(median["both"] / (size / 1e9), 3)

    def ratio(peer: str, mine: str, field: str = "seconds") -> float:
        """The median of the rounds' own ratios: both sides of each met the same minute."""
        pairs = zip(rounds[peer], rounds[mine])
        return round(statistics.median(p[field] / m[field] for p, m in pairs if m[field]), 2)

    rows = []
    for tls in ("", ", TLS"):
        for streams in ("1 stream", f"{STREAMS} streams"):
            peer, mine = f"download, {streams}, nginx{tls}", f"download, {streams}, hubd{tls}"
            rows.append((f"download, {streams}{tls}: throughput ÷ nginx", ratio(peer, mine), "≥ 1.0" if not tls else "–"))
            rows.append((f"download, {streams}{tls}: CPU per GB ÷ nginx", round(1 / ratio(peer, mine, "cpu"), 2), "≤ 1.1" if not tls else "–"))
            rows.append((f"download, {streams}{tls}: CPU per GB, client included ÷ nginx", round(1 / ratio(peer, mine, "both"), 2), "–"))
    rows += [
        ("upload ÷ openssl dgst beside dd with fsync", ratio("upload, openssl", "upload, hubd"), "≥ 0.9"),
        ("commit of 1,000 files: time ÷ git add and commit", round(1 / ratio("commit of 1,000 files, git", "commit of 1,000 files, hubd"), 2), "–"),
        ("commit of a file into 100,000: time ÷ git", round(1 / ratio("commit of a file into 100,000, git", "commit of a file into 100,000, hubd"), 2), "–"),
        ("memory idle, MiB", round(idle, 1), "< 80"),
        (f"peak memory, eight downloads of {options.gib:g} GiB, MiB", round(peak["download"], 1), "–"),
        (f"peak memory, eight uploads of {options.gib:g} GiB, MiB", round(peak["upload"], 1), "–"),
    ]
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())[1]
    machine = {"cpu": cpu, "cores": os.cpu_count(), "kernel": platform.release(), "rounds": options.rounds, "GiB": options.gib,
               "nginx": subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr.strip(),
               "openssl": subprocess.run(["openssl", "version"], capture_output=True, text=True).stdout.strip()}
    out = HERE / "results"
    out.mkdir(exist_ok=True)
    (out / "transfers.json").write_text(json.dumps({"machine": machine, "results": results, "summary": rows}, indent=1, ensure_ascii=False) + "\n")
    text = [
        "# Transfers and commits", "",
        f"{cpu}, {os.cpu_count()} cores shared by server and clients (curl); a file of {options.gib:g} GiB in the page cache; medians of {options.rounds} rounds in one run.", "",
        "| | measured | target |", "| --- | --- | --- |", *(f"| {name} | {value} | {target} |" for name, value, target in rows), "",
        "| case | seconds | MB/s | server CPU s per GB | with client |", "| --- | --- | --- | --- | --- |",
        *(f"| {name} | {r['seconds']} | {r.get('MB/s', '–')} | {r.get('CPU s per GB', '–')} | {r.get('with client', '–')} |" for name, r in results.items()), "",
    ]
    (out / "transfers.md").write_text("\n".join(text))
    print("\n".join(text))


if __name__ == "__main__":
    main()
