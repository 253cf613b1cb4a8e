"""kill -9 at random moments: of pushes, and of garbage collections beside pushes."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import subprocess
import threading
import time

from faulty import Folder, Hub, Options, Refused, add, add_lfs, delete

LOST = (http.client.HTTPException, OSError)


class Pusher:
    """Pushes to one repo, and remembers what the hub has acknowledged."""

    def __init__(self, hub: Hub, repo: str, random: random.Random, collected: bool = False):
        self.hub, self.repo, self.random = hub, repo, random
        # Whether collections without a grace time run beside it: they may take what is uploaded and not committed yet.
        self.collected = collected
        self.acknowledged: list[str] = []
        self.files: dict[str, str] = {}
        self.pushes = 0
        self.rewritten = False

    def push(self) -> None:
        kind = self.random.choices(["file", "lfs", "parts", "mixed", "delete", "squash", "forget"], [4, 4, 3, 4, 2, 0.5, 0.5])[0]
        self.pushes += 1
        name = f"{self.random.choice('abcdef')}/{self.random.randrange(12)}"
        data = self.random.randbytes(self.random.randrange(1, 40_000))
        large = self.random.randbytes(self.random.randrange(300_001, 900_000))
        regular, uploads, deletions = {}, {}, []
        if kind in ("file", "mixed"):
            regular[name + ".txt"] = data
        if kind in ("lfs", "mixed"):
            uploads[name + ".bin"] = data + b"lfs"
        if kind == "parts":
            uploads[name + ".safetensors"] = large
        if kind == "delete" and self.files:
            deletions.append(self.random.choice(sorted(self.files)))
        if kind == "squash":
            self.rewritten = True
            self.hub.json("POST", f"/api/models/{self.repo}/super-squash/main", {"message": "squash"})
            self.acknowledged.clear()
            return
        if kind == "forget":
            listed = self.hub.json("GET", f"/api/models/{self.repo}/lfs-files")
            if not listed:
                return
            self.rewritten = True
            doomed = self.random.choice(listed)["fileOid"]
            self.forget(doomed)
            self.refresh()
            return
        if not (regular or uploads or deletions):
            return
        self.rewritten = False
        self.acknowledged.append(self.send(regular, uploads, deletions))
        self.refresh()

    def send(self, regular: dict[str, bytes], uploads: dict[str, bytes], deletions: list[str]) -> str:
        """Uploads and commits; once more when a collection has come between, as the hub then says."""
        for attempt in range(10):
            try:
                operations = [add(path, data) for path, data in regular.items()]
                operations += [add_lfs(path, self.hub.upload(self.repo, data), len(data)) for path, data in uploads.items()]
                operations += [delete(path) for path in deletions]
                return self.hub.commit(self.repo, operations)
            except Refused as refusal:
                missing = refusal.status == 422 and b"upload it before the commit" in refusal.body
                if not self.collected or not (missing or refusal.status == 503) or attempt == 9:
                    raise
        raise AssertionError("unreachable")

    def forget(self, file_oid: str) -> None:
        path = f"/api/models/{self.repo}/lfs-files"
        try:
            self.hub.json("POST", f"{path}/batch", {"deletions": {"sha": [file_oid], "rewriteHistory": True}})
        except Refused as refusal:
            # A collection may have come first, if no commit had the file any more. It must be gone then.
            if refusal.status != 422 or file_oid in [file["fileOid"] for file in self.hub.json("GET", path)]:
                raise

    def refresh(self) -> None:
        self.files = {entry["path"]: entry["oid"] for entry in self.hub.tree(self.repo)}
        if self.rewritten:
            self.acknowledged.clear()

    def check(self, seen: set[str]) -> int:
        listed = self.hub.commits(self.repo)
        if not self.rewritten:
            lost = [oid for oid in self.acknowledged if oid not in listed]
            assert not lost, f"acknowledged and gone: {lost}"
        self.acknowledged = listed
        self.files = {entry["path"]: entry["oid"] for entry in self.hub.tree(self.repo)}
        return self.hub.check_repo(self.repo, seen)


def keep_pushing(pusher: Pusher, enough: int) -> threading.Thread:
    """Pushes until the hub is gone; a refusal is a failure of the test."""

    def run() -> None:
        try:
            while pusher.pushes < enough:
                pusher.push()
        except LOST:
            # Killed under us: what was asked last may have been done or not.
            pass
        except Refused as refusal:
            thread.failure = refusal  # type: ignore[attr-defined]

    thread = threading.Thread(target=run)
    thread.failure = None  # type: ignore[attr-defined]
    thread.start()
    return thread


def pushes(options: Options) -> dict:
    """Kills hubd in the middle of pushes and starts it again, each time with pushes that were under way."""
    enough = 8 if options.quick else 200
    random = options.random("pushes")
    seen: set[str] = set()
    kills = checked = 0
    with Folder("pushes") as folder:
        hub = Hub(options, folder).create().start()
        pushers = [Pusher(hub, hub.create_repo(f"r{number}"), options.random(f"pusher {number}")) for number in range(2)]
        try:
            while kills < enough:
                goal = max(pusher.pushes for pusher in pushers) + 100
                threads = [keep_pushing(pusher, goal) for pusher in pushers]
                time.sleep(random.uniform(0.02, 0.4))
                hub.kill()
                for thread in threads:
                    thread.join()
                    if thread.failure:  # type: ignore[attr-defined]
                        raise thread.failure  # type: ignore[attr-defined]
                kills += 1
                hub.start()
                checked += sum(pusher.check(seen) for pusher in pushers)
                if kills % 20 == 0:
                    hub.verify()
            report = hub.verify()
            assert hub.stop() == 0
        finally:
            hub.kill()
        return {"pushes": sum(pusher.pushes for pusher in pushers), "kills": kills, "files checked": checked, "verify": report}


def collections(options: Options) -> dict:
    """Kills a collection, hubd or both at random moments while pushes go on."""
    enough = 8 if options.quick else 50
    random = options.random("collections")
    seen: set[str] = set()
    freed = kills = checked = 0
    with Folder("collections") as folder:
        hub = Hub(options, folder).create().start()
        pusher = Pusher(hub, hub.create_repo("r"), options.random("pusher"), collected=True)
        try:
            while kills < enough:
                thread = keep_pushing(pusher, pusher.pushes + 12)
                # Something to collect: repos that come and go.
                name = f"gone-{kills}"
                gone = hub.create_repo(name)
                data = random.randbytes(50_000)
                hub.commit(gone, [add_lfs("w.bin", hub.upload(gone, data), len(data)), add("a.txt", random.randbytes(100))])
                hub.json("DELETE", "/api/repos/delete", {"name": name, "type": "model"})
                collection = subprocess.Popen(
                    [options.hubctl, "admin", "gc", "--grace", "0s", "--json", "--data-dir", str(hub.server.data)],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                )
                time.sleep(random.uniform(0, 0.25))
                takes_hub = random.random() < 0.4
                collection.kill() if random.random() < 0.8 else None
                if takes_hub:
                    hub.kill()
                output, error = collection.communicate()
                if collection.returncode == 0:
                    freed += json.loads(output)["bytes"]
                elif collection.returncode > 0:
                    raise AssertionError(f"gc: {collection.returncode} {error.decode()}")
                thread.join()
                if thread.failure and not takes_hub:  # type: ignore[attr-defined]
                    raise thread.failure  # type: ignore[attr-defined]
                kills += 1
                if takes_hub:
                    hub.start()
                checked += pusher.check(seen)
                # Bytes could be removed later than this; look at all of them again now and then.
                if kills % 5 == 0:
                    seen.clear()
                    hub.verify()
            seen.clear()
            checked += pusher.check(seen)
            done = hub.server.admin("gc", "--grace", "0s", "--json")
            freed += json.loads(done.stdout)["bytes"]
            again = json.loads(hub.server.admin("gc", "--grace", "0s", "--json").stdout)
            assert again["bytes"] == 0, "a second collection finds nothing"
            seen.clear()
            pusher.check(seen)
            report = hub.verify()
            assert hub.stop() == 0
        finally:
            hub.kill()
        assert freed > 0
        return {"collections": kills, "files checked": checked, "bytes freed": freed, "verify": report}
