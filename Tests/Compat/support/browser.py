"""Somebody with a browser: cookies, forms, and a sign-in by access token."""

from __future__ import annotations

import html.parser
import re

import httpx


class Form:
    """The first form of a page, with the values it would send."""

    def __init__(self, page: httpx.Response):
        assert page.headers["content-type"].startswith("text/html"), page.text
        reader = _Reader()
        reader.feed(page.text)
        assert reader.action is not None, f"there is no form:\n{page.text}"
        self.method, self.action, self.values = reader.method, reader.action, reader.values
        self.place = page.url


class _Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.action: str | None = None
        self.method = "get"
        self.values: dict[str, str] = {}
        self.ended = False

    def handle_starttag(self, tag, attributes):
        fields = dict(attributes)
        if tag == "form" and self.action is None:
            self.action, self.method = fields.get("action") or "", fields.get("method") or "get"
        if tag == "input" and not self.ended and fields.get("name"):
            self.values[fields["name"]] = fields.get("value") or ""

    def handle_endtag(self, tag):
        self.ended = self.ended or tag == "form" and self.action is not None


class Browser:
    def __init__(self, hub: str):
        self.hub = hub
        self.http = httpx.Client(follow_redirects=True, timeout=30, headers={"Accept": "text/html,*/*"})

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_failure) -> None:
        self.http.close()

    def get(self, place: str, **options) -> httpx.Response:
        return self.http.get(place if "://" in place else self.hub + place, **options)

    def send(self, form: Form, follow: bool = True, **values: str) -> httpx.Response:
        """Fills a form in and sends it, as a browser would: with the page's origin."""
        place = form.place.join(form.action)
        data = form.values | values
        if form.method == "get":
            return self.http.get(place, params=data, follow_redirects=follow)
        origin = re.match(r"[a-z]+://[^/]+", str(form.place)).group(0)
        headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        return self.http.post(place, data=data, headers=headers, follow_redirects=follow)

    def sign_in(self, token: str, return_to: str = "/login") -> httpx.Response:
        return self.send(Form(self.get("/login", params={"return_to": return_to})), token=token)

    @property
    def is_signed_in(self) -> bool:
        return "You are signed in" in self.get("/login").text
