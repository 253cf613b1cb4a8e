"""One hubd for the whole run, started before any client library is imported; users, repos and raw access to it.

Options: --hubd, --hubctl (the built programs), --result (a JSON file for scripts/make-compat-doc.py).
"""

from __future__ import annotations

import importlib.metadata
import itertools
import json
import os
import pathlib
import re
import shutil
import socket
import sys
import tempfile

import pytest

from support.people import ALICE, BOB, ORGANISATION, Person
from support.raw import Raw
from support.server import Server

HERE = pathlib.Path(__file__).parent
# Small, so that ordinary test files go up in parts: real clients then prove both ways of LFS upload.
LFS_SETTINGS = {"VITRINE_LFS_MULTIPART_THRESHOLD": "3000000", "VITRINE_LFS_PART_SIZE": "1000000"}

# Endpoints of these tests are on this machine; a delivery is given up within seconds.
WEBHOOK_SETTINGS = {
    "VITRINE_WEBHOOK_REFUSE": "169.254.0.0/16 fe80::/10 0.0.0.0/8", "VITRINE_WEBHOOK_ATTEMPTS": "3", "VITRINE_WEBHOOK_RETRY": "1",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("vitrine")
    group.addoption("--hubd", help="the built hubd")
    group.addoption("--hubctl", help="the built hubctl")
    group.addoption("--result", help="write the outcome of each test to this JSON file")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RESULTS] = {}
    if config.option.collectonly:
        os.environ.setdefault("HF_ENDPOINT", "http://127.0.0.1:9")
        return
    hubd, hubctl = config.getoption("--hubd"), config.getoption("--hubctl")
    if not (hubd and hubctl):
        raise pytest.UsageError("--hubd and --hubctl are needed: the programs to test")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vitrine-compat-"))
    config.stash[FOLDER] = folder
    server = Server(os.path.abspath(hubd), os.path.abspath(hubctl), folder / "hub", settings=LFS_SETTINGS | WEBHOOK_SETTINGS)
    config.stash[SERVER] = server
    populate(server)
    server.start()
    scrub_environment(folder, server.url)
    stay_on_loopback()


def populate(server: Server) -> None:
    """The users and the organisation every hub of these tests has."""
    for person in (ALICE, BOB):
        server.admin("user", "create", person.name, "--token", person.token)
    server.admin("org", "create", ORGANISATION, "--member", f"{ALICE.name}:admin")


def scrub_environment(folder: pathlib.Path, endpoint: str) -> None:
    """Leaves the clients nothing of the machine's settings: no token, no cache, no proxy, no other endpoint."""
    foreign = re.compile(r"^(HF_|HUGGING|TRANSFORMERS_|DATASETS_|XDG_|GIT_)|_proxy$|^(all|http|https|no)_proxy$", re.IGNORECASE)
    for key in [key for key in os.environ if foreign.search(key)]:
        del os.environ[key]
    home = folder / "home"
    home.mkdir()
    os.environ.update(
        HOME=str(home),
        HF_HOME=str(home / "hf"),
        HF_ENDPOINT=endpoint,
        HF_HUB_DISABLE_TELEMETRY="1",
        HF_HUB_DISABLE_PROGRESS_BARS="1",
        HF_HUB_DISABLE_UPDATE_CHECK="1",
        DO_NOT_TRACK="1",
        TOKENIZERS_PARALLELISM="false",
    )
    # Chunks are what clients use by default; some parts of the suite move whole files instead (run.py says which).
    if os.environ.get("VITRINE_COMPAT_PLAIN"):
        os.environ["HF_HUB_DISABLE_XET"] = "1"


def stay_on_loopback() -> None:
    """Any connection that leaves the machine is an error of the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        if host not in ("local", "localhost", "::1") and not str(host).startswith("127."):
            raise OSError(f"tests do not leave the machine: {address}")
        connect(self, address)  # type: ignore[arg-type]

    socket.socket.connect = guarded  # type: ignore[method-assign]


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(SERVER, None)
    if server is not None:
        server.kill()
    folder = config.stash.get(FOLDER, None)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what a client of this generation does not have; the page shows it as such."""
    version = tuple(int(part) for part in importlib.metadata.version("huggingface_hub").split(".")[:2])
    late = [item for item in items if (mark := item.get_closest_marker("since")) and version < mark.args]
    if late:
        config.hook.pytest_deselected(items=late)
        items[:] = [item for item in items if item not in late]


