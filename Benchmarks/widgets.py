#!/usr/bin/env python3
"""Times answers about pictures: hubd over HTTP against transformers' pipelines in a Python process of their own.

    Benchmarks/widgets.py FOLDER --hubd PATH --hubctl PATH --python PATH [--only NAME] [--rounds N]

FOLDER holds the checkpoints of `Fixtures/generate/make_vision_fixtures.py --full`; --python is one that has transformers and
torch. Both sides get the bytes of one JPEG and give JSON, with two threads, in turns. Writes results/widgets.json and .md.
"""

from __future__ import annotations

import argparse
import base64
import concurrent.futures
import http.client
import io
import json
import os
import pathlib
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
THREADS = 2
TOKEN = "hf_" + "b" * 40
# Name: (task, parameters).
MODELS = {
    "vit_b16": ("image-classification", {}),
    "vit_b16_sharded": ("image-classification", {}),
    "deit_s16": ("image-classification", {}),
    "swin_t": ("image-classification", {}),
    "convnext_t": ("image-classification", {}),
    "resnet50": ("image-classification", {}),
    "regnet_y_040": ("image-classification", {}),
    "mobilenet_v2": ("image-classification", {}),
    "dinov2_b14": ("image-feature-extraction", {}),
    "segformer_b0": ("image-segmentation", {}),
    "detr_r50": ("object-detection", {}),
    "dpt_hybrid": ("depth-estimation", {}),
    "dpt_large_sharded": ("depth-estimation", {}),
    "clip_b32": ("zero-shot-image-classification", {"candidate_labels": ["a cat", "a cup of coffee"]}),
    "owlvit_b32": ("zero-shot-object-detection", {"candidate_labels": ["cat", "cup"]}),
    "vilt_b32": ("visual-question-answering", {"question": "what is this?"}),
}


def peer(folder: str, task: str, parameters: dict) -> None:
    """The other side: answers a picture's bytes for each line on standard input."""
    start = float(os.environ["PEER_START"])
    import torch
    import transformers
    from PIL import Image

    transformers.logging.set_verbosity_error()
    torch.set_num_threads(THREADS)
    if task == "visual-question-answering":
        images = transformers.AutoImageProcessor.from_pretrained(folder)
        tokens = transformers.AutoTokenizer.from_pretrained(folder)
        model = transformers.ViltForQuestionAnswering.from_pretrained(folder).eval()

        def answer(picture):
            inputs = dict(images(images=picture, return_tensors="pt")) | dict(tokens(parameters["question"], return_tensors="pt"))
            with torch.inference_mode():
                scores = model(**inputs).logits.sigmoid()[0]
            best = scores.topk(5)
            return [{"score": score, "answer": str(index)} for score, index in zip(best.values.tolist(), best.indices.tolist())]
    else:
        live = transformers.pipeline(task, model=folder, device="cpu")

        def answer(picture):
            with torch.inference_mode():
                return live(picture, **parameters)

    def plain(value):
        if isinstance(value, Image.Image):
            stream = io.BytesIO()
            value.save(stream, "PNG")
            return base64.b64encode(stream.getvalue()).decode()
        return value.tolist() if hasattr(value, "tolist") else str(value)

    photo = pathlib.Path(sys.stdin.readline().strip()).read_bytes()
    json.dumps(answer(Image.open(io.BytesIO(photo)).convert("RGB")), default=plain)
    print(json.dumps({"cold": time.time() - start}), flush=True)
    for _ in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        json.dumps(answer(Image.open(io.BytesIO(photo)).convert("RGB")), default=plain)
        status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
        print(json.dumps({
            "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu,
            "memory": int(status["RssAnon"].split()[0]) // 1024,
        }), flush=True)


