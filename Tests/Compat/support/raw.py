"""A plain HTTP client for what the real ones hide: exact request targets, headers as sent, half-sent bodies."""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any, Iterable, Mapping
from urllib.parse import urlsplit


class Response:
    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes):
        self.status = status
        self.header_list = headers
        self.body = body

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.header_list if key.lower() == name.lower()), None)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.body)

    def expect(self, *statuses: int) -> "Response":
        assert self.status in statuses, f"status {self.status}, expected {statuses}\n{self}"
        return self

    def __repr__(self) -> str:
        lines = [f"HTTP {self.status}"] + [f"{key}: {value}" for key, value in self.header_list]
        return "\n".join(lines) + "\n\n" + self.text[:2000]


class Raw:
    """Requests to one server, sent exactly as written: the path is not normalised, redirects are not followed."""

    def __init__(self, base: str, token: str | None = None):
        self.base = base
        parts = urlsplit(base)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.token = token

    def with_token(self, token: str | None) -> "Raw":
        return Raw(self.base, token)

    def request(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] | None = None,
        json_body: Any = None,
        timeout: float = 60,
    ) -> Response:
        """`target` is a path with query, or an absolute URL of this server."""
        if "://" in target:
            parts = urlsplit(target)
            assert (parts.hostname, parts.port) == (self.host, self.port), f"{target} leads away from {self.base}"
            target = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = {"Accept": "*/*"}
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        if json_body is not None:
            body = json.dumps(json_body).encode()
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        # http.client refuses odd targets; what the server makes of them is the very question.
        connection._validate_path = lambda url: None  # type: ignore[attr-defined]
        connection._encode_request = lambda request: request.encode("utf-8")  # type: ignore[attr-defined]
        try:
            try:
                connection.request(method, target, body=body, headers=sent)
            except (BrokenPipeError, ConnectionResetError):
                # The server has refused the upload before all of it was sent; its answer is in the socket.
                pass
            answer = connection.getresponse()
            return Response(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def get(self, target: str, **options: Any) -> Response:
        return self.request("GET", target, **options)

    def head(self, target: str, **options: Any) -> Response:
        return self.request("HEAD", target, **options)

    def post(self, target: str, **options: Any) -> Response:
        return self.request("POST", target, **options)

    def put(self, target: str, **options: Any) -> Response:
        return self.request("PUT", target, **options)

    def delete(self, target: str, **options: Any) -> Response:
        return self.request("DELETE", target, **options)

    def commit(self, repo: str, lines: list[Any] | bytes, *, kind: str = "models", revision: str = "main", query: str = "") -> Response:
        """Sends a commit: `lines` as they are when bytes, else one JSON value each."""
        body = lines if isinstance(lines, bytes) else b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        return self.post(
            f"/api/{kind}/{repo}/commit/{revision}{query}", body=body, headers={"Content-Type": "application/x-ndjson"}
        )

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=30)
