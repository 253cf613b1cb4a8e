#!/usr/bin/env python3
"""Times waiting questions that share runs of a small network against runs of their own: two hubs on the same checkpoint, in turns.

    Benchmarks/batches.py FOLDER --hubd PATH --hubctl PATH [--rounds N]

FOLDER is `clip_b32` of `Fixtures/generate/make_vision_fixtures.py --full`. 16 clients ask about one picture, with the same two
labels or each with others. Writes results/batches.json and .md.
"""

from __future__ import annotations

import argparse
import base64
import concurrent.futures
import http.client
import json
import os
import pathlib
import platform
import statistics
import tempfile
import time

import widgets

CLIENTS, QUESTIONS = 16, 48


def memory(pid: int) -> int:
    """The most that the worker had of its own, in MB."""
    status = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status") if ":" in line)
    return int(status["RssAnon"].split()[0]) // 1024


def ask(hub: widgets.Hub, picture: str, labels: list[str]) -> float:
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=300)
    body = json.dumps({"inputs": picture, "parameters": {"candidate_labels": labels}})
    connection.request("POST", "/models/bench/clip", body, {"X-Use-Cache": "false", "X-Wait-For-Model": "true"})
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, text
    return time.perf_counter() - start


def load(hub: widgets.Hub, picture: str, same: bool) -> dict:
    labels = lambda number: ["a cat", "a cup of coffee"] if same else [f"a cat number {number}", f"a cup number {number}"]
    pid = hub.worker()
    ticks = lambda: sum(map(int, open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")
    start, cpu = time.perf_counter(), ticks()
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        waits = list(pool.map(lambda number: ask(hub, picture, labels(number)), range(QUESTIONS)))
    took = time.perf_counter() - start
    return {"rate": QUESTIONS / took, "median": statistics.median(waits), "cpu": (ticks() - cpu) / QUESTIONS, "memory": memory(pid)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--hubd", required=True)
    parser.add_argument("--hubctl", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    photo = arguments.folder.parent / "_images" / "coffee.png"
    picture = base64.b64encode(photo.read_bytes()).decode()
    rounds: dict[str, list[dict]] = {}
    with tempfile.TemporaryDirectory() as folder:
        hubs = {}
        for batch in (1, 4):
            path = pathlib.Path(folder) / str(batch)
            path.mkdir()
            os.environ["VITRINE_INFERENCE_BATCH"] = str(batch)
            hubs[batch] = widgets.Hub(arguments.hubd, arguments.hubctl, path)
            hubs[batch].push(arguments.folder, "clip")
            ask(hubs[batch], picture, ["a cat"])
        for _ in range(arguments.rounds):
            for same in (False, True):
                for batch, hub in hubs.items():
                    rounds.setdefault(f"{'same' if same else 'own'} {batch}", []).append(load(hub, picture, same))
        for hub in hubs.values():
            hub.process.terminate()
            hub.process.wait()
    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    lines = [
        f"# Questions that share runs, {time.strftime('%d %B %Y').lstrip('0')}", "",
        f"{cpu}, {os.cpu_count()} cores, {platform.machine()}. CLIP-B/32 of random weights, {CLIENTS} clients, {QUESTIONS} questions a round with two labels",
        f"each, hubd over HTTP, {widgets.THREADS} threads; medians of {arguments.rounds} rounds, in turns. Processor time is the worker's; memory its own, weights apart.", "",
        "| labels | questions in a run | answers/s | | CPU ms each | | median wait, s | MB |", "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for kind, words in (("own", "each its own"), ("same", "the same for all")):
        alone = {key: statistics.median(entry[key] for entry in rounds[f"{kind} 1"]) for key in ("rate", "cpu")}
        for batch in (1, 4):
            of = {key: statistics.median(entry[key] for entry in rounds[f"{kind} {batch}"]) for key in ("rate", "cpu", "median", "memory")}
            lines.append(
                f"| {words} | {'1' if batch == 1 else 'up to 4'} | {of['rate']:.1f} | {of['rate'] / alone['rate']:.2f} × | {of['cpu'] * 1000:.0f} |"
                f" {alone['cpu'] / of['cpu']:.2f} × | {of['median']:.2f} | {of['memory']:.0f} |"
            )
    results = widgets.HERE / "results"
    (results / "batches.md").write_text("\n".join(lines) + "\n")
    (results / "batches.json").write_text(json.dumps(rounds, indent=1) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
