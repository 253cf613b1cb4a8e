"""A reverse proxy that can be told to make the mistakes that real ones make."""

from __future__ import annotations

import socket
import threading
from typing import Callable
from urllib.parse import unquote, urlsplit

Head = list[bytes]


class Proxy:
    """Passes everything on as it comes, one request per connection, but for what is overridden here."""

    def __init__(
        self,
        upstream: str,
        *,
        request: Callable[[Head], Head | bytes] = lambda head: head,
        response: Callable[[Head], Head | bytes] = lambda head: head,
        buffers: bool = False,
    ):
        """`request` and `response` get the lines of a head and give those to send, or bytes to answer with at once."""
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname, parts.port)
        self.request, self.response, self.buffers = request, response, buffers
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_failure) -> None:
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client, socket.create_connection(self.upstream) as hub:
                head, rest = read_head(client)
                if not head:
                    return
                changed = self.request(head)
                if isinstance(changed, bytes):
                    client.sendall(changed)
                    drain(client)
                    return
                if self.buffers:
                    missing = int(field(head, b"content-length") or 0) - len(rest)
                    while missing > 0 and (piece := client.recv(65536)):
                        rest += piece
                        missing -= len(piece)
                hub.sendall(join(changed) + rest)
                sender = threading.Thread(target=pump, args=(client, hub), daemon=True)
                sender.start()
                answer, body = read_head(hub)
                if not answer:
                    return
                changed = self.response(answer)
                if isinstance(changed, bytes):
                    client.sendall(changed)
                    return
                client.sendall(join(changed) + body)
                pump(hub, client)
                # The other thread may be reading: closing alone would not reach the client then.
                client.shutdown(socket.SHUT_RDWR)
        except OSError:
            # Either side has gone.
            pass


def read_head(source: socket.socket) -> tuple[Head, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = source.recv(65536)
        if not piece:
            return [], b""
        data += piece
    head, rest = data.split(b"\r\n\r\n", 1)
    return head.split(b"\r\n"), rest


def join(head: Head) -> bytes:
    """With an end to the connection, so that one head is all there is to read."""
    kept = [line for line in head if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n"


def pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            sink.sendall(piece)
    except OSError:
        pass


def drain(source: socket.socket) -> None:
    """Reads what is still being sent, so that the answer is not lost to a reset."""
    source.settimeout(5)
    try:
        source.shutdown(socket.SHUT_WR)
        while source.recv(65536):
            pass
    except OSError:
        pass


def field(head: Head, name: bytes) -> bytes | None:
    for line in head[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return None


def without(*names: bytes) -> Callable[[Head], Head]:
    """Loses header fields."""
    return lambda head: [head[0], *(line for line in head[1:] if line.split(b":")[0].strip().lower() not in names)]


def replacing(name: bytes, value: Callable[[bytes], bytes]) -> Callable[[Head], Head]:
    """Changes a header field where there is one."""

    def change(head: Head) -> Head:
        return [head[0], *(line if line.split(b":")[0].strip().lower() != name else name + b": " + value(line.split(b":", 1)[1].strip()) for line in head[1:])]

    return change


def answer(status: bytes, body: bytes = b"<html><h1>proxy</h1></html>") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(body), body)


def decoding(head: Head) -> Head:
    method, target, version = head[0].split(b" ")
    path, mark, query = target.partition(b"?")
    return [b" ".join([method, unquote(path.decode()).replace(" ", "%20").encode() + mark + query, version]), *head[1:]]
