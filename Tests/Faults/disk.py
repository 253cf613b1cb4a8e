"""Disks that fill up, folders that cannot be written, bytes that change."""

from __future__ import annotations

import hashlib
import os
import pathlib
import shutil
import subprocess

from chunks import start_push
from faulty import Folder, Hub, NotHere, Options, Refused, add, add_lfs


class SmallDisk:
    """A file system of a few megabytes."""

    def __init__(self, folder: pathlib.Path, megabytes: int):
        self.path = folder / "disk"
        self.path.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(self.path)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
            raise NotHere("a small file system cannot be mounted here (that takes root)")

    def fill(self, leave: int) -> None:
        """Takes all space but `leave` bytes."""
        free = shutil.disk_usage(self.path).free
        with open(self.path / "ballast", "ab") as ballast:
            ballast.write(b"\1" * max(0, free - leave))

    def free(self) -> None:
        (self.path / "ballast").unlink(missing_ok=True)

    def close(self) -> None:
        subprocess.run(["umount", "-l", str(self.path)], capture_output=True)


def full_disk(options: Options) -> dict:
    """Pushes onto a disk that is full or fills up on the way: 507, nothing half-written, and then all is well again."""
    refused = 0
    random = options.random("full disk")
    with Folder("full") as folder:
        disk = SmallDisk(folder, 160)
        hub = Hub(options, disk.path / "hub")
        try:
            hub.create().start()
            repo = hub.create_repo("r")
            kept = random.randbytes(200_000)
            before = hub.commit(repo, [add_lfs("kept.bin", hub.upload(repo, kept), len(kept)), add("a.txt", b"one")])
            whole, parts = random.randbytes(250_000), random.randbytes(5_000_000)

            def expect_507(push) -> None:
                nonlocal refused
                try:
                    push()
                except Refused as refusal:
                    assert refusal.status == 507, refusal
                    assert b"disk is full" in refusal.body, refusal
                    assert refusal.headers["x-error-code"] == "StorageFull", refusal.headers
                    refused += 1
                else:
                    raise AssertionError("a full disk has taken a file")

            disk.fill(leave=100_000)
            expect_507(lambda: hub.upload(repo, whole))
            expect_507(lambda: hub.upload(repo, parts))
            disk.fill(leave=0)
            for _ in range(5):
                expect_507(lambda: hub.commit(repo, [add("b.txt", random.randbytes(30_000))]))
            # The same in chunks.
            (folder / "chunks").mkdir()
            (folder / "chunks" / "c.bin").write_bytes(random.randbytes(3_000_000))
            pushing = start_push(hub, folder / "chunks", repo)
            output, _ = pushing.communicate(timeout=120)
            assert pushing.returncode != 0 and "disk is full" in output, output
            refused += 1
            # What is there is served, and nothing new is seen.
            assert hub.download(repo, "kept.bin") == kept
            assert hub.commits(repo)[0] == before
            assert {entry["path"] for entry in hub.tree(repo)} == {".gitattributes", "a.txt", "kept.bin"}
            # Killed while full, and started again while full: it serves, or says why it does not start.
            hub.kill()
            disk.free()
            hub.start()
            after = hub.commit(repo, [add_lfs("p.bin", hub.upload(repo, parts), len(parts)), add("b.txt", b"two")])
            assert hub.commits(repo)[:2] == [after, before]
            assert hub.download(repo, "p.bin") == parts
            pushing = start_push(hub, folder / "chunks", repo)
            output, _ = pushing.communicate(timeout=120)
            assert pushing.returncode == 0, output
            assert hub.download(repo, "c.bin") == (folder / "chunks" / "c.bin").read_bytes()
            hub.check_repo(repo, set())
            report = hub.verify()
            # What the refused pushes left is garbage, not loss.
            hub.server.admin("gc", "--grace", "0s", "--json")
            assert hub.verify()["orphaned"] == 0
            assert hub.stop() == 0
        except BaseException:
            # The log is on the disk that goes away.
            print(hub.server.log_text(4000))
            raise
        finally:
            hub.kill()
            disk.close()
    return {"refused with 507": refused, "verify": report}


