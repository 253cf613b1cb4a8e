"""kill -9 at random moments of pushes in chunks."""

from __future__ import annotations

import pathlib
import subprocess
import time

from faulty import TOKEN, Folder, Hub, Options
from support.server import clean_environment


def start_push(hub: Hub, folder: pathlib.Path, repo: str) -> subprocess.Popen[str]:
    environment = clean_environment() | {"HOME": str(folder.parent), "HF_ENDPOINT": hub.server.url, "HF_TOKEN": TOKEN}
    return subprocess.Popen(
        [hub.server.hubctl, "push", str(folder), repo], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def change(data: bytearray, random) -> None:
    """Something is put in, and the end is cut off: the file stays as long."""
    size, place = len(data), random.randrange(len(data))
    data[place:place] = random.randbytes(random.randrange(1, 200_000))
    del data[size:]


def chunked_pushes(options: Options) -> dict:
    """Kills hubd in the middle of pushes in chunks, and lets the same push go through afterwards."""
    enough = 8 if options.quick else 200
    random = options.random("chunked pushes")
    checked = killed = 0
    # Seconds that a push takes, so that most are hit on the way.
    took = 0.6
    seen: set[str] = set()
    with Folder("chunked") as root:
        folder = root / "files"
        folder.mkdir()
        hub = Hub(options, root / "hub").create().start()
        repo = hub.create_repo("chunked")
        data = bytearray(random.randbytes(6_000_000))
        try:
            for number in range(enough):
                change(data, random)
                (folder / "model.bin").write_bytes(data)
                (folder / f"extra-{number % 5}.bin").write_bytes(data[: random.randrange(100_000, 2_000_000)])
                pushing = start_push(hub, folder, repo)
                time.sleep(random.uniform(0.02, took))
                hub.kill()
                pushing.communicate(timeout=120)
                killed += pushing.returncode != 0
                hub.start()
                checked += hub.check_repo(repo, seen)
                began = time.monotonic()
                again = start_push(hub, folder, repo)
                output, _ = again.communicate(timeout=120)
                took = max(0.05, time.monotonic() - began)
                assert again.returncode == 0, output
                _, body = hub.request("GET", f"/{repo}/resolve/main/model.bin")
                assert body == data, "the file that was pushed last"
                if number % 20 == 19:
                    hub.verify()
            report = hub.verify()
            assert hub.stop() == 0
        finally:
            hub.kill()
        return {"pushes": 2 * enough, "broken off": killed, "files checked": checked, "verify": report}
