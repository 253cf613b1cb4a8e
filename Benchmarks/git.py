#!/usr/bin/env python3
"""git clone and fetch from hubd, and from git's own `git http-backend` behind nginx and fcgiwrap, medians of several rounds.

    Benchmarks/git.py --hubd .build/release/hubd --hubctl .build/release/hubctl [--commits 20000] [--rounds 5]

Needs git, nginx and fcgiwrap. Both serve the same history; git's is packed by `git gc` beforehand. Every round takes each case
once with each server. CPU and memory of `git http-backend` are those of one clone, run as a CGI program by hand. hubd keeps the packs of clones: the first of each kind is told apart from those after it. Writes results/git.{md,json}.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "Compat"))

from support.server import Server  # noqa: E402

TOKEN = "hf_" + "bench" * 7
TICKS = os.sysconf("SC_CLK_TCK")
NGINX = """
user root; worker_processes 1; pid {d}/nginx.pid; error_log {d}/error.log; daemon off;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {d}/t1; proxy_temp_path {d}/t2; fastcgi_temp_path {d}/t3; uwsgi_temp_path {d}/t4;
  scgi_temp_path {d}/t5; client_max_body_size 0;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME {d}/backend; fastcgi_param PATH_INFO $uri; fastcgi_param GIT_HTTP_EXPORT_ALL 1;
      fastcgi_param GIT_PROJECT_ROOT {d}/repos; fastcgi_param HTTP_GIT_PROTOCOL $http_git_protocol;
      fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding; fastcgi_buffering off; fastcgi_pass unix:{d}/cgi.sock;
    }}
  }}
}}
"""


def git(*words: object, cwd: pathlib.Path | None = None, stdin: bytes | None = None) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", "-c", "gc.auto=0", "-c", "init.defaultBranch=main", "-c", "http.postBuffer=500000000", *map(str, words)]
    return subprocess.run(command, cwd=cwd, env=environment, input=stdin, check=True, capture_output=True).stdout.decode().strip()


def history(size: int, parent: str) -> bytes:
    stream = []
    for number in range(size):
        data = f"file {number}\n" * (1 + number % 50)
        stream.append(
            f"commit refs/heads/main\nmark :{number + 1}\ncommitter A <a@b.c> {1_700_000_000 + number} +0000\n"
            f"data {len(str(number))}\n{number}\n" + (f"from {parent}\n" if number == 0 else "")
            + f"M 100644 inline dir{number % 40}/f{number % 2000}.txt\ndata {len(data)}\n{data}\n"
        )
    return "".join(stream).encode()


def cpu(pid: int) -> float:
    """Seconds of a process and of all its children, ended ones too."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICKS + sum(cpu(int(child)) for child in children)


class Backend:
    """git http-backend behind nginx."""

    name = "git http-backend"

    def __init__(self, folder: pathlib.Path, source: pathlib.Path):
        self.folder = folder
        (folder / "repos" / "bench").mkdir(parents=True)
        git("clone", "--quiet", "--bare", source, folder / "repos" / "bench" / "m")
        git("gc", "--quiet", cwd=folder / "repos" / "bench" / "m")
        backend = folder / "backend"
        backend.write_text("#!/bin/sh\nexport GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'\nexec git http-backend\n")
        backend.chmod(0o755)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "nginx.conf").write_text(NGINX.format(d=folder, port=port))
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        self.cgi = subprocess.Popen(["fcgiwrap", "-c", "2", "-s", f"unix:{folder}/cgi.sock"], **quiet)
        self.nginx = subprocess.Popen(["nginx", "-c", folder / "nginx.conf", "-e", folder / "error.log"], **quiet)
        self.url = f"http://127.0.0.1:{port}"
        for _ in range(200):
            if (folder / "cgi.sock").exists() and not socket.socket().connect_ex(("127.0.0.1", port)):
                break
            time.sleep(0.05)

    def clone_cost(self) -> tuple[int, float]:
        """Highest memory of one process, and seconds of CPU, of the request of a clone."""
        repo = self.folder / "repos" / "bench" / "m"
        body = f"0011command=fetch0001000dofs-delta0032want {git('rev-parse', 'main', cwd=repo)}\n0009done\n0000".encode()
        environment = {
            "PATH": os.environ["PATH"], "REQUEST_METHOD": "POST", "GIT_PROJECT_ROOT": str(self.folder / "repos"), "PATH_INFO": "/bench/m/git-upload-pack",
            "GIT_HTTP_EXPORT_ALL": "1", "CONTENT_TYPE": "application/x-git-upload-pack-request", "GIT_PROTOCOL": "version=2",
        }
        done = subprocess.run(["/usr/bin/time", "-q", "-f", "%M %U %S", "git", "http-backend"], env=environment, input=body, capture_output=True, check=True)
        size, user, system = done.stderr.decode().strip().splitlines()[-1].split()
        return int(size) * 1024, float(user) + float(system)

    def stop(self) -> None:
        for process in (self.nginx, self.cgi):
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


