#!/usr/bin/env python3
"""Lists, search, HEAD and start-up of a hub of 100,000 models against FastAPI, in one run; medians of several rounds.

    Benchmarks/lists.py DATA --hubd .build/release/hubd --python VENV/bin/python [--rounds 5] [--seconds 3]

DATA is what fill.py made. Needs wrk; VENV has fastapi, uvicorn[standard] and orjson. Writes results/lists.{md,json}.
"""

import argparse
import http.client
import json
import os
import pathlib
import platform
import re
import socket
import statistics
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
LIST = "pipeline_tag=text-generation&sort=downloads&limit=20"
SEARCH = "search=llama%20chat&" + LIST
# Each request another page: nothing is answered from memory.
COLD = """
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", "/api/models?%s&nonce=" .. n)
end
"""


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (path, answer.status, body[:300])
    return body


def start(command: list[str], port: int, environment: dict[str, str] | None = None) -> tuple[subprocess.Popen, float]:
    """The process, and the seconds until it answered for the first time."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=os.environ | (environment or {}), cwd=HERE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while time.monotonic() - began < 60:
        try:
            get(port, "/api/models?limit=1&pipeline_tag=text-generation")
            return process, time.monotonic() - began
        except OSError:
            time.sleep(0.005)
    raise SystemExit(f"no answer from {command}")


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def wrk(url: str, seconds: int, connections: int = 16, script: str | None = None) -> dict[str, float]:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        if script:
            file.write(script)
            file.flush()
            command += ["-s", file.name]
        text = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in text, text
    return {
        "rps": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
        "p50": milliseconds(re.search(r"^\s+50%\s+(\S+)", text, re.MULTILINE)[1]),
        "p99": milliseconds(re.search(r"^\s+99%\s+(\S+)", text, re.MULTILINE)[1]),
    }


HEADS = r"""
import asyncio, sys, time
host, port, path, seconds = "127.0.0.1", int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
request = f"HEAD {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()
times = []
async def client(until):
    reader, writer = await asyncio.open_connection(host, port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head[:20], head
        times.append(time.perf_counter() - began)
async def run():
    until = time.perf_counter() + seconds
    await asyncio.gather(*(client(until) for _ in range(16)))
try:
    import uvloop
    uvloop.install()
except ImportError:
    pass
asyncio.run(run())
times.sort()
print(len(times) / seconds, times[len(times) // 2] * 1000, times[len(times) * 99 // 100] * 1000)
"""


def heads(python: str, port: int, path: str, seconds: float) -> dict[str, float]:
    """HEAD requests: wrk waits for the body that Content-Length speaks of, so this client is Python."""
    text = subprocess.run([python, "-c", HEADS, str(port), path, str(seconds)], capture_output=True, text=True, check=True).stdout
    rps, p50, p99 = map(float, text.split())
    return {"rps": rps, "p50": p50, "p99": p99}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--hubd", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    hubd = os.path.abspath(options.hubd)
    data = os.path.abspath(options.data)
    uvicorn = [options.python, "-m", "uvicorn", "bench_api:app", "--log-level", "error", "--no-access-log", "--host", "127.0.0.1"]
    environment = {"BENCH_DB": data + "/plain.sqlite"}

    starts = []
    for _ in range(options.rounds):
        port = free_port()
        process, seconds = start([hubd, "serve", "--data-dir", data, "--port", str(port), "--log-level", "error", "--set", "rate-limits=false"], port)
        starts.append(seconds * 1000)
        process.terminate()
        process.wait()

    running, results = [], {}
    try:
        hub, plain, tuned = free_port(), free_port(), free_port()
        running.append(start([hubd, "serve", "--data-dir", data, "--port", str(hub), "--log-level", "error", "--set", "rate-limits=false"], hub)[0])
        memory = int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{running[0].pid}/status").read_text())[1]) / 1024
        running.append(start([*uvicorn, "--port", str(plain)], plain, environment)[0])
        running.append(start([*uvicorn, "--port", str(tuned), "--workers", "2"], tuned, environment)[0])
        time.sleep(2)
        model = json.loads(get(hub, "/api/models?limit=1&" + LIST))[0]["id"]
        cases = {
            "list, plain FastAPI": (f"http://127.0.0.1:{plain}/api/models?{LIST}", None),
            "list, tuned FastAPI": (f"http://127.0.0.1:{tuned}/api/fast?{LIST}", None),
            "list, hubd from the database": (f"http://127.0.0.1:{hub}/", COLD.replace("%s", LIST)),
            "list, hubd hot": (f"http://127.0.0.1:{hub}/api/models?{LIST}", None),
            "search, tuned FastAPI": (f"http://127.0.0.1:{tuned}/api/fast?{SEARCH}", None),
            "search, hubd from the database": (f"http://127.0.0.1:{hub}/", COLD.replace("%s", SEARCH)),
            "search, hubd hot": (f"http://127.0.0.1:{hub}/api/models?{SEARCH}", None),
        }
        for name, (url, script) in cases.items():
            wrk(url, 1, script=script)
        rounds: dict[str, list[dict[str, float]]] = {name: [] for name in cases}
        for _ in range(options.rounds):
            for name, (url, script) in cases.items():
                rounds[name].append(wrk(url, options.seconds, script=script))
            rounds.setdefault("HEAD resolve, hubd", []).append(heads(options.python, hub, f"/{model}/resolve/main/README.md", options.seconds))
        for name, each in rounds.items():
            results[name] = {key: round(statistics.median(r[key] for r in each), 2) for key in each[0]}
            results[name]["rounds"] = [round(r["rps"], 1) for r in each]
    finally:
        for process in running:
            process.terminate()
            process.wait()
    report(options, results, statistics.median(starts), memory)


def report(options: argparse.Namespace, results: dict, start_ms: float, memory: float) -> None:
    def ratio(mine: str, other: str) -> float:
        return round(results[mine]["rps"] / results[other]["rps"], 2)

    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())[1]
    rows = [
        ("list by task, from the database ÷ plain FastAPI", ratio("list, hubd from the database", "list, plain FastAPI"), "≥ 8"),
        ("list by task, from the database ÷ tuned FastAPI", ratio("list, hubd from the database", "list, tuned FastAPI"), "≥ 2.5"),
        ("list by task, hot ÷ tuned FastAPI", ratio("list, hubd hot", "list, tuned FastAPI"), "≥ 5"),
        ("search ÷ tuned FastAPI", ratio("search, hubd from the database", "search, tuned FastAPI"), "≥ 1.2"),
        ("list p99, ms", results["list, hubd from the database"]["p99"], "< 20"),
        ("search p99, ms", results["search, hubd from the database"]["p99"], "< 50"),
        ("HEAD resolve p99, ms", results["HEAD resolve, hubd"]["p99"], "< 5"),
        ("start to the first list, ms", round(start_ms, 1), "< 500"),
        ("memory after the start, MiB", round(memory, 1), "–"),
    ]
    out = HERE / "results"
    out.mkdir(exist_ok=True)
    machine = {"cpu": cpu, "cores": os.cpu_count(), "kernel": platform.release(), "rounds": options.rounds, "seconds": options.seconds}
    (out / "lists.json").write_text(json.dumps({"machine": machine, "results": results, "summary": rows}, indent=1, ensure_ascii=False) + "\n")
    lines = [
        "# Lists and search", "",
        f"{cpu}, {os.cpu_count()} cores shared by server and load generator; 16 connections; medians of {options.rounds} rounds of {options.seconds} s in one run.", "",
        "| | measured | target |", "| --- | --- | --- |",
        *(f"| {name} | {value} | {target} |" for name, value, target in rows), "",
        "| case | requests/s | p50 ms | p99 ms |", "| --- | --- | --- | --- |",
        *(f"| {name} | {r['rps']:.0f} | {r['p50']} | {r['p99']} |" for name, r in results.items()), "",
    ]
    (out / "lists.md").write_text("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
