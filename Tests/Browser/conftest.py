"""One hub with models for the whole run, a front before it, and a headless chromium.

Options: --hubd, --hubctl (the built programs), --results (a folder for pictures), --pages (harness or hub).
"""

from __future__ import annotations

import os
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

from support.browser import Browser  # noqa: E402
from support.front import Front  # noqa: E402
from support.harness import page  # noqa: E402
from support.hub import running_hub  # noqa: E402
from support.models import CANNED, EXAMPLES, FIXTURES, IMAGES, MODELS, task_of  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("vitrine")
    group.addoption("--hubd", help="the built hubd")
    group.addoption("--hubctl", help="the built hubctl")
    group.addoption("--results", default="", help="the folder for pictures of pages")
    group.addoption(
        "--pages", choices=("harness", "hub"), default="harness",
        help="whether model pages are made by these tests or by the hub",
    )


@pytest.fixture(scope="session")
def hub(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """A running Server with models; at the end it must stop when asked, cleanly."""
    hubd, hubctl = request.config.getoption("--hubd"), request.config.getoption("--hubctl")
    if not (hubd and hubctl):
        raise pytest.UsageError("--hubd and --hubctl are needed: the programs to test")
    with running_hub(os.path.abspath(hubd), os.path.abspath(hubctl), tmp_path_factory.mktemp("hub")) as server:
        for name, (folder, task) in MODELS.items():
            server.push(FIXTURES / folder, f"alice/{name}", card=f"pipeline_tag: {task}")
        for name, task in CANNED.items():
            server.push(None, f"alice/{name}", card=f"pipeline_tag: {task}")
        server.push(IMAGES, "alice/classify")
        yield server


@pytest.fixture(scope="session")
def front_of_all(hub, request: pytest.FixtureRequest):
    own = request.config.getoption("--pages") == "harness"
    front = Front(hub.url, ROOT / "Public" if own else None)
    if own:
        for name in (*MODELS, *CANNED):
            front.pages[f"/alice/{name}"] = page(f"alice/{name}", task_of(name), examples=EXAMPLES)
    yield front
    front.close()


@pytest.fixture
def front(front_of_all: Front):
    """The address pages are opened at; tests may have it answer in place of the hub."""
    front_of_all.forget()
    yield front_of_all
    front_of_all.forget()


@pytest.fixture(scope="session")
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    given = request.config.getoption("--results")
    return pathlib.Path(given).absolute() if given else tmp_path_factory.mktemp("results")


@pytest.fixture(scope="session")
def browser_of_all(results: pathlib.Path):
    browser = Browser(results)
    yield browser
    browser.close()


@pytest.fixture
def browser(browser_of_all: Browser, request: pytest.FixtureRequest):
    """A headless chromium that remembers nothing of earlier tests."""
    browser_of_all.forget()
    yield browser_of_all
    report = request.node.stash.get(FAILED, None)
    if report:
        browser_of_all.shot(f"failed-{request.node.name}")


@pytest.fixture
def shot(browser: Browser):
    return browser.shot


@pytest.fixture
def assert_clean(browser: Browser):
    return browser.assert_clean


@pytest.fixture
def assert_accessible(browser: Browser):
    return browser.assert_accessible


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    outcome = yield
    report = outcome.get_result()
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
