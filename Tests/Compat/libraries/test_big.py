"""A file of gigabytes goes up and down with the hub in little memory."""

import hashlib
import os
import random
import threading
import time

import pytest
from huggingface_hub import hf_hub_download

from support.people import ALICE
from support.server import Server

SIZE = int(os.environ.get("VITRINE_BIG_BYTES", str(5 * 1024**3)))
BLOCK = 1 << 20
LIMIT = 150_000_000


def blocks(size):
    """Bytes that neither repeat nor compress, a mebibyte at a time: one random block, each time with its number in it."""
    base = bytearray(random.Random("big").randbytes(BLOCK))
    for number in range(0, size, BLOCK):
        base[:8] = (number // BLOCK).to_bytes(8, "little")
        yield memoryview(base)[: min(BLOCK, size - number)]


@pytest.fixture
def default_hub(request, tmp_path):
    """A hub with default settings."""
    server = Server(request.config.getoption("--hubd"), request.config.getoption("--hubctl"), tmp_path / "hub")
    server.admin("user", "create", ALICE.name, "--token", ALICE.token)
    server.start()
    yield server
    assert server.stop() == 0, server.log_text()


@pytest.mark.big
@pytest.mark.row("PUT {upload.href} (multipart)", "GET /{P}{id}/resolve/{rev}/{path}")
def test_big_file(default_hub, tmp_path):
    """5 GB up and down, the digest verified, the hub under 150 MB"""
    from huggingface_hub import HfApi

    api = HfApi(endpoint=default_hub.url, token=ALICE.token)
    source = tmp_path / "big.bin"
    digest = hashlib.sha256()
    with open(source, "wb") as file:
        for block in blocks(SIZE):
            digest.update(block)
            file.write(block)

    samples = []
    done = threading.Event()

    def watch():
        while not done.wait(0.2):
            samples.append(default_hub.memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        api.create_repo("alice/big")
        start = time.monotonic()
        api.upload_file(path_or_fileobj=source, path_in_repo="big.bin", repo_id="alice/big")
        up = time.monotonic() - start
        source.unlink()
        start = time.monotonic()
        path = hf_hub_download("alice/big", "big.bin", endpoint=default_hub.url, token=ALICE.token, local_dir=tmp_path / "down")
        down = time.monotonic() - start
    finally:
        done.set()
        watcher.join()
    received = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            received.update(block)
    assert received.digest() == digest.digest()
    (info,) = api.get_paths_info("alice/big", ["big.bin"])
    assert (info.lfs.sha256, info.size) == (digest.hexdigest(), SIZE)
    peak = default_hub.memory("VmHWM")
    print(f"up {SIZE / up / 1e6:.0f} MB/s, down {SIZE / down / 1e6:.0f} MB/s, peak {peak / 1e6:.0f} MB")
    assert max(samples) < LIMIT and peak < LIMIT, f"peak {peak}, largest sample {max(samples)}"
