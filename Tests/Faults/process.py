"""Clocks that jump, two hubs on one folder, and ending with work under way."""

from __future__ import annotations

import hashlib
import pathlib
import shutil
import socket
import subprocess
import time
from urllib.parse import urlsplit

from faulty import Folder, Hub, Options, Refused, add, add_lfs, terminate, wait_until

YEAR = 365 * 86_400


def clock(options: Options) -> dict:
    """The wall clock jumps years ahead and back: nothing is lost or collected early, old addresses end."""
    random = options.random("clock")
    with Folder("clock") as folder:
        library, setting = folder / "clock.so", folder / "offset"
        source = pathlib.Path(__file__).resolve().parent / "clock.c"
        compiler = shutil.which("clang") or shutil.which("cc")
        assert compiler, "a C compiler is needed (Swift brings clang)"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
        setting.write_text("0")
        hub = Hub(options, folder / "hub", {"LD_PRELOAD": str(library), "FAULTY_CLOCK": str(setting)}).create()
        try:
            hub.start()
            repo = hub.create_repo("r")
            commits = []

            def push() -> None:
                data = random.randbytes(20_000)
                commits.insert(0, hub.commit(repo, [add_lfs(f"{len(commits)}.bin", hub.upload(repo, data), len(data))]))

            def date() -> str:
                return hub.json("GET", f"/api/models/{repo}/commits/main")[0]["date"]

            push()
            first = date()
            # An address that was given out before the jump.
            data = b"late"
            batch = {"operation": "upload", "objects": [{"oid": hashlib.sha256(data).hexdigest(), "size": 4}]}
            href = hub.json("POST", f"/{repo}.git/info/lfs/objects/batch", batch)["objects"][0]["actions"]["upload"]["href"]
            setting.write_text(str(2 * YEAR))
            push()
            assert int(date()[:4]) >= int(first[:4]) + 2 - (first[5:10] == "01-01"), "the jump was not seen by hubd"
            try:
                hub.request("PUT", href, data, token=None)
                raise AssertionError("an address of two years ago opens")
            except Refused as refusal:
                assert refusal.status == 403 and b"expired" in refusal.body, refusal
            # Sent in the future, collected in the past and in the present: its grace time is not over.
            waiting = random.randbytes(30_000)
            hub.upload(repo, waiting)
            for offset in (-3 * YEAR, 0):
                setting.write_text(str(offset))
                push()
                hub.server.admin("gc", "--json")
                assert hub.commits(repo) == [*commits, hub.commits(repo)[-1]]
            hub.commit(repo, [add_lfs("waiting.bin", hashlib.sha256(waiting).hexdigest(), len(waiting))])
            assert hub.download(repo, "waiting.bin") == waiting
            hub.kill()
            setting.write_text(str(-YEAR))
            hub.start()
            push()
            listed = hub.json("GET", "/api/models?author=alice&sort=lastModified&full=true")
            assert [entry["id"] for entry in listed] == [repo]
            hub.check_repo(repo, set())
            assert hub.stop() == 0
        finally:
            hub.kill()
        return {"jumps": 4, "verify": hub.verify()}


def two_hubs(options: Options) -> dict:
    """A second hubd on the folder ends at once and says why; the first one does not notice."""
    with Folder("two") as folder:
        hub = Hub(options, folder).create().start()
        try:
            repo = hub.create_repo("r")
            for _ in range(3):
                command = [options.hubd, "serve", "--data-dir", str(hub.server.data), "--host", "127.0.0.1", "--port", "0"]
                second = subprocess.run(command, capture_output=True, text=True, timeout=30)
                assert second.returncode != 0
                said = second.stderr + second.stdout
                assert "is in use by process" in said, said
                hub.commit(repo, [add("a.txt", said.encode())])
            # A killed one leaves no lock behind.
            hub.kill()
            hub.start()
            hub.check_repo(repo, set())
            assert hub.stop() == 0
        finally:
            hub.kill()
    return {"message": said.strip().splitlines()[-1]}


def drain(options: Options) -> dict:
    """SIGTERM with an upload and a download under way: both end well, nobody new is let in, the exit code is 0."""
    random = options.random("drain")
    with Folder("drain") as folder:
        hub = Hub(options, folder, {"VITRINE_DRAIN_TIMEOUT": "20"}).create().start()
        try:
            repo = hub.create_repo("r")
            big = random.randbytes(30_000_000)
            hub.commit(repo, [add_lfs("big.bin", hub.upload(repo, big), len(big))])
            data = random.randbytes(250_000)
            oid = hashlib.sha256(data).hexdigest()
            batch = {"operation": "upload", "objects": [{"oid": oid, "size": len(data)}]}
            href = hub.json("POST", f"/{repo}.git/info/lfs/objects/batch", batch)["objects"][0]["actions"]["upload"]["href"]
            upload = hub.connect()
            parts = urlsplit(href)
            upload.putrequest("PUT", parts.path + "?" + parts.query)
            upload.putheader("Content-Length", str(len(data)))
            upload.endheaders()
            upload.send(data[:100_000])
            download = hub.connect()
            download.request("GET", f"/{repo}/resolve/main/big.bin")
            answer = download.getresponse()
            got = answer.read(1_000_000)
            idle = hub.connect()
            idle.request("GET", "/healthz")
            idle.getresponse().read()

            process = hub.server.process
            terminate(process)
            host, port = urlsplit(hub.server.url).hostname, urlsplit(hub.server.url).port

            def refused() -> bool:
                try:
                    socket.create_connection((host, port), timeout=1).close()
                    return False
                except OSError:
                    return True

            wait_until(refused, 10, "new connections are refused")
            assert process.poll() is None, "hubd has ended with work under way"
            for start in range(100_000, len(data), 50_000):
                time.sleep(0.2)
                upload.send(data[start : start + 50_000])
            done = upload.getresponse()
            assert done.status in (200, 201, 204), done.status
            got += answer.read()
            assert got == big
            began = time.monotonic()
            assert process.wait(timeout=20) == 0
            waited = time.monotonic() - began
            hub.start()
            hub.commit(repo, [add_lfs("late.bin", oid, len(data))])
            assert hub.download(repo, "late.bin") == data
            assert hub.stop() == 0
        finally:
            hub.kill()
    return {"seconds from the last byte to the end": round(waited, 2)}

