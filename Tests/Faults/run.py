#!/usr/bin/env python3
"""Breaks a running hub in every way it must survive, and checks that nothing is lost. See README.md here.

    Tests/Faults/run.py --hubd .build/debug/hubd --hubctl .build/debug/hubctl [--quick] [--only NAME] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import random
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import chunks  # noqa: E402
import connections  # noqa: E402
import disk  # noqa: E402
import kills  # noqa: E402
import process  # noqa: E402
from faulty import NotHere, Options  # noqa: E402

FAULTS = {
    "pushes": kills.pushes,
    "chunked_pushes": chunks.chunked_pushes,
    "collections": kills.collections,
    "full_disk": disk.full_disk,
    "read_only": disk.read_only,
    "corruption": disk.corruption,
    "slow_clients": connections.slow_clients,
    "clock": process.clock,
    "two_hubs": process.two_hubs,
    "drain": process.drain,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubd", required=True, help="the built hubd")
    parser.add_argument("--hubctl", required=True, help="the built hubctl")
    parser.add_argument("--quick", action="store_true", help="fewer of each: a minute or two in all")
    parser.add_argument("--only", action="append", choices=FAULTS, help="this fault only (repeatable)")
    parser.add_argument("--seed", type=int, help="do the same again")
    arguments = parser.parse_args()
    seed = random.randrange(1_000_000) if arguments.seed is None else arguments.seed
    options = Options(os.path.abspath(arguments.hubd), os.path.abspath(arguments.hubctl), arguments.quick, seed)
    print(f"faults: seed {seed}", flush=True)
    failed = []
    for name, fault in FAULTS.items():
        if arguments.only and name not in arguments.only:
            continue
        began = time.monotonic()
        try:
            result = json.dumps(fault(options))
        except NotHere as reason:
            result = f"NOT RUN: {reason}"
        except Exception:
            traceback.print_exc()
            failed.append(name)
            result = "FAILED"
        print(f"faults: {name} ({time.monotonic() - began:.0f} s): {result}", flush=True)
    if failed:
        print(f"faults: failed with seed {seed}: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
