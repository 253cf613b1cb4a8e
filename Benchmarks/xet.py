#!/usr/bin/env python3
"""The inner loops of Xet on one thread, against the reference implementation of BLAKE3.

    pip install blake3                                  # the Rust crate behind b3sum, with its assembly
    HUB_BENCHMARKS=1 swift build -c release --product xet-benchmark
    Benchmarks/xet.py .build/release/xet-benchmark [--rounds N] [--seconds S]

All cases take turns in each round; what counts is the best of the rounds, since these loops wait for nothing but the
processor, and a shared one is only ever slower. Writes results/xet.json and .md.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import subprocess
import time

HERE = pathlib.Path(__file__).parent
HASHES = ["best", "scalar", "lanes4", "lanes8", "lanes16"]
OTHERS = {
    "chunk": "cutting random bytes into chunks",
    "chunk-and-hash": "cutting and hashing them",
    "verify-random": "taking in a xorb of random bytes: unpack, hash, root",
    "verify-floats": "the same of 32-bit weights, packed",
    "pack-floats": "making that xorb: cut, hash, pack",
    "crc64": "CRC-64/NVME",
    "crc32c": "CRC-32C",
}


def reference(seconds: float) -> float:
    """Bytes a second of the best of 16 MiB in pieces of 64 KiB, keyed."""
    import blake3

    key, data = bytes(range(32)), os.urandom(16 << 20)
    # The same bytes through the same caches as on our side.
    pieces = [memoryview(data)[start : start + (64 << 10)] for start in range(0, len(data), 64 << 10)]
    best, end = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for piece in pieces:
            blake3.blake3(piece, key=key).digest()
        best = max(best, len(data) / (time.perf_counter() - start))
    return best


def processor() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.5, help="for each case and round")
    arguments = parser.parse_args()
    import blake3

    rates: dict[str, list[float]] = {"reference": []} | {case: [] for case in [*HASHES, *OTHERS]}
    for round in range(arguments.rounds):
        rates["reference"].append(reference(arguments.seconds))
        for case in [*HASHES, *OTHERS]:
            run = subprocess.run([arguments.program, case, str(arguments.seconds)], capture_output=True, text=True)
            if run.returncode == 0:
                rates[case].append(float(run.stdout))
        print(f"round {round + 1}", {case: round_(values[-1]) for case, values in rates.items() if values}, flush=True)
    result = {
        "processor": processor(), "cores": os.cpu_count(), "rounds": arguments.rounds, "seconds": arguments.seconds, "blake3": blake3.__version__,
        "load": os.getloadavg()[2], "bytes_per_second": rates,
    }
    (HERE / "results" / "xet.json").write_text(json.dumps(result, indent=1) + "\n")
    (HERE / "results" / "xet.md").write_text(table(result))


def table(result: dict) -> str:
    best = {case: max(values) for case, values in result["bytes_per_second"].items() if values}
    lines = [
        "# Inner loops of Xet", "",
        f"One thread of {result['processor']}, {result['cores']} cores; the best of {result['rounds']} rounds in turns. The machine's load over 15 minutes was "
        f"{result['load']:.1f}, other work included.", "",
        "| keyed BLAKE3 of 64 KiB | MB/s | of the reference |", "|---|--:|--:|", f"| reference (PyPI blake3 {result['blake3']}) | {round_(best['reference'])} | |",
    ]
    for case in HASHES:
        if case in best:
            lines.append(f"| {'what runs here' if case == 'best' else case} | {round_(best[case])} | {best[case] / best['reference']:.2f} × |")
    lines += ["", "| else | MB/s |", "|---|--:|"]
    lines += [f"| {words} | {round_(best[case])} |" for case, words in OTHERS.items() if case in best]
    return "\n".join(lines) + "\n"


def round_(rate: float) -> int:
    return round(rate / 1e6)


if __name__ == "__main__":
    main()
