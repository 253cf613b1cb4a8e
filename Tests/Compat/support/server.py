"""Runs a built hubd on a free port with a data folder of its own."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request


# Where the inference engine is, before HOME becomes a folder of the tests.
CACHE = os.environ.get("VITRINE_CACHE") or str(pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "vitrine")


def clean_environment() -> dict[str, str]:
    """What a child may know of the machine it runs on."""
    kept = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "XDG_CACHE_HOME")
    return {key: os.environ[key] for key in kept if key in os.environ} | {"VITRINE_CACHE": CACHE}


class Server:
    def __init__(self, hubd: str, hubctl: str, folder: pathlib.Path, *, settings: dict[str, str] | None = None, arguments: tuple[str, ...] = (), wrapper: tuple[str, ...] = ()):
        self.hubd, self.hubctl = hubd, hubctl
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "hubd.log"
        self.settings = settings or {}
        self.arguments = arguments
        # A command to run hubd with, such as faketime.
        self.wrapper = wrapper
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.folder.mkdir(parents=True, exist_ok=True)

    def admin(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs `hubctl admin …` on the data folder."""
        command = [self.hubctl, "admin", *arguments, "--data-dir", str(self.data)]
        done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, timeout=60)
        if check:
            assert done.returncode == 0, f"{' '.join(command)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, *, scheme: str = "http") -> "Server":
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        command = [
            *self.wrapper, self.hubd, "serve", "--data-dir", str(self.data), "--host", "127.0.0.1", "--port", "0",
            "--port-file", str(port_file), *self.arguments,
        ]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, env=clean_environment() | self.settings, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"hubd ended with {self.process.returncode}\n{self.log_text()}")
            text = port_file.read_text().strip() if port_file.exists() else ""
            if text:
                self.url = f"{scheme}://127.0.0.1:{int(text)}"
                if scheme == "https" or self._healthy():
                    return self
            time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"hubd was not ready in a minute\n{self.log_text()}")

    def _healthy(self) -> bool:
        try:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(self.url + "/healthz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            # Not listening yet.
            return False

    def stop(self) -> int:
        """Asks the server to end and returns its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"hubd did not end within 30 seconds of SIGTERM\n{self.log_text()}") from None

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log_text(self, last: int = 20_000) -> str:
        return self.log.read_text(errors="replace")[-last:] if self.log.exists() else ""

    def memory(self, field: str = "VmRSS") -> int:
        """Bytes of the process's memory as the kernel counts them: VmRSS now, VmHWM at its highest."""
        assert self.process is not None
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
        raise AssertionError(f"no {field}")
