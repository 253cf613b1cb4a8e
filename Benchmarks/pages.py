#!/usr/bin/env python3
"""Pages of a hub of 100,000 models: time until the whole page has come, one request after the other.

    Benchmarks/pages.py DATA --hubd .build/release/hubd [--requests 400]

DATA is what fill.py made. No page is asked for twice in a row, and none has been answered from memory. Writes
results/pages.{md,json}.
"""

import argparse
import http.client
import json
import pathlib
import platform
import socket
import statistics
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--hubd", required=True)
    parser.add_argument("--requests", type=int, default=400)
    options = parser.parse_args()
    port = free_port()
    command = [options.hubd, "serve", "--data-dir", options.data, "--port", str(port), "--log-level", "warning", "--set", "rate-limits=false"]
    hubd = subprocess.Popen(command, cwd=HERE.parent)
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

        def get(path: str) -> tuple[float, int]:
            began = time.perf_counter()
            connection.request("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, (path, answer.status)
            return (time.perf_counter() - began) * 1000, len(body)

        _, first = get("/models")
        names = [item["id"] for item in json.loads(plain(connection, "/api/models?limit=200&sort=likes"))]
        sorts = ["trendingScore", "downloads", "likes", "lastModified", "createdAt"]
        tasks = ["text-generation", "image-classification", "object-detection", "text-classification"]
        kinds = {
            "list": lambda n: f"/models?sort={sorts[n % 5]}&p={n}",
            "list of a task": lambda n: f"/models?pipeline_tag={tasks[n % 4]}&sort={sorts[n % 5]}&p={n}",
            "list of a task and a library": lambda n: f"/models?pipeline_tag={tasks[n % 4]}&library=transformers&sort={sorts[n % 5]}&p={n}",
            "search": lambda n: f"/models?search={['llama', 'vit', 'bert%20base', 'chat'][n % 4]}&p={n}",
            "home": lambda n: f"/?p={n}",
            "a model without its files": lambda n: f"/{names[n % len(names)]}?p={n}",
        }
        rows = {}
        for kind, path in kinds.items():
            get(path(0))
            found = [get(path(n)) for n in range(options.requests)]
            times = sorted(time for time, _ in found)
            rows[kind] = {
                "median, ms": round(statistics.median(times), 2), "p99, ms": round(times[int(len(times) * 0.99)], 2),
                "kB, packed": round(max(size for _, size in found) / 1000, 1),
            }
        lines = ["| page | median, ms | p99, ms | kB, packed |", "|---|---|---|---|"]
        lines += [f"| {kind} | {row['median, ms']} | {row['p99, ms']} | {row['kB, packed']} |" for kind, row in rows.items()]
        text = "\n".join(lines)
        print(text)
        when = time.strftime("%Y-%m-%d")
        (HERE / "results" / "pages.md").write_text(f"Pages of a hub of 100,000 models, {when}, {platform.machine()}, {options.requests} requests each.\n\n{text}\n")
        (HERE / "results" / "pages.json").write_text(json.dumps({"when": when, "requests": options.requests, "pages": rows}, indent=2) + "\n")
    finally:
        hubd.terminate()
        hubd.wait()


def plain(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    return connection.getresponse().read()


if __name__ == "__main__":
    main()