def read_only(options: Options) -> dict:
    """A data folder that cannot be written: not at the start, and not any more."""
    with Folder("readonly") as folder:
        # Root may write anything: the hub runs as nobody then.
        os.chmod(folder, 0o755)
        wrapper: tuple[str, ...] = ()
        if os.geteuid() == 0:
            wrapper = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
            program = folder / "hubd"
            shutil.copy(options.hubd, program)
            options = Options(str(program), options.hubctl, options.quick, options.seed)
        hub = Hub(options, folder / "hub", wrapper=wrapper).create()
        data = hub.server.data

        def own(owner: int, mode: str) -> None:
            if os.geteuid() == 0:
                subprocess.run(["chown", "-R", f"{owner}:{owner}", str(hub.server.folder)], check=True)
            subprocess.run(["chmod", "-R", mode, str(data)], check=True)

        try:
            own(65534, "u=rwX")
            hub.start()
            repo = hub.create_repo("r")
            content = options.random("read only").randbytes(50_000)
            hub.commit(repo, [add_lfs("w.bin", hub.upload(repo, content), len(content))])
            # The folders cannot be written any more, files that are open can.
            subprocess.run(["find", str(data), "-type", "d", "-exec", "chmod", "a-w", "{}", "+"], check=True)
            try:
                hub.upload(repo, b"another one")
                raise AssertionError("a folder that cannot be written has taken a file")
            except Refused as refusal:
                assert refusal.status in (500, 503), refusal
                assert b"not allowed to use its data folder" in refusal.body, refusal
            assert hub.download(repo, "w.bin") == content
            assert len(hub.tree(repo)) == 2
            own(65534, "u=rwX")
            hub.commit(repo, [add_lfs("v.bin", hub.upload(repo, b"another one"), 11)])
            assert hub.stop() == 0
            # From the start.
            subprocess.run(["chmod", "-R", "a-w", str(data)], check=True)
            try:
                hub.start()
                raise AssertionError("hubd has started on a folder that it cannot write")
            except RuntimeError as failure:
                assert "not allowed to use its data folder" in str(failure), failure
            own(65534, "u=rwX")
            hub.start()
            hub.check_repo(repo, set())
            assert hub.stop() == 0
        finally:
            hub.kill()
            own(os.geteuid(), "u=rwX")
        return {"verify": hub.verify()}


def corruption(options: Options) -> dict:
    """Blobs with a flipped bit, cut short, grown, gone: refused, found, healed by a push of the same bytes."""
    random = options.random("corruption")
    with Folder("corruption") as folder:
        hub = Hub(options, folder).create().start()
        try:
            repo = hub.create_repo("r")
            contents = {name: random.randbytes(120_000) for name in ("flipped", "short", "long", "gone", "whole")}

            def push() -> None:
                hub.commit(repo, [add_lfs(f"{name}.bin", hub.upload(repo, data), len(data)) for name, data in contents.items()])

            push()

            def place(name: str) -> pathlib.Path:
                digest = hashlib.sha256(contents[name]).hexdigest()
                (found,) = [path for path in hub.server.data.rglob(f"*{digest[4:]}*") if path.is_file()]
                os.chmod(found, 0o644)
                return found

            with open(place("flipped"), "r+b") as file:
                file.seek(77_777)
                byte = file.read(1)
                file.seek(77_777)
                file.write(bytes([byte[0] ^ 0x10]))
            os.truncate(place("short"), 60_000)
            with open(place("long"), "ab") as file:
                file.write(b"x")
            place("gone").unlink()

            def refused(name: str) -> None:
                try:
                    hub.download(repo, f"{name}.bin")
                    raise AssertionError(f"{name}.bin was served")
                except Refused as refusal:
                    assert refusal.status == 500 and refusal.headers["x-error-code"] == "Corrupt", refusal
                    assert f"{name}.bin".encode() in refusal.body, refusal

            # A wrong size is seen at once; a flipped bit by who reads all bytes.
            for name in ("short", "long", "gone"):
                refused(name)
            assert hub.download(repo, "whole.bin") == contents["whole"]
            done = hub.server.admin("verify", "--json", check=False)
            assert done.returncode == 1 and "4 things are wrong" in done.stderr, done
            for name in ("flipped", "short", "long", "gone"):
                assert hashlib.sha256(contents[name]).hexdigest() in done.stdout, f"verify does not name {name}"
                refused(name)
            assert hub.download(repo, "whole.bin") == contents["whole"]
            push()
            for name, data in contents.items():
                assert hub.download(repo, f"{name}.bin") == data
            report = hub.verify()
            assert hub.stop() == 0
        finally:
            hub.kill()
    return {"damaged": 4, "verify": report}
