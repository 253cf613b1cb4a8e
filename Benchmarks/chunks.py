#!/usr/bin/env python3
"""Uploads and downloads in chunks (Xet) by the stock client: what a changed file costs, and speed beside whole files.

    Benchmarks/chunks.py --hubd .build/release/hubd --hubctl .build/release/hubctl --python VENV/bin/python

VENV has huggingface_hub with hf-xet, numpy and safetensors (Tests/Compat/requirements/full.txt). Each simulated client is a
process with a home of its own. Bytes sent are what hubd counts as files and xorbs that came in. Changed chunks are what
`hubctl push --dry-run` finds missing: its chunks are the client's (Tests/HubTransferTests compares them with vectors), and it
counts them before compression.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "Compat"))

from support.server import Server  # noqa: E402

TOKEN = "hf_" + "bench" * 7
UP = "from huggingface_hub import HfApi; import sys; HfApi().upload_file(path_or_fileobj=sys.argv[1], path_in_repo=sys.argv[2], repo_id='bench/m')"
FOLDER = "from huggingface_hub import HfApi; import sys; HfApi().upload_folder(folder_path=sys.argv[1], path_in_repo=sys.argv[2], repo_id='bench/m')"
DOWN = "from huggingface_hub import hf_hub_download; import sys; print(hf_hub_download('bench/m', sys.argv[1], local_dir=sys.argv[2]))"
MAKE = """
import sys, numpy as np, pathlib
from safetensors.numpy import save_file
out = pathlib.Path(sys.argv[1]); out.mkdir(parents=True)
rng = np.random.default_rng(7)
noise = rng.bytes(50_000_000)
text = b"".join(b"line %d of some text that repeats itself\\n" % i for i in range(450_000))
data = noise + rng.standard_normal(7_500_000).astype("f4").tobytes() + text
(out / "a.bin").write_bytes(data)
changed = bytearray(data)
changed[10_000_000:10_000_100] = b"x" * 100
changed[40_000_000:40_000_000] = b"inserted" * 100
del changed[60_000_000:60_001_000]
(out / "b.bin").write_bytes(changed)
weights = {f"encoder.layer.{i}.weight": rng.standard_normal((1024, 1024)).astype("f4") * 0.02 for i in range(24)}
head = {"classifier.weight": rng.standard_normal((1000, 1024)).astype("f4")}
save_file(weights | head, out / "base.safetensors")
save_file(weights | {"classifier.weight": rng.standard_normal((10, 1024)).astype("f4")}, out / "tuned.safetensors")
names = sorted(weights | head)
(out / "sharded").mkdir()
for n, part in enumerate((names[:9], names[9:17], names[17:])):
    save_file({k: (weights | head)[k] for k in part}, out / "sharded" / f"model-{n + 1:05}-of-00003.safetensors")
