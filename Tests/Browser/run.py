#!/usr/bin/env python3
"""Opens the hub's pages in a headless Chromium, against a built hubd.

    Tests/Browser/run.py --hubd .build/debug/hubd --hubctl .build/debug/hubctl [-- pytest options]

Chromium and its driver come from the system; the Python environment is made by scripts/compat-venvs.sh. Pictures of every
page are written to --results (a folder).
"""

from __future__ import annotations

import argparse
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubd", required=True, help="the built hubd")
    parser.add_argument("--hubctl", required=True, help="the built hubctl")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / ".build" / "browser", help="folder for pictures")
    parser.add_argument("pytest", nargs="*", help="further options for pytest, after --")
    arguments = parser.parse_args()
    made = subprocess.run([ROOT / "scripts" / "compat-venvs.sh", "browser"], stdout=subprocess.PIPE, text=True)
    if made.returncode:
        sys.exit("browser: the Python environment could not be made")
    python = pathlib.Path(made.stdout.split(" ", 1)[1].strip()) / "bin" / "python"
    command = [
        python, "-m", "pytest", "-q", *arguments.pytest, "--hubd", os.path.abspath(arguments.hubd),
        "--hubctl", os.path.abspath(arguments.hubctl), "--results", arguments.results.resolve(),
        "-c", HERE / "pytest.ini", "--rootdir", HERE, HERE,
    ]
    return subprocess.run(command, cwd=HERE, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}).returncode


if __name__ == "__main__":
    sys.exit(main())