# ---------------------------------------------------------------- what came out

SERVER = pytest.StashKey[Server]()
FOLDER = pytest.StashKey[pathlib.Path]()
RESULTS = pytest.StashKey[dict]()
NAMED = ("huggingface_hub", "transformers", "datasets", "timm", "diffusers", "torch", "schemathesis")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    outcome = yield
    report = outcome.get_result()
    results = item.config.stash[RESULTS]
    name = item.nodeid.split("[")[0]
    entry = results.setdefault(
        name,
        {
            "file": pathlib.Path(str(item.path)).relative_to(HERE).as_posix(),
            "says": (getattr(item, "function", None).__doc__ or item.name).strip().splitlines()[0],
            "rows": sorted({row for marker in item.iter_markers("row") for row in marker.args}),
            "outcome": "passed",
        },
    )
    if report.failed:
        entry["outcome"] = "failed"
        server = item.config.stash.get(SERVER, None)
        if server is not None and report.when == "call":
            report.sections.append(("hubd, last lines", server.log_text(3000)))
    elif report.skipped and entry["outcome"] == "passed":
        entry["outcome"] = "skipped"


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--result")
    if not path:
        return
    versions = {}
    for package in NAMED:
        try:
            versions[package] = importlib.metadata.version(package).split("+")[0]
        except importlib.metadata.PackageNotFoundError:
            # Not every environment has every library.
            continue
    result = {"versions": versions, "tests": session.config.stash[RESULTS]}
    pathlib.Path(path).write_text(json.dumps(result, indent=1, sort_keys=True) + "\n")


# ---------------------------------------------------------------- fixtures


@pytest.fixture(scope="session", autouse=True)
def hub(request: pytest.FixtureRequest):
    """The running hub; at the end it must stop when asked, cleanly."""
    server = request.config.stash[SERVER]
    yield server
    code = server.stop()
    assert code == 0, f"hubd ended with {code}\n{server.log_text()}"


@pytest.fixture
def alice() -> Person:
    return ALICE


@pytest.fixture
def bob() -> Person:
    """A stranger to everything of alice's."""
    return BOB


@pytest.fixture
def organisation() -> str:
    """An organisation that alice owns."""
    return ORGANISATION


@pytest.fixture
def anonymous(hub: Server) -> Raw:
    return Raw(hub.url)


@pytest.fixture
def raw(hub: Server) -> Raw:
    """Raw requests with alice's token."""
    return Raw(hub.url, ALICE.token)


COUNTER = itertools.count(1)


@pytest.fixture
def fresh(request: pytest.FixtureRequest):
    """Makes names that no other test uses."""

    def name(owner: str = ALICE.name) -> str:
        stem = re.sub(r"[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower()).strip("-")[:40].strip("-")
        return f"{owner}/{stem}-{next(COUNTER)}"

    return name


@pytest.fixture
def model(fresh) -> str:
    """An empty public model repo of alice's."""
    repo_id = fresh()
    ALICE.api.create_repo(repo_id)
    return repo_id


@pytest.fixture
def private_model(fresh) -> str:
    repo_id = fresh()
    ALICE.api.create_repo(repo_id, private=True)
    return repo_id


@pytest.fixture
def dataset(fresh) -> str:
    """An empty public dataset repo of alice's."""
    repo_id = fresh()
    ALICE.api.create_repo(repo_id, repo_type="dataset")
    return repo_id


@pytest.fixture
def as_alice(monkeypatch: pytest.MonkeyPatch) -> Person:
    """Libraries that take no token argument act as alice."""
    monkeypatch.setenv("HF_TOKEN", ALICE.token)
    return ALICE


@pytest.fixture
def curl() -> str:
    path = shutil.which("curl")
    assert path, "curl is needed"
    return path


@pytest.fixture
def client_environment(hub: Server) -> dict[str, str]:
    """For programs run beside the tests (the hf CLI, hubctl, offline Python)."""
    kept = {key: value for key, value in os.environ.items() if key.startswith(("HF_", "DO_NOT_TRACK")) or key in ("PATH", "HOME", "LANG", "TMPDIR")}
    kept["PATH"] = f"{pathlib.Path(sys.executable).parent}:{kept['PATH']}"
    return kept