for n in range(8):
    (out / f"noise-{n}.bin").write_bytes(rng.bytes(int(sys.argv[2]) // 8))
"""


class Bench:
    def __init__(self, arguments, folder: pathlib.Path):
        self.arguments, self.folder, self.homes = arguments, folder, 0
        self.data = folder / "files"
        subprocess.run([arguments.python, "-c", MAKE, self.data, str(arguments.bytes)], check=True)

    def hub(self, name: str) -> Server:
        server = Server(os.path.abspath(self.arguments.hubd), os.path.abspath(self.arguments.hubctl), self.folder / name, settings={"VITRINE_RATE_LIMITS": "false"})
        server.admin("user", "create", "bench", "--token", TOKEN)
        server.start()
        request = urllib.request.Request(server.url + "/api/repos/create", b'{"name":"m"}', {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
        urllib.request.urlopen(request).read()
        return server

    def client(self, server: Server, *, plain: bool = False, home: pathlib.Path | None = None) -> dict[str, str]:
        self.homes += 1
        home = home or self.folder / f"home{self.homes}"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
        return kept | {
            "HF_HOME": str(home), "HF_ENDPOINT": server.url, "HF_TOKEN": TOKEN, "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1", **({"HF_HUB_DISABLE_XET": "1"} if plain else {}),
        }

    def run(self, script: str, environment: dict[str, str], *words: object) -> None:
        subprocess.run([self.arguments.python, "-c", script, *map(str, words)], env=environment, check=True, capture_output=True)

    def start(self, script: str, environment: dict[str, str], *words: object) -> subprocess.Popen:
        return subprocess.Popen([self.arguments.python, "-c", script, *map(str, words)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def received(server: Server) -> int:
    text = urllib.request.urlopen(server.url + "/metrics").read().decode()
    return int(float(re.search(r"^vitrine_upload_bytes_total (\S+)$", text, re.MULTILINE)[1]))


def changed_chunks(server: Server, path: pathlib.Path, hubctl: str, home: pathlib.Path) -> int:
    """Bytes of the chunks of `path` that the hub does not have, uncompressed."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "HF_HOME": str(home), "HF_ENDPOINT": server.url, "HF_TOKEN": TOKEN}
    command = [os.path.abspath(hubctl), "push", path, "bench/m", "--path-in-repo", f"next/{path.name}" if path.is_file() else "next", "--dry-run", "--json"]
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)["bytesToTravel"]


def stored(server: Server) -> int:
    return sum(path.stat().st_size for path in (server.data / "blobs").rglob("*") if path.is_file())


def dedup(bench: Bench) -> list[dict]:
    """What each further file costs, on the wire and on the disk."""
    rows = []
    cases = [
        ("100 MB file, three changes", "a.bin", "b.bin", UP), ("checkpoint with another head", "base.safetensors", "tuned.safetensors", UP),
        ("the same weights in three shards", "base.safetensors", "sharded", FOLDER),
    ]
    for number, (what, first, second, script) in enumerate(cases):
        for memory in ("warm", "cold"):
            server = bench.hub(f"dedup{number}{memory}")
            warm = bench.client(server)
            bench.run(UP, warm, bench.data / first, first)
            before, before_disk = received(server), stored(server)
            path = bench.data / second
            changed = changed_chunks(server, path, bench.arguments.hubctl, bench.folder / "dry")
            bench.run(script, warm if memory == "warm" else bench.client(server), path, second)
            size = sum(each.stat().st_size for each in path.rglob("*")) if path.is_dir() else path.stat().st_size
            rows.append({"case": what, "client": memory, "size": size, "changed": changed, "sent": received(server) - before, "stored": stored(server) - before_disk})
            server.stop()
            shutil.rmtree(server.folder)
    return rows


def transfers(bench: Bench) -> list[dict]:
    """Eight clients at once, whole files and chunks in turn."""
    rows = []
    for round in range(bench.arguments.rounds):
        for plain in (True, False) if round % 2 == 0 else (False, True):
            server = bench.hub(f"transfer{round}{plain}")
            homes = [bench.client(server, plain=plain) for _ in range(8)]
            row = {"way": "whole" if plain else "chunks", "round": round}
            for verb in ("up", "down"):
                start = time.monotonic()
                running = []
                for number, home in enumerate(homes):
                    name = f"noise-{number}.bin"
                    script, words = (UP, (bench.data / name, name)) if verb == "up" else (DOWN, (name, bench.folder / f"down{number}"))
                    running.append(bench.start(script, home, *words))
                assert all(each.wait() == 0 for each in running), "a client failed"
                row[verb] = bench.arguments.bytes / (time.monotonic() - start) / 1e6
            for number in range(8):
                name = f"noise-{number}.bin"
                same = subprocess.run(["cmp", bench.data / name, bench.folder / f"down{number}" / name]).returncode == 0
                assert same, f"{name} is not what was sent"
                shutil.rmtree(bench.folder / f"down{number}")
            row["peak"] = server.memory("VmHWM")
            server.stop()
            shutil.rmtree(server.folder)
            rows.append(row)
            print(row, file=sys.stderr)
    return rows


def report(result: dict) -> str:
    lines = ["# Chunks (Xet), stock client", "", result["machine"], "", "## What a further file costs", "", "Stored whole, each would take its full size: plain deduplication knows equal files only.", ""]
    lines += ["| | client | size | changed chunks | sent | sent / changed | stored |", "|---|---|--:|--:|--:|--:|--:|"]
    for row in result["dedup"]:
        lines.append(f"| {row['case']} | {row['client']} | {row['size']:,} | {row['changed']:,} | {row['sent']:,} | {row['sent'] / max(1, row['changed']):.2f} | {row['stored']:,} |")
    lines += ["", f"## Eight clients, {result['bytes'] / 1e9:.1f} GB in all, MB/s with the clients' start-up", "", "| | whole files | chunks | ratio |", "|---|--:|--:|--:|"]
    by = {way: [row for row in result["transfers"] if row["way"] == way] for way in ("whole", "chunks")}
    for verb in ("up", "down"):
        whole, chunks = (statistics.median(row[verb] for row in by[way]) for way in ("whole", "chunks"))
        ratio = statistics.median(b[verb] / a[verb] for a, b in zip(by["whole"], by["chunks"]))
        lines.append(f"| {verb} | {whole:.0f} | {chunks:.0f} | {ratio:.2f} |")
    peaks = {way: max(row["peak"] for row in rows) / 1e6 for way, rows in by.items()}
    lines.append(f"| hubd's highest memory, MB | {peaks['whole']:.0f} | {peaks['chunks']:.0f} | |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubd", required=True)
    parser.add_argument("--hubctl", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--bytes", type=int, default=2_000_000_000, help="of all eight files")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vitrine-chunks-"))
    try:
        bench = Bench(arguments, folder)
        cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
        result = {"machine": f"{cpu}, {os.cpu_count()} cores, clients and hubd on the same machine", "bytes": arguments.bytes, "dedup": dedup(bench), "transfers": transfers(bench)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    results = ROOT / "Benchmarks" / "results"
    (results / "chunks.json").write_text(json.dumps(result, indent=1) + "\n")
    (results / "chunks.md").write_text(report(result))
    print(report(result))


if __name__ == "__main__":
    main()
