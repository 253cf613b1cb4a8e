"""The hub's own pages in a real browser: journeys of people, and how each page looks and behaves at all sizes."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import pathlib
import re
import time
import urllib.parse

import pytest

from support.hub import token_of
from support.models import FIXTURES, IMAGES

TOKEN, OTHER = token_of("alice"), token_of("bob")


class Site:
    """The browser on one hub, signed in or not, and the hub's API beside it."""

    def __init__(self, browser, hub):
        self.browser, self.hub, self.url = browser, hub, hub.url

    def open(self, path: str, **how) -> None:
        self.browser.open(self.url + path, **how)

    def sign_in(self, token: str = TOKEN) -> None:
        """By the sign-in page, as with an access token."""
        self.open("/login")
        for details in self.browser.all("details"):
            self.browser.run("arguments[0].open = true", details)
        self.browser.one("input[name=token]").send_keys(token)
        self.browser.run("arguments[0].form.requestSubmit()", self.browser.one("input[name=token]"))
        self.browser.until(lambda: self.browser.driver.get_cookie("vitrine_session"))

    def sign_out(self) -> None:
        self.browser.driver.delete_all_cookies()

    def api(self, method: str, path: str, body=None, token: str | None = TOKEN):
        parts = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        assert answer.status < 400, f"{method} {path}: {answer.status} {data[:500]!r}"
        return json.loads(data) if data else None

    @property
    def path(self) -> str:
        return urllib.parse.urlsplit(self.browser.driver.current_url).path

    def arrive(self, path: str) -> None:
        self.browser.until(lambda: self.path == path, f"at {path}, not {self.path}")
        self.browser.until(lambda: self.browser.run("return document.readyState") == "complete")

    def click(self, selector: str) -> None:
        element = self.browser.one(selector)
        self.browser.run("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def click_text(self, selector: str, text: str) -> None:
        element = self.browser.until(
            lambda: next((one for one in self.browser.all(selector) if one.is_displayed() and text in one.text), None), f"{selector}: {text}"
        )
        self.browser.run("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()


@pytest.fixture
def site(browser, hub):
    site = Site(browser, hub)
    yield site
    site.sign_out()


@pytest.fixture(scope="session", autouse=True)
def photos(hub):
    """A dataset of pictures in folders."""
    hub.hubctl_as("alice", "push", str(FIXTURES / "repos" / "tiny_photos"), "alice/photos", "--type", "dataset")


@pytest.fixture(scope="session")
def other(hub):
    """A second account: somebody who does not own the models."""
    hub.admin("user", "create", "bob", "--token", OTHER, check=False)
    return OTHER


def drop(browser, selector: str, files: list[tuple[str, bytes, str]]) -> None:
    """Drops files onto an element, as a hand does: with a DataTransfer."""
    browser.run(
        """
        const [target, files] = arguments;
        const transfer = new DataTransfer();
        for (const [name, bytes, type] of files) {
          transfer.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, {type}));
        }
        for (const kind of ["dragenter", "dragover", "drop"]) {
          target.dispatchEvent(new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
        }
        """,
        browser.one(selector),
        [[name, base64.b64encode(data).decode(), kind] for name, data, kind in files],
    )


# ------------------------------------------------------------------ journeys


def test_first_visit_to_labels(site, browser):
    site.open("/")
    assert "on display" in browser.text("h1")
    site.click_text(".task-row a", "Image Classification")
    site.arrive("/tasks/image-classification")
    assert "trained classes" in browser.text(".lead")
    site.click_text(".card h3 a", "classify")
    site.arrive("/alice/classify")
    picture = IMAGES / "chelsea.png"
    drop(browser, ".widget", [("chelsea.png", picture.read_bytes(), "image/png")])
    browser.until(lambda: re.search(r"\bcat\b[^%]*\d ?%", browser.one(".widget").text, re.IGNORECASE), "labels")
    browser.assert_clean()
    browser.shot("journey-labels")


def test_make_upload_card_and_widget(site, browser):
    """Sign in, make a repo, drop a checkpoint on it; its card renders and its widget answers."""
    site.sign_in()
    site.open("/new")
    browser.one("#name").send_keys("dropped")
    site.click("form[data-actions] button")
    site.arrive("/alice/dropped")
    assert "Nothing here yet" in browser.text(".empty h2")
    site.click_text(".empty a", "drop them here")
    site.arrive("/alice/dropped/upload/main")
    folder = FIXTURES / "repos" / "tiny_vit"
    files = [(path.name, path.read_bytes(), "") for path in sorted(folder.iterdir()) if path.is_file()]
    drop(browser, "[data-drop]", files)
    browser.until(lambda: len(browser.all("[data-list] li")) == len(files))
    browser.one("#summary").send_keys("Drop a checkpoint")
    site.click("[data-send]")
    site.arrive("/alice/dropped/tree/main")
    assert {path.name for path in folder.iterdir() if path.is_file()} <= {one.text for one in browser.all(".files .name a")}
    assert "Drop a checkpoint" in browser.text(".box-head")
    site.open("/alice/dropped")
    assert browser.text(".prose h1") == "Tiny ViT"
    drop(browser, ".widget", [("chelsea.png", (IMAGES / "chelsea.png").read_bytes(), "image/png")])
    browser.until(lambda: "%" in browser.one(".widget").text, "labels")
    browser.assert_clean()
    browser.assert_accessible()
    listed = site.api("GET", "/api/models/alice/dropped")
    assert listed["pipeline_tag"] == "image-classification"


def test_upload_of_a_large_file_goes_in_parts(site, browser):
    site.sign_in()
    site.api("POST", "/api/repos/create", {"name": "large", "type": "dataset"})
    site.open("/datasets/alice/large/upload/main")
    # Made in the browser: 12 MB would be long in a script's argument.
    browser.run(
        """
        const transfer = new DataTransfer();
        const bytes = new Uint8Array(12_000_000);
        for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 31 + (at >> 8)) & 255;
        transfer.items.add(new File([bytes], "numbers.bin"));
        document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
        """
    )
    browser.until(lambda: len(browser.all("[data-list] li")) == 1)
    site.click("[data-send]")
    site.arrive("/datasets/alice/large/tree/main")
    (entry,) = [item for item in site.api("GET", "/api/datasets/alice/large/tree/main") if item["path"] == "numbers.bin"]
    wanted = hashlib.sha256(bytes((at * 31 + (at >> 8)) & 255 for at in range(12_000_000))).hexdigest()
    assert entry["lfs"]["oid"] == wanted


def test_edit_opens_a_pull_request_that_is_merged(site, browser, other):
    """Somebody without rights edits a file; the owner looks at the difference and merges it."""
    site.api("POST", "/api/repos/create", {"name": "shared", "type": "model"})
    site.hub.push(None, "alice/shared", card="license: mit")
    site.sign_in(other)
    site.open("/alice/shared/edit/main/README.md")
    area = browser.one("textarea[name=content]")
    area.send_keys("\n\nA sentence by bob.\n")
    browser.one("#summary").send_keys("Say more")
    site.click("[data-send]")
    site.arrive("/alice/shared/discussions/1")
    assert "Say more" in browser.text("h2")
    added = [one.text for one in browser.all(".lines .add .t")]
    assert "A sentence by bob." in added
    browser.assert_accessible()
    browser.shot("journey-pull-request")
    site.sign_out()
    site.sign_in()
    site.open("/alice/shared/discussions/1")
    if browser.all(".badge.draft"):
        site.click_text("button", "Open for review")
        browser.until(lambda: not browser.all(".badge.draft"))
    browser.one("#comment").send_keys("Thank you **@bob**")
    site.click_text("form.box button", "Comment")
    browser.until(lambda: any("Thank you" in one.text for one in browser.all(".prose")))
    site.click_text(".merge-box button", "Merge into main")
    browser.until(lambda: browser.all(".badge.merged"))
    site.open("/alice/shared")
    assert "A sentence by bob." in browser.text(".prose")
    site.open("/alice/shared/commits/main")
    assert "Say more" in browser.text(".commits")


def test_notifications_tell_of_it(site, browser, other):
    site.api("POST", "/api/models/alice/classify/discussions", {"title": "Hello there", "description": "@alice look"}, token=other)
    site.sign_in()
    site.open("/")
    assert browser.one(".dot").text
    site.open("/notifications")
    assert "Hello there" in browser.text(".talk-list")
    site.click_text("button", "Mark all as read")
    browser.until(lambda: not browser.all(".talk-list li"))


def test_gated_request_grant_download(site, browser, other):
    site.api("POST", "/api/repos/create", {"name": "gated", "type": "model"})
    site.hub.push(None, "alice/gated", card='extra_gated_prompt: "Be kind."\nextra_gated_fields:\n  Company: text\n  "I am kind.": checkbox')
    site.api("PUT", "/api/models/alice/gated/settings", {"gated": "manual"})
    site.open("/alice/gated/tree/main")
    assert "Sign in" in browser.text(".note-page")
    site.sign_in(other)
    site.open("/alice/gated")
    assert "Be kind." in browser.text(".main-column")
    browser.one("input[name=Company]").send_keys("Bob & Sons <b>")
    site.click("input[type=checkbox]")
    site.click_text("form button", "Ask for access")
    browser.until(lambda: "waiting" in browser.text(".main-column"))
    site.sign_out()
    site.sign_in()
    site.open("/alice/gated/settings")
    assert "Bob & Sons <b>" in browser.text(".talk-list")
    site.click_text(".talk-list button", "Accept")
    browser.until(lambda: "Let in" in browser.text(".settings-form") and "bob" in browser.text(".settings-form"))
    site.sign_out()
    site.sign_in(other)
    site.open("/alice/gated/blob/main/README.md")
    assert browser.one(".box-bar a[href*=download]")
    browser.assert_clean()


def test_search_and_facets(site, browser):
    site.open("/models")
    count = len(browser.all(".results .card"))
    assert count > 5
    site.click_text(".facet a", "Object Detection")
    browser.until(lambda: "pipeline_tag=object-detection" in browser.driver.current_url)
    names = [one.text for one in browser.all(".results .card h3")]
    assert names and all("detr" in name or "boxes" in name for name in names)
    site.click(".active .chip")
    browser.until(lambda: "pipeline_tag" not in browser.driver.current_url)
    assert len(browser.all(".results .card")) == count
    field = browser.one(".list-find input[name=search]")
    field.send_keys("segform")
    field.submit()
    browser.until(lambda: "search=segform" in browser.driver.current_url)
    assert [one.text for one in browser.all(".results .card h3")] == ["alice/segformer"]
    # Typed into the page's head, offers come without leaving.
    browser.one(".find input").send_keys("segf")
    browser.until(lambda: browser.all(".offers li") and "alice/segformer" in browser.text(".offers"))
    site.click(".offers li")
    site.arrive("/alice/segformer")
    browser.assert_clean()


def test_settings_make_private_and_delete(site, browser):
    site.api("POST", "/api/repos/create", {"name": "passing", "type": "model"})
    site.sign_in()
    site.open("/alice/passing/settings")
    site.click("input[value=private]")
    site.click_text("form button", "Save")
    browser.until(lambda: browser.all(".repo-title .badge"))
    site.sign_out()
    site.open("/alice/passing")
    assert "Sign in" in browser.text(".note-page")
    assert "passing" not in browser.text(".note-page p:not(.actions)")
    site.sign_in()
    site.open("/alice/passing/settings")
    # Not without its name.
    site.click_text("button", "Delete passing")
    assert site.path == "/alice/passing/settings"
    browser.one("#really").send_keys("alice/passing")
    site.click_text("button", "Delete passing")
    site.arrive("/models")
    assert "alice/passing" not in browser.text("main")


def test_like_and_theme(site, browser):
    site.sign_in()
    site.open("/alice/classify")
    site.click(".like")
    browser.until(lambda: browser.one(".like").get_attribute("aria-pressed") == "true")
    assert site.api("GET", "/api/models/alice/classify")["likes"] == 1
    site.click(".like")
    browser.until(lambda: browser.one(".like").get_attribute("aria-pressed") == "false")
    ground = browser.run("return getComputedStyle(document.body).backgroundColor")
    site.click("[data-theme-toggle]")
    assert browser.run("return getComputedStyle(document.body).backgroundColor") != ground
    site.open("/tasks")
    assert browser.run("return getComputedStyle(document.body).backgroundColor") != ground, "the choice stays"
    browser.run("localStorage.clear()")


def test_collections(site, browser):
    site.sign_in()
    site.open("/collections/new")
    browser.one("#title").send_keys("Good ones")
    site.click("form[data-actions] button")
    browser.until(lambda: site.path.startswith("/collections/alice/good-ones"))
    browser.one("#item-id").send_keys("alice/classify")
    browser.one("#item-note").send_keys("Small & **fast**")
    site.click_text("form button", "Add")
    browser.until(lambda: browser.all(".noted"))
    assert "alice/classify" in browser.text(".noted h3")
    assert browser.text(".note strong") == "fast"
    browser.assert_accessible()
    site.click_text("button", "Upvote")
    browser.until(lambda: any(one.text == "Upvoted" for one in browser.all("button")))
    site.open("/collections")
    assert "Good ones" in browser.text(".cards")
    site.click_text(".card a", "Good ones")
    browser.until(lambda: browser.all(".noted"))
    site.click_text(".noted button", "Remove")
    browser.until(lambda: not browser.all(".noted"))
    browser.assert_clean()


def test_delete_a_file(site, browser):
    site.api("POST", "/api/repos/create", {"name": "tidy", "type": "model"})
    site.hub.push(None, "alice/tidy", card="license: mit")
    site.sign_in()
    site.open("/alice/tidy/blob/main/README.md")
    browser.run("window.confirm = () => true")
    site.click("[data-delete-file]")
    site.arrive("/alice/tidy/tree/main")
    assert "README.md" not in [one.text for one in browser.all(".files .name a")]


# ------------------------------------------------------------------ without scripts


def test_reading_needs_no_scripts(site, browser):
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        site.open("/models?pipeline_tag=image-classification")
        assert "classify" in browser.one(".results").text
        site.open("/alice/classify")
        assert browser.one(".prose").text
        site.open("/alice/classify/blob/main/config.json")
        assert "architecture" in browser.one(".source").text
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


# ------------------------------------------------------------------ looks

PAGES = {
    "home": "/", "models": "/models", "datasets": "/datasets", "spaces": "/spaces", "tasks": "/tasks",
    "task": "/tasks/image-classification", "model": "/alice/classify", "tree": "/alice/classify/tree/main",
    "tensors": "/alice/classify/blob/main/model.safetensors", "text": "/alice/classify/blob/main/config.json",
    "picture": "/alice/classify/blob/main/chelsea.png", "markdown": "/alice/classify/blob/main/README.md",
    "commits": "/alice/classify/commits/main", "community": "/alice/classify/discussions", "account": "/alice",
    "viewer": "/datasets/alice/photos/viewer", "rows": "/datasets/alice/photos/viewer?view=table", "dataset": "/datasets/alice/photos", "search": "/search?q=seg", "collections": "/collections", "organizations": "/organizations", "absent": "/alice/none",
}
SIGNED_IN = {
    "new": "/new", "upload": "/alice/classify/upload/main", "edit": "/alice/classify/edit/main/README.md",
    "repo-settings": "/alice/classify/settings", "discussion-new": "/alice/classify/discussions/new",
    "profile": "/settings", "tokens": "/settings/tokens", "sessions": "/settings/sessions",
    "my-organizations": "/settings/organizations", "webhooks": "/settings/webhooks", "notifications": "/notifications", "new-organization": "/organizations/new", "new-collection": "/collections/new",
}


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_fit_and_are_accessible(site, browser, width, dark):
    browser.assert_looks(site.open, PAGES, width, dark, but={"absent": ("404 (Not Found)", "401 (Unauthorized)")})


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_of_who_is_signed_in(site, browser, width, dark):
    site.sign_in()
    browser.assert_looks(site.open, SIGNED_IN, width, dark)


# ------------------------------------------------------------------ safety

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}{{{content}}}'


def test_hostile_texts_stay_text(site, browser, other):
    """Cards, labels, titles, paths, commit messages and previews of a stranger: nothing of them runs."""
    corpus = [line for line in (FIXTURES / "markdown" / "xss.txt").read_text().splitlines() if line.strip()]
    site.api("POST", "/api/repos/create", {"name": "hostile", "type": "model"}, token=other)
    card = "---\nlicense: mit\ntags:\n- " + json.dumps(HOSTILE) + "\nmodel-index:\n- name: " + json.dumps(HOSTILE) + "\n  results:\n  - task: {type: image-classification, name: " + json.dumps(HOSTILE) + "}\n    dataset: {type: x, name: " + json.dumps(HOSTILE) + "}\n    metrics:\n    - {type: accuracy, value: 1, name: " + json.dumps(HOSTILE) + "}\n---\n\n" + HOSTILE + "\n\n" + "\n\n".join(corpus)
    def add(path: str, text: str) -> dict:
        return {"key": "file", "value": {"path": path, "encoding": "base64", "content": base64.b64encode(text.encode()).decode()}}

    lines = [
        {"key": "header", "value": {"summary": HOSTILE, "description": HOSTILE}}, add("README.md", card),
        add("page.html", "<script>alert(3)</script>"), add("picture.svg", '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(4)"><script>alert(5)</script></svg>'),
        add("table.csv", f'a,b\n"{HOSTILE.replace(chr(34), chr(34) * 2)}",2\n'), add("notes.md", HOSTILE), add("code.py", HOSTILE),
        add("odd <b>name</b>&amp;.txt", HOSTILE),
    ]
    parts = urllib.parse.urlsplit(site.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    connection.request(
        "POST", "/api/models/bob/hostile/commit/main", "".join(json.dumps(line) + "\n" for line in lines),
        {"Content-Type": "application/x-ndjson", "Authorization": f"Bearer {other}"},
    )
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    connection.close()
    site.api("POST", "/api/models/bob/hostile/discussions", {"title": HOSTILE, "description": HOSTILE + "\n\n" + "\n\n".join(corpus[:200])}, token=other)
    site.sign_in()
    for path in (
        "/bob/hostile", "/bob/hostile/tree/main", "/bob/hostile/blob/main/page.html", "/bob/hostile/blob/main/picture.svg",
        "/bob/hostile/blob/main/picture.svg?plain=1", "/bob/hostile/blob/main/table.csv", "/bob/hostile/blob/main/notes.md",
        "/bob/hostile/blob/main/code.py", "/bob/hostile/blob/main/odd%20%3Cb%3Ename%3C%2Fb%3E%26amp%3B.txt", "/bob/hostile/commits/main", "/bob/hostile/commit/main",
        "/bob/hostile/discussions", "/bob/hostile/discussions/1", "/bob/hostile/edit/main/README.md", "/models", "/bob",
        "/search?q=" + urllib.parse.quote(HOSTILE), "/models?search=" + urllib.parse.quote(HOSTILE), "/models?filter=" + urllib.parse.quote(HOSTILE),
        "/" + urllib.parse.quote(HOSTILE, safe=""), "/bob/hostile/blob/main/" + urllib.parse.quote(HOSTILE, safe=""),
    ):
        site.open(path)
        browser.run("window.alerted = false")
        assert not browser.run("return Boolean(document.querySelector('main script, main [onerror], main [onload], main iframe, main object'))"), path
        time.sleep(0.05)
        # An open alert makes every call of the driver fail.
        assert browser.run("return window.alerted") is False
    # A file itself, opened in the browser: in a sandbox.
    site.open("/bob/hostile/resolve/main/picture.svg")
    assert browser.run("return document.contentType") in ("image/svg+xml", "text/plain")
    assert browser.run("return self.origin") == "null" or not browser.run("try { return document.cookie } catch { return '' }")


def test_forms_of_other_sites_do_nothing(site):
    """A cookie alone opens no API, with a key of another session neither, nor from another origin."""
    parts = urllib.parse.urlsplit(site.url)
    site.sign_in()
    cookie = site.browser.driver.get_cookie("vitrine_session")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    key = site.browser.run("return document.querySelector('meta[name=form-key]')?.content") or site_key(site)

    def post(**headers: str) -> int:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        connection.request("POST", "/api/models/alice/classify/like", headers={"Cookie": f"vitrine_session={cookie['value']}"} | headers)
        status = connection.getresponse().status
        connection.close()
        return status

    assert post() == 401
    assert post(**{"X-Form-Key": "x" * 43}) == 403
    assert post(**{"X-Form-Key": key, "Origin": "http://evil.example"}) == 403
    assert post(**{"X-Form-Key": key, "Sec-Fetch-Site": "cross-site"}) == 403
    assert post(**{"X-Form-Key": key}) == 200
    site.api("DELETE", "/api/models/alice/classify/like")


def site_key(site: Site) -> str:
    site.open("/")
    return site.browser.run("return document.querySelector('meta[name=form-key]').content")


def test_private_things_do_not_leak(site, other):
    """Not into lists, search, feeds, maps, typeahead or what caches may keep."""
    site.api("POST", "/api/repos/create", {"name": "hidden-gem", "type": "model", "visibility": "private"})
    parts = urllib.parse.urlsplit(site.url)

    def get(path: str, cookie: str | None = None) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        connection.request("GET", path, headers={"Accept": "text/html"} | ({"Cookie": cookie} if cookie else {}))
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        return answer

    for path in (
        "/", "/models", "/models?search=hidden", "/search?q=hidden-gem", "/alice", "/feed.atom", "/sitemap.xml", "/sitemap/models",
        "/api/quicksearch?q=hidden", "/tasks", "/robots.txt",
    ):
        answer = get(path)
        assert answer.status == 200, path
        found = answer.text.replace("hidden-gem</h2>", "").replace('value="hidden-gem"', "").replace("“hidden-gem”", "").replace("q%3Dhidden-gem", "").replace("Search: hidden-gem", "").replace("/search?q=hidden-gem", "")
        assert "alice/hidden-gem" not in found, path
    assert get("/alice/hidden-gem").status == 401
    site.sign_in()
    cookie = f"vitrine_session={site.browser.driver.get_cookie('vitrine_session')['value']}"
    answer = get("/alice/hidden-gem", cookie)
    assert answer.status == 200 and "no-store" in answer.headers["Cache-Control"]


def test_pages_are_light_and_fast(site, browser, results: pathlib.Path):
    """Bytes before pictures, and the browser's own timing of its first paint; the median of five visits."""
    measured = {}
    for name, path in {"home": "/", "models": "/models", "model": "/alice/classify", "tree": "/alice/classify/tree/main"}.items():
        paints, weights = [], []
        for _ in range(5):
            browser.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
            site.open(path)
            browser.until(lambda: browser.run("return performance.getEntriesByName('first-contentful-paint').length"))
            paints.append(browser.run("return performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            weights.append(
                browser.run(
                    """
                    const navigation = performance.getEntriesByType("navigation")[0].transferSize;
                    const rest = performance.getEntriesByType("resource").filter((one) => one.initiatorType !== "img");
                    return navigation + rest.reduce((sum, one) => sum + one.transferSize, 0);
                    """
                )
            )
        measured[name] = {"first contentful paint, ms": sorted(paints)[2], "bytes": max(weights)}
    results.mkdir(parents=True, exist_ok=True)
    (results / "timings.json").write_text(json.dumps(measured, indent=2))
    print(json.dumps(measured))
    assert all(page["bytes"] <= 100_000 for page in measured.values()), measured
