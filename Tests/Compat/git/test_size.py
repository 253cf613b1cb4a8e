"""Histories and trees of a size that shows what is slow, and what takes memory."""

import random
import subprocess

import pytest

from support.files import noise
from support.people import ALICE

row = pytest.mark.row("git clone, fetch and push over HTTP")
COMMITS, FILES = 20_000, 50_000
# Bytes that hubd may take at its highest, in a debug build: far below what either pack holds unpacked.
MEMORY = 400_000_000


def history(size: int, parent: str) -> bytes:
    """For fast-import: each commit changes one of two thousand files."""
    stream = []
    for number in range(size):
        data = f"file {number}\n" * (1 + number % 7)
        stream.append(
            f"commit refs/heads/main\nmark :{number + 1}\ncommitter A <a@b.c> {1_700_000_000 + number} +0000\n"
            f"data {len(str(number))}\n{number}\n" + (f"from {parent}\n" if number == 0 else "")
            + f"M 100644 inline dir{number % 40}/f{number % 2000}.txt\ndata {len(data)}\n{data}\n"
        )
    return "".join(stream).encode()


def tree(size: int, parent: str) -> bytes:
    """For fast-import: one commit of many small files in many folders."""
    stream = [f"commit refs/heads/main\ncommitter A <a@b.c> 1700000000 +0000\ndata 4\nmany\nfrom {parent}\n"]
    for number in range(size):
        data = f"{number}\n"
        stream.append(f"M 100644 inline {number % 50}/{number // 50 % 100}/f{number}.txt\ndata {len(data)}\n{data}\n")
    return "".join(stream).encode()


@row
def test_long_history(git, model, hub):
    """20,000 commits in one push; whole, shallow and incremental clones of them"""
    work = git.clone(model, "work")
    work("fast-import", "--quiet", "--force", stdin=history(COMMITS, work.head()))
    work("push", "-q", "origin", "main")
    assert ALICE.api.model_info(model).sha == work.head()
    clone = git.clone(model, "clone", "--bare")
    clone.fsck()
    assert int(clone.out("rev-list", "--count", "HEAD")) == COMMITS + 1
    shallow = git.clone(model, "shallow", "--depth", "10")
    assert int(shallow.out("rev-list", "--count", "HEAD")) == 10
    head = work.commit("one more", {"new.txt": "new"})
    work("push", "-q", "origin", "main")
    for each in (clone, shallow):
        each("fetch", "-q", "origin", "+main:refs/heads/fetched")
        assert each.head("fetched") == head
        # What is there is not sent again.
        assert int(each.out("count-objects").split()[0]) < 20
    assert next(iter(ALICE.api.list_repo_commits(model))).commit_id == head
    assert hub.memory("VmHWM") < MEMORY, hub.memory("VmHWM")


@row
def test_many_files(git, model, hub):
    """50,000 files in 5,000 folders in one push, and back"""
    work = git.clone(model, "work")
    work("fast-import", "--quiet", "--force", stdin=tree(FILES, work.head()))
    work("push", "-q", "origin", "main")
    clone = git.clone(model, "clone", "--bare")
    clone.fsck()
    assert len(clone.out("ls-tree", "-r", "HEAD").splitlines()) == FILES + 1
    assert clone.out("ls-tree", "-r", "HEAD") == work.out("ls-tree", "-r", "HEAD")
    assert len(ALICE.api.list_repo_files(model)) == FILES + 1
    assert hub.memory("VmHWM") < MEMORY, hub.memory("VmHWM")


def test_same_ids_three_ways(git, hub, client_environment, fresh, tmp_path):
    """200 random sequences of commits by API, git and hubctl: the head of a clone is the API's, each time"""
    chance = random.Random(20261127)
    environment = client_environment | {"HF_TOKEN": ALICE.token, "HF_HOME": str(tmp_path / "home")}
    repos = []
    for number in range(10):
        repos.append(fresh())
        ALICE.api.create_repo(repos[-1])
        git.clone(repos[-1], f"work{number}")
    for sequence in range(200):
        number = sequence % len(repos)
        model, work = repos[number], git.inside(f"work{number}")
        for way in chance.choices(["api", "git", "hubctl"], [4, 3, 1], k=chance.randint(1, 3)):
            files = {f"{chance.choice('abc')}/{chance.randrange(6)}.txt": chance.randbytes(chance.randrange(1, 60)) for _ in range(chance.randint(1, 3))}
            large = {"w.bin": noise(chance.randrange(1000, 20_000), f"{sequence}")} if chance.random() < 0.15 else {}
            if way == "git":
                work("pull", "-q", "--ff-only")
                if chance.random() < 0.3 and (work.folder / "a").is_dir():
                    work("rm", "-rq", "a")
                work.commit(f"sequence {sequence}", files)
                work("push", "-q", "origin", "main")
            elif way == "api":
                from huggingface_hub import CommitOperationAdd

                operations = [CommitOperationAdd(path, data) for path, data in (files | large).items()]
                ALICE.api.create_commit(model, operations, commit_message=f"sequence {sequence}")
            else:
                folder = tmp_path / f"push{sequence}"
                for path, data in (files | large).items():
                    (folder / path).parent.mkdir(parents=True, exist_ok=True)
                    (folder / path).write_bytes(data)
                subprocess.run([hub.hubctl, "push", "-q", folder, model], env=environment, check=True, capture_output=True, timeout=120)
        work("pull", "-q", "--ff-only")
        assert work.head() == ALICE.api.model_info(model).sha
    for number, model in enumerate(repos):
        clone = git.clone(model, f"clone{number}")
        clone.fsck()
        assert [each.commit_id for each in ALICE.api.list_repo_commits(model)] == clone.out("rev-list", "HEAD").split()
