"""A small server before the hub: passes calls on, and can answer some of them itself, as a hub would that is busy."""

from __future__ import annotations

import collections
import dataclasses
import http.client
import http.server
import json
import pathlib
import select
import socket
import threading
import time
import urllib.parse

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "media-src 'self' blob:"
)


@dataclasses.dataclass
class Canned:
    """An answer that is given instead of the hub's."""

    body: bytes | dict | list
    status: int = 200
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    #: Seconds before it is given.
    delay: float = 0

    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclasses.dataclass
class Seen:
    """A request that came by."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict:
        return json.loads(self.body)


class Front:
    """Listens on a free port and passes on to `hub`, an address such as `http://127.0.0.1:8080`."""

    def __init__(self, hub: str, assets: pathlib.Path | None = None):
        self.hub = urllib.parse.urlsplit(hub)
        #: Files that are served from here instead of by the hub, so that they may change while it runs.
        self.assets = assets
        #: Pages by path, in HTML.
        self.pages: dict[str, str] = {}
        self.seen: list[Seen] = []
        #: How many clients went away before their canned answer.
        self.left = 0
        self._canned: dict[tuple[str, str], collections.deque[Canned]] = {}
        front = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                front._answer(self)

            do_POST = do_HEAD = do_PUT = do_DELETE = do_GET

            def log_message(self, *_: object) -> None:
                """Nothing on stderr."""

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A browser that leaves is no error."""

        self.server = Quiet(("127.0.0.1", 0), Handler)
        # localhost counts as secure, which cameras and clipboards want.
        self.url = f"http://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def can(self, path: str, *answers: Canned, method: str = "POST") -> None:
        """Gives these answers for `path`, one after the other, the last one from then on."""
        self._canned[method, path] = collections.deque(answers)

    def forget(self) -> None:
        self._canned.clear()
        self.seen.clear()
        self.left = 0

    def asked(self, method: str = "POST") -> list[Seen]:
        """The requests of the inference calls, in order."""
        return [one for one in self.seen if one.method == method and one.path.startswith("/models/")]

    @staticmethod
    def _stays(handler: http.server.BaseHTTPRequestHandler, seconds: float) -> bool:
        """Waits, and says whether the client is still there."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            readable, _, _ = select.select([handler.connection], [], [], min(rest, 0.1))
            if readable and not handler.connection.recv(1, socket.MSG_PEEK):
                handler.close_connection = True
                return False
        return True

    def _answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        path = handler.path.split("?")[0]
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        self.seen.append(Seen(handler.command, path, {key.lower(): value for key, value in handler.headers.items()}, body))
        canned = self._canned.get((handler.command, path))
        if canned:
            answer = canned[0] if len(canned) == 1 else canned.popleft()
            if not self._stays(handler, answer.delay):
                self.left += 1
                return None
            return self._send(handler, answer.status, {"Content-Type": "application/json"} | answer.headers, answer.bytes())
        if path in self.pages:
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": CSP}
            return self._send(handler, 200, headers, self.pages[path].encode())
        if self.assets and path.startswith("/assets/") and (self.assets / path[1:]).is_file():
            types = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
            file = self.assets / path[1:]
            headers = {"Content-Type": types.get(file.suffix, "application/octet-stream"), "Cache-Control": "no-store"}
            return self._send(handler, 200, headers, file.read_bytes())
        return self._pass_on(handler, body)

    def _pass_on(self, handler: http.server.BaseHTTPRequestHandler, body: bytes) -> None:
        connection = http.client.HTTPConnection(self.hub.hostname or "", self.hub.port, timeout=120)
        hop = ("host", "connection", "content-length", "transfer-encoding")
        headers = {key: value for key, value in handler.headers.items() if key.lower() not in hop}
        try:
            connection.request(handler.command, handler.path, body or None, headers | {"Host": handler.headers["Host"]})
            answer = connection.getresponse()
            kept = {key: value for key, value in answer.getheaders() if key.lower() not in hop}
            self._send(handler, answer.status, kept, answer.read())
        finally:
            connection.close()

    @staticmethod
    def _send(handler: http.server.BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
        handler.send_response(status)
        for key, value in headers.items():
            handler.send_header(key, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)
