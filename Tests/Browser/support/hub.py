"""A running hub to open pages of, started as the tests with other clients start theirs."""

from __future__ import annotations

import contextlib
import importlib.util
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[3]


def _compat_server():
    """Tests/Compat/support/server.py; its package has the name of ours."""
    place = ROOT / "Tests" / "Compat" / "support" / "server.py"
    spec = importlib.util.spec_from_file_location("compat_server", place)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_server = _compat_server()


def token_of(name: str) -> str:
    return "hf_" + (name * 12)[:34]


class Hub(_server.Server):
    """A Server that folders can be pushed to."""

    def push(self, folder: pathlib.Path | None, repo: str, *, card: str = "", private: bool = False) -> None:
        """Pushes a folder as the owner of `repo`, with `card` as its card's metadata where the folder has no card."""
        with tempfile.TemporaryDirectory() as scratch:
            place = pathlib.Path(scratch) / "repo"
            if folder:
                shutil.copytree(folder, place, ignore=shutil.ignore_patterns("expected"))
            place.mkdir(exist_ok=True)
            if card and not (place / "README.md").exists():
                (place / "README.md").write_text(f"---\n{card}\n---\n\n# {repo.split('/')[1]}\n")
            self.hubctl_as(repo.split("/")[0], "push", str(place), repo, *(["--private"] if private else []))

    def hubctl_as(self, name: str, *arguments: str) -> str:
        environment = _server.clean_environment() | {
            "HF_HOME": str(self.folder / "home"), "HF_ENDPOINT": self.url, "HF_TOKEN": token_of(name), "HOME": str(self.folder / "home"),
        }
        command = [self.hubctl, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{' '.join(command)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@contextlib.contextmanager
def running_hub(hubd: str, hubctl: str, folder: pathlib.Path, *people: str) -> Iterator[Hub]:
    """A hub with these people, `alice` if nobody is named."""
    settings = {"VITRINE_PUBLIC_DIR": str(ROOT / "Public")}
    hub = Hub(hubd, hubctl, folder, settings=settings)
    for name in people or ("alice",):
        hub.admin("user", "create", name, "--token", token_of(name))
    hub.start()
    try:
        yield hub
        code = hub.stop()
        assert code == 0, f"hubd ended with {code}\n{hub.log_text()}"
    finally:
        hub.kill()