class Hub:
    def __init__(self, hubd: str, hubctl: str, folder: pathlib.Path):
        self.hubctl, self.data = hubctl, folder / "data"
        subprocess.run([hubctl, "admin", "user", "create", "bench", "--token", TOKEN, "--data-dir", self.data, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        port = folder / "port"
        self.log = open(folder / "log", "wb")
        self.process = subprocess.Popen(
            [hubd, "serve", "--data-dir", self.data, "--port", "0", "--port-file", port, "--set", "rate-limits=false",
             "--set", f"inference-threads={THREADS}", "--set", "inference-queue=64"],
            stdout=self.log, stderr=self.log,
        )
        while not (port.exists() and port.read_text().strip()):
            time.sleep(0.05)
        self.port = int(port.read_text())
        self.url = f"http://127.0.0.1:{self.port}"

    def push(self, folder: pathlib.Path, name: str) -> None:
        subprocess.run(
            [self.hubctl, "push", folder, f"bench/{name}", "--exclude", "expected/*", "--endpoint", self.url, "--token", TOKEN, "--quiet"],
            check=True, stdout=subprocess.DEVNULL,
        )

    def worker(self) -> int | None:
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if f"PPid:\t{self.process.pid}\n" in (entry / "status").read_text():
                        return int(entry.name)
                except OSError:
                    continue
        return None

    def restart_worker(self) -> None:
        worker = self.worker()
        if worker:
            os.kill(worker, signal.SIGKILL)
            time.sleep(0.5)

    def ask(self, name: str, task: str, body: bytes) -> tuple[float, float]:
        """Seconds on the wall, and of the network."""
        start = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request("POST", f"/models/bench/{name}/pipeline/{task}", body, {"X-Use-Cache": "false", "X-Wait-For-Model": "true"})
        answer = connection.getresponse()
        text = answer.read()
        seconds = time.perf_counter() - start
        assert answer.status == 200, text[:500]
        connection.close()
        return seconds, float(answer.headers["X-Compute-Time"])

    def stages(self, name: str) -> dict[str, float]:
        """Mean seconds of each stage so far."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", "/metrics")
        sums, counts = {}, {}
        for line in connection.getresponse().read().decode().splitlines():
            if line.startswith("vitrine_inference_seconds_") and f'model="bench/{name}"' in line:
                stage = line.split('stage="')[1].split('"')[0]
                if "_sum{" in line:
                    sums[stage] = float(line.rsplit(" ", 1)[1])
                if "_count{" in line:
                    counts[stage] = float(line.rsplit(" ", 1)[1])
        return {stage: sums[stage] / counts[stage] for stage in sums if counts.get(stage)}

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def usage(pid: int) -> tuple[float, int]:
    """Processor seconds and megabytes of its own."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(status["RssAnon"].split()[0]) // 1024


def measure(hub: Hub, name: str, folder: pathlib.Path, photo: pathlib.Path, python: str, rounds: int) -> dict:
    task, parameters = MODELS[name]
    body = json.dumps({"inputs": base64.b64encode(photo.read_bytes()).decode(), "parameters": parameters}).encode() if parameters else photo.read_bytes()
    hub.push(folder, name)
    hub.restart_worker()
    cold, _ = hub.ask(name, task, body)
    environment = os.environ | {"PEER_START": str(time.time()), "OMP_NUM_THREADS": str(THREADS), "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    other = subprocess.Popen(
        [python, __file__, "--peer", str(folder), task, json.dumps(parameters)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env=environment,
    )
    try:
        other.stdin.write(f"{photo}\n")
        other.stdin.flush()
        first = json.loads(other.stdout.readline())
        ours, theirs, own_cpu = [], [], []
        worker = hub.worker()
        hub.ask(name, task, body)
        for _ in range(rounds):
            before, _ = usage(worker)
            ours.append(hub.ask(name, task, body)[0])
            own_cpu.append(usage(worker)[0] - before)
            other.stdin.write("\n")
            other.stdin.flush()
            theirs.append(json.loads(other.stdout.readline()))
    finally:
        other.stdin.close()
        other.wait()
    row = {
        "name": name, "task": task, "rounds": rounds,
        "ours_ms": 1000 * statistics.median(ours), "theirs_ms": 1000 * statistics.median(entry["wall"] for entry in theirs),
        "ours_cpu_ms": 1000 * statistics.median(own_cpu), "theirs_cpu_ms": 1000 * statistics.median(entry["cpu"] for entry in theirs),
        "ours_cold_s": cold, "theirs_cold_s": first["cold"],
        "ours_mb": usage(worker)[1], "theirs_mb": max(entry["memory"] for entry in theirs),
        "stages_ms": {stage: round(1000 * seconds, 2) for stage, seconds in hub.stages(name).items()},
        "throughput": {},
    }
    for clients in (1, 4, 16):
        count = max(clients, min(64, int(4 / max(statistics.median(ours), 0.01))))
        start = time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(clients) as pool:
            list(pool.map(lambda _: hub.ask(name, task, body), range(count)))
        row["throughput"][clients] = count / (time.perf_counter() - start)
    return row


def page(result: dict) -> str:
    rows = result["rows"]
    lines = [
        f"# Answers about pictures, {result['date']}", "",
        f"{result['machine']}; {THREADS} threads on either side, in turns, medians of {result['rounds']}, random weights of the full size, one",
        "JPEG of 600 × 400 pixels in, JSON out. Ours: hubd (release) over HTTP, its worker's processor time and memory. Theirs:",
        f"transformers {result['transformers']} on PyTorch {result['torch']}, called in its own process, without HTTP. `cold`: from nothing running to the first",
        "answer. Memory: anonymous, after the runs. Processor time is what other work on the machine disturbs least.", "",
        "| model | task | theirs, ms | ours, ms | | theirs, CPU ms | ours, CPU ms | | cold: theirs, s | ours, s | | MB: theirs | ours | answers/s of ours at 1, 4, 16 clients |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for row in rows:
        flow = ", ".join(f"{row['throughput'][key]:.1f}" for key in row["throughput"])
        lines.append(
            f"| {row['name']} | {row['task']} | {row['theirs_ms']:.0f} | {row['ours_ms']:.0f} | {row['theirs_ms'] / row['ours_ms']:.1f} × "
            f"| {row['theirs_cpu_ms']:.0f} | {row['ours_cpu_ms']:.0f} | {row['theirs_cpu_ms'] / max(row['ours_cpu_ms'], 1):.1f} × "
            f"| {row['theirs_cold_s']:.1f} | {row['ours_cold_s']:.2f} | {row['theirs_cold_s'] / row['ours_cold_s']:.0f} × "
            f"| {row['theirs_mb']} | {row['ours_mb']} | {flow} |"
        )
    median = statistics.median(row["theirs_ms"] / row["ours_ms"] for row in rows)
    cpu = statistics.median(row["theirs_cpu_ms"] / max(row["ours_cpu_ms"], 1) for row in rows)
    cold = statistics.median(row["theirs_cold_s"] / row["ours_cold_s"] for row in rows)
    lines += ["", f"At the median: {median:.1f} × on the wall, {cpu:.1f} × in processor time, {cold:.0f} × cold.", "", "Where the time of ours goes, in ms on average (cold answers included in `load`):", "",
              "| model | decode | preprocess | network | postprocess | encode |", "|---|--:|--:|--:|--:|--:|"]
    for row in rows:
        stages = row["stages_ms"]
        lines.append(f"| {row['name']} | " + " | ".join(f"{stages.get(key, 0):.1f}" for key in ("decode", "preprocess", "network", "postprocess", "encode")) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] == "--peer":
        peer(sys.argv[2], sys.argv[3], json.loads(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--hubd", required=True)
    parser.add_argument("--hubctl", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--only", action="append")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    versions = subprocess.run(
        [arguments.python, "-c", "import transformers, torch; print(transformers.__version__, torch.__version__)"], capture_output=True, text=True, check=True
    ).stdout.split()
    processor = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    family = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("cpu family")), "?")
    result = {
        "date": time.strftime("%-d %B %Y"), "machine": f"{processor} (family {family}), {os.cpu_count()} virtual cores", "rounds": arguments.rounds,
        "transformers": versions[0], "torch": versions[1], "rows": [],
    }
    with tempfile.TemporaryDirectory(prefix="vitrine-widgets-") as scratch:
        hub = Hub(arguments.hubd, arguments.hubctl, pathlib.Path(scratch))
        try:
            photo = pathlib.Path(scratch) / "photo.jpg"
            source = HERE.parent / "Fixtures" / "vision" / "_images" / "coffee.png"
            subprocess.run([arguments.python, "-c", "import sys; from PIL import Image; Image.open(sys.argv[1]).convert('RGB').resize((600, 400)).save(sys.argv[2], quality=90)", source, photo], check=True)
            for name in arguments.only or MODELS:
                row = measure(hub, name, arguments.folder / name, photo, arguments.python, arguments.rounds)
                result["rows"].append(row)
                print(f"{name:18s} {row['theirs_ms']:8.1f} -> {row['ours_ms']:8.1f} ms   cold {row['theirs_cold_s']:.1f} -> {row['ours_cold_s']:.2f} s", flush=True)
        finally:
            hub.stop()
    if not arguments.only:
        (HERE / "results" / "widgets.json").write_text(json.dumps(result, indent=1) + "\n")
        (HERE / "results" / "widgets.md").write_text(page(result))


if __name__ == "__main__":
    main()
