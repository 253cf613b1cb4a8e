"""A headless chromium, what it complained about, and pictures of what it shows."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import pathlib
import shutil
from collections.abc import Callable
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

WAIT = 30


def program(variable: str, *names: str) -> str:
    found = os.environ.get(variable) or next((path for name in names if (path := shutil.which(name))), None)
    if not found:
        raise RuntimeError(f"{names[0]} is needed (apt-get install chromium chromium-driver)")
    return found


class Browser:
    """`driver` is selenium's own; the rest is what tests of pages ask for again and again."""

    def __init__(self, results: pathlib.Path):
        self.results = results
        options = webdriver.ChromeOptions()
        options.binary_location = program("CHROMIUM", "chromium", "chromium-browser", "google-chrome")
        for argument in (
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb",
            # Tests stay on this machine, also those of the browser about itself.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1", "--no-proxy-server",
            "--disable-background-networking", "--disable-component-update", "--no-first-run",
            "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        ):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(program("CHROMEDRIVER", "chromedriver")))
        self.driver.set_page_load_timeout(60)
        self.origin = ""

    def close(self) -> None:
        self.driver.quit()

    def forget(self) -> None:
        """Storage, cookies and the page itself."""
        self.driver.get("about:blank")
        if self.origin:
            self.driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": self.origin, "storageTypes": "all"})

    # ------------------------------------------------------------ where and how

    def open(self, url: str, *, width: int = 1440, height: int = 1000, dark: bool = False) -> None:
        """Opens a page at a width, in light or dark, and forgets what earlier pages complained about."""
        self.emulate(width, height, dark=dark)
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.origin = "/".join(url.split("/")[:3])
        self.driver.get(url)

    def emulate(self, width: int, height: int = 1000, *, dark: bool = False, reduced: bool = True) -> None:
        """A screen: widths below a desktop window's least are only possible this way."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            # Nothing is looked at while it still moves.
            {"name": "prefers-reduced-motion", "value": "reduce" if reduced else "no-preference"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    # ------------------------------------------------------------ elements

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        """The first visible element of the selector, as soon as there is one."""
        return self.until(lambda: next((one for one in self.all(selector) if one.is_displayed()), None), selector)

    def text(self, selector: str) -> str:
        return self.one(selector).text

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def until(self, condition: Callable[[], Any], what: str = "") -> Any:
        """What `condition` answers as soon as it is something."""
        # What was found may belong to the page before, which is gone the next moment.
        wait = WebDriverWait(self.driver, WAIT, poll_frequency=0.05, ignored_exceptions=[StaleElementReferenceException])
        return wait.until(lambda _: condition(), message=what or str(condition))

    def type(self, *keys: str) -> None:
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    # ------------------------------------------------------------ what is asked of every page

    def shot(self, name: str) -> pathlib.Path:
        """Saves a picture of the whole page."""
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 6000), "scale": 1}
        taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip, "captureBeyondViewport": True})
        self.results.mkdir(parents=True, exist_ok=True)
        path = self.results / f"{name}.png"
        path.write_bytes(base64.b64decode(taken["data"]))
        return path

    def requests(self) -> list[str]:
        """The addresses asked for since the last call, or since the page was opened."""
        events = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def assert_clean(self, *, but: tuple[str, ...] = ()) -> None:
        """Nothing on the console, such as a broken content policy, and nothing asked of other origins.

        `but`: parts of messages that are meant to be there, such as `503`.
        """
        messages = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        messages = [message for message in messages if not any(part in message for part in but)]
        assert not messages, "\n".join(messages)
        foreign = [url for url in self.requests() if not url.startswith((self.origin + "/", "data:", "blob:", "about:"))]
        assert not foreign, "\n".join(foreign)

    def assert_fits(self) -> None:
        """The page is not wider than the screen."""
        wide = self.run("return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], f"{wide[0]} pixels on a screen of {wide[1]}"

    def assert_looks(self, open, pages: dict[str, str], width: int, dark: bool, *, prefix: str = "", but: dict[str, tuple[str, ...]] | None = None) -> None:
        """Opens pages by `open`, takes a picture of each, and asks of all what is asked of every page."""
        failures = []
        for name, path in pages.items():
            open(path, width=width, dark=dark)
            self.until(lambda: self.run("return document.readyState") == "complete")
            self.shot(f"{prefix}{name}-{width}-{'dark' if dark else 'light'}")
            try:
                self.assert_fits()
                self.assert_accessible()
                self.assert_clean(but=(but or {}).get(name, ()))
            except AssertionError as failure:
                failures.append(f"{name} ({path}): {failure}")
        assert not failures, "\n\n".join(failures)

    def assert_accessible(self, selector: str | None = None) -> None:
        """axe finds nothing serious against WCAG 2.2 A and AA."""
        # Only the script: the package itself is for another driver.
        place = importlib.util.find_spec("axe_playwright_python").submodule_search_locations[0]
        self.driver.execute_script((pathlib.Path(place) / "axe.min.js").read_text())
        self.driver.set_script_timeout(60)
        result = self.driver.execute_async_script(
            """
            const [selector, done] = arguments;
            const rules = {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]};
            axe.run(selector || document, {runOnly: rules}).then(done, (error) => done({error: String(error)}));
            """,
            selector,
        )
        assert "error" not in result, result["error"]
        found = [
            f"{one['impact']} {one['id']}: {one['help']}\n" + "\n".join(f"    {node['html'][:200]}" for node in one["nodes"][:5])
            for one in result["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert not found, "\n".join(found)
