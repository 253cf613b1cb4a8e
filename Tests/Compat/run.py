#!/usr/bin/env python3
"""Runs the compatibility suite: real clients, each generation in its own environment, against a built hubd.

    Tests/Compat/run.py --hubd .build/debug/hubd --hubctl .build/debug/hubctl [--only NAME] [--no-big] [-- pytest options]

Parts: hub036, hub1 and hub2 run clients/ with one generation of huggingface_hub each; xet036, xet1 and xet2 what is special
to uploads and downloads in chunks, xet2 also the chunk store request by request; wire runs the raw requests;
signon the OAuth clients and identity providers; openapi checks the description of the API and the hub against it;
libraries runs transformers, timm, diffusers and datasets; big moves a file of VITRINE_BIG_BYTES (5 GB unless set).
The environments are made by scripts/compat-venvs.sh. The outcome of each part is written to --results (a folder) as
JSON for scripts/make-compat-doc.py and as JUnit XML.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# Part: (environment, folder of tests, further pytest options).
PARTS = {
    "hub036": ("hub036", "clients", []),
    "hub1": ("hub1", "clients", []),
    "hub2": ("full", "clients", []),
    "xet036": ("hub036", "xet/test_clients.py", []),
    "xet1": ("hub1", "xet/test_clients.py", []),
    "xet2": ("full", "xet", []),
    "wire": ("hub1", "wire", []),
    "git": ("hub1", "git", []),
    "signon": ("signon", "signon", []),
    "openapi": ("openapi", "openapi", []),
    "libraries": ("full", "libraries", ["-m", "not big"]),
    "big": ("full", "libraries/test_big.py", ["-s"]),
}

# Parts that move whole files, as clients without hf_xet do; the others have its default, which is chunks.
PLAIN = {"hub1", "wire", "big", "openapi"}


def environments(names: set[str]) -> dict[str, pathlib.Path]:
    """Makes what is missing and gives the folder of each."""
    done = subprocess.run([ROOT / "scripts" / "compat-venvs.sh", *sorted(names)], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit("compat: the Python environments could not be made")
    return {name: pathlib.Path(path) for name, path in (line.split(" ", 1) for line in done.stdout.splitlines())}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubd", required=True, help="the built hubd")
    parser.add_argument("--hubctl", required=True, help="the built hubctl")
    parser.add_argument("--only", action="append", choices=PARTS, help="run this part only (repeatable)")
    parser.add_argument("--no-big", action="store_true", help="leave the gigabytes out")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / ".build" / "compat", help="folder for the outcome")
    parser.add_argument("pytest", nargs="*", help="further options for pytest, after --")
    arguments = parser.parse_args()

    parts = [name for name in PARTS if not arguments.only or name in arguments.only]
    if arguments.no_big:
        parts = [name for name in parts if name != "big"]
    folders = environments({PARTS[name][0] for name in parts})
    arguments.results.mkdir(parents=True, exist_ok=True)
    failed = []
    for name in parts:
        environment, tests, options = PARTS[name]
        result = arguments.results / f"{name}.json"
        result.unlink(missing_ok=True)
        print(f"== compat: {name}", flush=True)
        start = time.monotonic()
        code = subprocess.run(
            [
                folders[environment] / "bin" / "python", "-m", "pytest", "-q", *options, *arguments.pytest,
                "--hubd", os.path.abspath(arguments.hubd), "--hubctl", os.path.abspath(arguments.hubctl),
                "--result", str(result.resolve()), f"--junit-xml={arguments.results.resolve() / name}.xml",
                "-c", HERE / "pytest.ini", "--rootdir", HERE, HERE / tests,
            ],
            cwd=HERE,
            env={key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} 
            | {"PYTHONDONTWRITEBYTECODE": "1"}
            | ({"VITRINE_COMPAT_PLAIN": "1"} if name in PLAIN else {}),
        ).returncode
        print(f"== compat: {name} {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - start:.0f} s", flush=True)
        if code:
            failed.append(name)
    if failed:
        print(f"compat: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
