"""Clients that are slow, many, or send too much."""

from __future__ import annotations

import concurrent.futures
import hashlib
import http.client
import resource
import socket
import threading
import time
from urllib.parse import urlsplit

from faulty import Folder, Hub, Options, Refused, add_lfs


class Healthy(threading.Thread):
    """A client that asks all the time; how long its slowest answer took."""

    def __init__(self, hub: Hub, repo: str, content: bytes):
        super().__init__(daemon=True)
        self.hub, self.repo, self.content = hub, repo, content
        self.slowest, self.count, self.failure = 0.0, 0, None
        self.over = threading.Event()

    def run(self) -> None:
        try:
            while not self.over.is_set():
                began = time.monotonic()
                assert self.hub.download(self.repo, "w.bin") == self.content
                self.hub.tree(self.repo)
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.count += 1
                time.sleep(0.01)
        except Exception as failure:
            self.failure = failure

    def end(self) -> None:
        self.over.set()
        self.join(30)
        if self.failure:
            raise self.failure
        assert self.count > 0


def slow_clients(options: Options) -> dict:
    """Slow-loris, 1,000 idle and 500 active connections, oversized requests; a healthy client beside them is served."""
    # Both ends of each connection are descriptors, of this process and of hubd.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    random = options.random("slow")
    found: dict = {}
    settings = {"VITRINE_HEAD_TIMEOUT": "3", "VITRINE_BODY_TIMEOUT": "3", "VITRINE_IDLE_TIMEOUT": "20"}
    with Folder("slow") as folder:
        hub = Hub(options, folder, settings).create().start()
        place = (urlsplit(hub.server.url).hostname, urlsplit(hub.server.url).port)
        try:
            repo = hub.create_repo("r")
            content = random.randbytes(200_000)
            hub.commit(repo, [add_lfs("w.bin", hub.upload(repo, content), len(content))])

            found["slowest answer beside 300 slow heads, s"] = slow_heads(hub, repo, content, place)
            found["slowest answer beside 100 slow bodies, s"] = slow_bodies(hub, repo, content, place)

            # A thousand that are connected and silent between two requests.
            idle = []
            for _ in range(200 if options.quick else 1000):
                connection = http.client.HTTPConnection(*place, timeout=30)
                connection.request("GET", "/healthz")
                connection.getresponse().read()
                idle.append(connection)
            healthy = Healthy(hub, repo, content)
            healthy.start()
            time.sleep(2)
            healthy.end()
            found[f"slowest answer beside {len(idle)} idle connections, s"] = round(healthy.slowest, 3)
            found["hubd's memory with them, MiB"] = hub.server.memory() >> 20
            # They are still good for a request.
            for connection in idle[:50]:
                connection.request("GET", "/healthz")
                assert connection.getresponse().read()
            for connection in idle:
                connection.close()

            count = 100 if options.quick else 500

            def load(_number: int) -> bool:
                return hub.download(repo, "w.bin") == content

            began = time.monotonic()
            with concurrent.futures.ThreadPoolExecutor(count) as pool:
                assert all(pool.map(load, range(count * 4)))
            found[f"{count * 4} downloads over {count} connections at once, s"] = round(time.monotonic() - began, 2)

            too_much(hub, repo, place)
            hub.download(repo, "w.bin")
            assert hub.stop() == 0
        finally:
            hub.kill()
    return found


def slow_heads(hub: Hub, repo: str, content: bytes, place) -> float:
    """Heads that arrive a byte at a time are cut off after the head timeout."""
    sockets = []
    for _ in range(300):
        connection = socket.create_connection(place, timeout=30)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        sockets.append(connection)
    healthy = Healthy(hub, repo, content)
    healthy.start()
    began = time.monotonic()
    alive = set(sockets)
    while alive and time.monotonic() - began < 15:
        for connection in list(alive):
            try:
                connection.send(b"x")
                connection.setblocking(False)
                try:
                    if connection.recv(4096) == b"":
                        alive.discard(connection)
                except BlockingIOError:
                    pass
                connection.setblocking(True)
            except OSError:
                alive.discard(connection)
        time.sleep(0.3)
    healthy.end()
    for connection in sockets:
        connection.close()
    assert not alive, f"{len(alive)} slow connections are still open after 15 s"
    return round(healthy.slowest, 3)


def slow_bodies(hub: Hub, repo: str, content: bytes, place) -> float:
    """Bodies that stop arriving are given up after the body timeout, and leave nothing."""
    data = content[::-1]
    oid = hashlib.sha256(data).hexdigest()
    batch = {"operation": "upload", "objects": [{"oid": oid, "size": len(data)}]}
    href = urlsplit(hub.json("POST", f"/{repo}.git/info/lfs/objects/batch", batch)["objects"][0]["actions"]["upload"]["href"])
    head = f"PUT {href.path}?{href.query} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(data)}\r\n\r\n".encode()
    sockets = []
    for _ in range(100):
        connection = socket.create_connection(place, timeout=30)
        connection.sendall(head + data[:1000])
        sockets.append(connection)
    healthy = Healthy(hub, repo, content)
    healthy.start()
    for connection in sockets:
        connection.settimeout(20)
        answer = b""
        try:
            while piece := connection.recv(4096):
                answer += piece
        except ConnectionResetError:
            pass
        assert answer == b"" or b" 408 " in answer.split(b"\r\n")[0] or b" 400 " in answer.split(b"\r\n")[0], answer[:200]
        connection.close()
    healthy.end()
    # The bytes are not taken for there, and can still be sent.
    (entry,) = hub.json("POST", f"/{repo}.git/info/lfs/objects/batch", batch)["objects"]
    assert entry.get("actions"), "half an upload counts as one"
    hub.upload(repo, data)
    return round(healthy.slowest, 3)


def too_much(hub: Hub, repo: str, place) -> None:
    """Heads and bodies that are too large are refused with 4xx."""
    for head in (
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: " + b"y" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(20_000)) + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"POST /api/repos/create HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    ):
        with socket.create_connection(place, timeout=20) as connection:
            answer = b""
            try:
                connection.sendall(head)
            except OSError:
                pass
            try:
                while piece := connection.recv(4096):
                    answer += piece
            except OSError:
                pass
            status = answer.split(b" ")[1:2]
            assert answer == b"" or status and status[0].startswith(b"4"), (head[:60], answer[:200])
    try:
        hub.request("POST", "/api/repos/create", b"{" + b" " * (9 << 20) + b"}", {"Content-Type": "application/json"})
        raise AssertionError("a request of 9 MiB was taken")
    except Refused as refusal:
        assert refusal.status == 413, refusal
