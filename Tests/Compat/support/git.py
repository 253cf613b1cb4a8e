"""The real git, kept away from the machine's settings, with a token that it is given by its own ways."""

from __future__ import annotations

import os
import pathlib
import subprocess
from typing import Any


class Done(subprocess.CompletedProcess):
    """What a command came to; `text` is all that it said."""

    @property
    def text(self) -> str:
        return self.stdout + self.stderr


class Git:
    """Runs git in one folder."""

    def __init__(self, folder: pathlib.Path, url: str, token: str | None = None, version: int = 2):
        self.folder, self.url, self.token, self.version = folder, url, token, version

    def address(self, repo: str) -> str:
        scheme, host = self.url.split("://")
        return f"{scheme}://user:{self.token}@{host}/{repo}" if self.token else f"{self.url}/{repo}"

    def environment(self) -> dict[str, str]:
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR") if key in os.environ}
        return kept | {
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_AUTHOR_NAME": "Ann",
            "GIT_AUTHOR_EMAIL": "ann@example.org",
            "GIT_COMMITTER_NAME": "Ann",
            "GIT_COMMITTER_EMAIL": "ann@example.org",
        }

    def __call__(self, *arguments: str, ok: bool = True, stdin: bytes | str | None = None, **extra: str) -> Done:
        command = ["git", "-c", f"protocol.version={self.version}", "-c", "init.defaultBranch=main", "-c", "gc.auto=0", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment() | extra, capture_output=True, timeout=600,
            input=stdin.encode() if isinstance(stdin, str) else stdin,
        )
        result = Done(command, done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))
        if ok:
            assert result.returncode == 0, f"{' '.join(command)}: {result.returncode}\n{result.text}"
        return result

    def out(self, *arguments: str, **options: Any) -> str:
        return self(*arguments, **options).stdout.strip()

    def inside(self, name: str) -> "Git":
        return Git(self.folder / name, self.url, self.token, self.version)

    def clone(self, repo: str, name: str, *options: str) -> "Git":
        self("clone", "-q", *options, self.address(repo), name)
        return self.inside(name)

    def write(self, files: dict[str, bytes | str]) -> None:
        for path, content in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str, files: dict[str, bytes | str] | None = None) -> str:
        self.write(files or {})
        self("add", "-A")
        self("commit", "-q", "--allow-empty", "-m", message)
        return self.out("rev-parse", "HEAD")

    def fsck(self) -> None:
        done = self("fsck", "--strict", "--no-dangling", "--no-progress")
        assert done.text.strip() == "", done.text

    def head(self, name: str = "HEAD") -> str:
        return self.out("rev-parse", name)