class Hub:
    """hubd, to which the history was pushed."""

    name = "hubd"

    def __init__(self, options: argparse.Namespace, folder: pathlib.Path, source: pathlib.Path):
        self.server = Server(os.path.abspath(options.hubd), os.path.abspath(options.hubctl), folder, settings={"VITRINE_RATE_LIMITS": "false"})
        self.server.admin("user", "create", "bench", "--token", TOKEN)
        self.server.start()
        self.url = self.server.url
        subprocess.run([options.hubctl, "repo", "create", "bench/m"], env={"PATH": os.environ["PATH"], "HOME": str(folder), "HF_ENDPOINT": self.url, "HF_TOKEN": TOKEN}, check=True, capture_output=True)
        began = time.monotonic()
        git("push", "--quiet", "--force", f"http://bench:{TOKEN}@{self.url.removeprefix('http://')}/bench/m", "main:main", cwd=source)
        self.pushed = time.monotonic() - began
        # A hub that has been running: what it took for the push is another number.
        assert self.server.stop() == 0
        self.server.start()
        self.url = self.server.url

    def cpu(self) -> float:
        assert self.server.process
        return cpu(self.server.process.pid)

    def memory(self) -> int:
        return self.server.memory("VmHWM")

    def stop(self) -> None:
        self.server.stop()


def cases(commits: int):
    """What is measured: a name, what is made ready, and what is timed."""

    def clone(*options: str):
        return lambda url, folder: git("clone", "--quiet", "--bare", *options, f"{url}/bench/m", folder / "x")

    def prepare(url: str, folder: pathlib.Path) -> None:
        git("clone", "--quiet", "--bare", f"{url}/bench/m", folder / "x")
        base = git("rev-parse", "main~100", cwd=folder / "x")
        git("update-ref", "refs/heads/main", base, cwd=folder / "x")
        git("repack", "-adq", cwd=folder / "x")
        git("prune", "--expire=now", cwd=folder / "x")

    def fetch(url: str, folder: pathlib.Path) -> None:
        git("fetch", "--quiet", f"{url}/bench/m", "main:main", cwd=folder / "x")

    return [
        (f"clone of {commits:,} commits", None, clone()),
        ("clone --depth 1", None, clone("--depth", "1")),
        ("clone --filter=blob:none", None, clone("--filter=blob:none")),
        ("fetch of the last 100 commits", prepare, fetch),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubd", required=True)
    parser.add_argument("--hubctl", required=True)
    parser.add_argument("--commits", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vitrine-git-"))
    servers: list[Backend | Hub] = []
    try:
        source = folder / "source"
        git("init", "--quiet", source)
        git("-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "--quiet", "--allow-empty", "-m", "first", cwd=source)
        git("fast-import", "--quiet", "--force", cwd=source, stdin=history(options.commits, git("rev-parse", "HEAD", cwd=source)))
        git("config", "http.postBuffer", "500000000", cwd=source)
        servers.append(Backend(folder / "backend", source))
        servers.append(Hub(options, folder / "hub", source))
        rows = []
        for round in range(options.rounds):
            for what, prepare, run in cases(options.commits):
                for server in servers if round % 2 else reversed(servers):
                    place = folder / "client"
                    place.mkdir()
                    if prepare:
                        prepare(server.url, place)
                    before, began = server.cpu() if isinstance(server, Hub) else 0, time.monotonic()
                    run(server.url, place)
                    seconds = time.monotonic() - began
                    rows.append({"case": what, "server": server.name, "first": round == 0, "seconds": seconds, "cpu": server.cpu() - before if isinstance(server, Hub) else None})
                    print(rows[-1], file=sys.stderr)
                    rows[-1]["bytes"] = sum(path.stat().st_size for path in (place / "x").rglob("*.pack"))
                    shutil.rmtree(place)
        processor = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
        result = {
            "machine": f"{processor}, {os.cpu_count()} cores, clients and servers on the same machine; {git('--version')}",
            "load": os.getloadavg()[2], "rounds": options.rounds, "rows": rows, "pushed": servers[1].pushed,  # type: ignore[union-attr]
            "hubd memory": servers[1].memory(), "peer's clone": servers[0].clone_cost(),  # type: ignore[union-attr]
        }
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    results = ROOT / "Benchmarks" / "results"
    (results / "git.json").write_text(json.dumps(result, indent=1) + "\n")
    (results / "git.md").write_text(report(result))
    print(report(result))


def report(result: dict) -> str:
    lines = [
        "# git clone and fetch", "", f"{result['machine']}. Load over 15 minutes: {result['load']:.1f}. Medians of {result['rounds']} rounds.", "",
        "| | git http-backend, s | hubd, s | ratio | hubd's CPU, s | pack, MB | hubd's, MB |", "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for what in dict.fromkeys(row["case"] for row in result["rows"]):
        def median(server: str, field: str, first: bool) -> float:
            return statistics.median(row[field] for row in result["rows"] if row["case"] == what and row["server"] == server and row["first"] == first)

        for first in (True, False):
            peer, ours = median("git http-backend", "seconds", False), median("hubd", "seconds", first)
            cells = [f"{peer:.2f}", f"{ours:.2f}", f"{ours / peer:.2f}", f"{median('hubd', 'cpu', first):.2f}"]
            cells += [f"{median(name, 'bytes', False) / 1e6:.1f}" for name in ("git http-backend", "hubd")]
            lines.append(f"| {what}{', the first' if first else ''} | " + " | ".join(cells) + " |")
    size, seconds = result["peer's clone"]
    lines += ["", f"One clone takes {seconds:.2f} s of CPU and {size / 1e6:.0f} MB in git http-backend; hubd's highest memory in all of this was {result['hubd memory'] / 1e6:.0f} MB. The push to hubd took {result['pushed']:.1f} s."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
