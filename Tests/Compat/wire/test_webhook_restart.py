"""Webhooks across a crash: what was committed is told, whoever was away meanwhile."""

import http.server
import json
import socket
import threading
import time

import pytest

from conftest import SERVER, populate
from support.people import ALICE
from support.raw import Raw
from support.server import Server

row = pytest.mark.row


@row("GET|POST|DELETE /api/settings/webhooks…")
def test_killed_between(request, tmp_path):
    """Commits whose messages nobody took before a kill -9 are told after the restart, each of them"""
    main = request.config.stash[SERVER]
    settings = {"VITRINE_WEBHOOK_REFUSE": "none", "VITRINE_WEBHOOK_ATTEMPTS": "50", "VITRINE_WEBHOOK_RETRY": "1"}
    server = Server(main.hubd, main.hubctl, tmp_path / "hub", settings=settings)
    populate(server)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    received = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    endpoint = None
    try:
        raw = Raw(server.start().url, ALICE.token)
        raw.post("/api/repos/create", json_body={"name": "m", "organization": None}).expect(200)
        body = {"url": f"http://127.0.0.1:{port}/", "watched": [{"type": "model", "name": "alice/m"}], "domains": ["repo"]}
        raw.post("/api/settings/webhooks", json_body=body).expect(200)
        made = []
        for number in range(5):
            lines = [
                {"key": "header", "value": {"summary": f"commit {number}"}},
                {"key": "file", "value": {"path": f"{number}.txt", "content": "YQ==", "encoding": "base64"}},
            ]
            made.append(raw.commit("alice/m", lines).expect(200).json()["commitOid"])
        server.kill()
        endpoint = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=endpoint.serve_forever, daemon=True).start()
        server.start()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            told = {ref["newSha"] for payload in list(received) for ref in payload["updatedRefs"]}
            if told == set(made):
                break
            time.sleep(0.1)
        assert told == set(made)
        assert all(payload["repo"]["url"]["web"].endswith("/alice/m") for payload in received)
        assert server.stop() == 0
    finally:
        server.kill()
        if endpoint:
            endpoint.shutdown()
