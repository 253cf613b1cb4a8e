"""InferenceClient and plain requests against models on the hub, compared with the reference's answers."""

import base64
import concurrent.futures
import io
import json
import os
import pathlib
import signal
import time

import httpx2 as httpx
import numpy
import pytest
from huggingface_hub import InferenceClient
from huggingface_hub.errors import HfHubHTTPError
from PIL import Image

from support.files import FIXTURES

row = pytest.mark.row("POST /models/{id} (inference)")
VISION = FIXTURES.parent / "vision"
IMAGES = VISION / "_images"


@pytest.fixture
def push(alice, fresh):
    """Pushes a fixture and returns the address of its model."""

    def upload(folder, private=False):
        repo = fresh()
        alice.api.create_repo(repo, private=private, exist_ok=True)
        alice.api.upload_folder(folder_path=folder, repo_id=repo, ignore_patterns=["expected/*"])
        return f"{alice.api.endpoint}/models/{repo}"

    return upload


def cases(name):
    meta = json.loads((VISION / name / "expected" / "meta.json").read_text())
    for label, case in meta["cases"].items():
        expected = VISION / name / "expected" / f"{label}.json"
        if expected.exists():
            yield case, (IMAGES / f"{case['images'][0]}.png").read_bytes(), json.loads(expected.read_text())


def scores(ours, theirs, key="label"):
    """Equal scores in the same order; what is scored alike may change places."""
    assert len(ours) == len(theirs)
    by_name = {item[key]: item["score"] for item in theirs}
    for one, other in zip(ours, theirs):
        if other["score"] is None:
            assert one[key] == other[key]
            continue
        assert one["score"] == pytest.approx(other["score"], abs=1e-3)
        assert one["score"] == pytest.approx(by_name.get(one[key], theirs[-1]["score"]), abs=1e-3)


def boxes(ours, theirs):
    assert [item["label"] for item in ours] == [item["label"] for item in theirs]
    for one, other in zip(ours, theirs):
        assert one["score"] == pytest.approx(other["score"], abs=1e-3)
    for one, other in zip(ours, theirs):
        for side in ("xmin", "ymin", "xmax", "ymax"):
            assert abs(one["box"][side] - other["box"][side]) <= 1


@row
def test_demo_cat(push):
    """InferenceClient.image_classification of a real classifier: a tiger cat"""
    url = push(FIXTURES / "efficientnet_lite0")
    answer = InferenceClient(model=url).image_classification((IMAGES / "chelsea.png").read_bytes())
    assert answer[0].label == "tiger cat"
    assert answer[0].score == pytest.approx(0.39455, abs=1e-3)


@row
@pytest.mark.parametrize("name", ["vit", "resnet", "timm_vit"])
def test_image_classification(push, name):
    """InferenceClient.image_classification"""
    client = InferenceClient(model=push(VISION / name))
    for _, image, expected in cases(name):
        scores(client.image_classification(image, top_k=len(expected)), expected)


@row
def test_live_pipeline(push):
    """image-classification as transformers' pipeline answers here and now"""
    import transformers

    live = transformers.pipeline("image-classification", model=str(VISION / "vit"))
    client = InferenceClient(model=push(VISION / "vit"))
    for _, image, _ in cases("vit"):
        scores(client.image_classification(image), live(Image.open(io.BytesIO(image))))


@row
def test_object_detection(push):
    """InferenceClient.object_detection"""
    client = InferenceClient(model=push(VISION / "detr"))
    for _, image, expected in cases("detr"):
        boxes(client.object_detection(image), expected)


@row
def test_segmentation(push):
    """InferenceClient.image_segmentation"""
    client = InferenceClient(model=push(VISION / "segformer"))
    for _, image, expected in cases("segformer"):
        ours = client.image_segmentation(image)
        assert [item.label for item in ours] == [item["label"] for item in expected]
        for one, other in zip(ours, expected):
            theirs = numpy.array(Image.open(VISION / "segformer" / "expected" / other["mask"]["png"]).convert("L"))
            assert (numpy.array(one.mask) == theirs).mean() >= 0.999


@row
def test_zero_shot_classification(push):
    """InferenceClient.zero_shot_image_classification"""
    client = InferenceClient(model=push(VISION / "clip"))
    for case, image, expected in cases("clip"):
        labels = case.get("candidate_labels") or case["texts"]
        scores(client.zero_shot_image_classification(image, candidate_labels=labels), expected)


@row
def test_visual_question_answering(push):
    """InferenceClient.visual_question_answering"""
    client = InferenceClient(model=push(VISION / "vilt_vqa"))
    for case, image, expected in cases("vilt_vqa"):
        answer = client.visual_question_answering(image, question=case["question"], top_k=len(expected))
        scores(answer, expected, key="answer")


@row
def test_plain_tasks(push):
    """depth-estimation, zero-shot-object-detection and image-feature-extraction by POST"""
    url = push(VISION / "dpt")
    for _, image, expected in cases("dpt"):
        answer = httpx.post(url, content=image, headers={"Accept": "image/png"}, timeout=60)
        assert answer.headers["content-type"] == "image/png" and answer.headers["x-compute-type"] == "cpu"
        ours = numpy.array(Image.open(io.BytesIO(answer.content)).convert("L")).astype(int)
        theirs = numpy.array(Image.open(VISION / "dpt" / "expected" / expected["depth"]["png"]).convert("L")).astype(int)
        assert (abs(ours - theirs) <= 2).mean() >= 0.999
        assert set(httpx.post(url, content=image, timeout=60).json()) == {"depth", "predicted_depth"}
    url = push(VISION / "owlvit")
    for case, image, expected in cases("owlvit"):
        labels = case.get("candidate_labels") or case["texts"]
        body = {"inputs": base64.b64encode(image).decode(), "parameters": {"candidate_labels": labels}}
        boxes(httpx.post(url, json=body, timeout=60).json(), expected)
    url = push(VISION / "vit_features")
    for _, image, expected in cases("vit_features"):
        body = {"inputs": base64.b64encode(image).decode(), "parameters": {"pool": True}}
        ours = httpx.post(f"{url}/pipeline/image-feature-extraction", json=body, timeout=60).json()
        assert numpy.allclose(numpy.array(ours), numpy.array(expected), atol=1e-4)


@row
def test_status_and_etag(push):
    """GET says whether a model is loaded; equal questions have equal ETags, at a revision too"""
    url = push(VISION / "vit")
    assert httpx.get(url).json()["state"] == "Loadable"
    image = (IMAGES / "chelsea.png").read_bytes()
    first = httpx.post(url, content=image, timeout=60)
    assert httpx.get(url).json()["state"] == "Loaded"
    again = httpx.post(f"{url}@{first.headers['x-repo-commit']}", content=image)
    assert first.headers["etag"] == again.headers["etag"] and first.json() == again.json()
    assert httpx.get(url.replace("/models/", "/hf-inference/models/")).json()["loaded"] is True


@row
def test_refusals(push, alice, fresh):
    """Private models, unknown architectures, no picture, huge bodies, bombs, damaged weights"""
    image = (IMAGES / "chelsea.png").read_bytes()
    closed = push(VISION / "resnet", private=True)
    assert httpx.post(closed, content=image).status_code == 401
    headers = {"Authorization": f"Bearer {alice.token}"}
    assert httpx.post(closed, content=image, headers=headers, timeout=60).status_code == 200
    url = push(VISION / "vit")
    assert httpx.post(url, content=b"no picture").status_code == 501
    assert httpx.post(url, content=b"\x89PNG\r\n\x1a\nrest").status_code == 422
    assert httpx.post(url, json={"inputs": "https://example.org/cat.png"}).status_code == 400
    assert httpx.post(url, content=bytes(33 << 20)).status_code == 413
    bomb = io.BytesIO()
    Image.new("L", (12000, 12000)).save(bomb, "JPEG")
    assert httpx.post(url, content=bomb.getvalue(), timeout=60).status_code == 413
    repo = fresh()
    alice.api.create_repo(repo, exist_ok=True)
    alice.api.upload_file(path_or_fileobj=b'{"architectures": ["BertModel"]}', path_in_repo="config.json", repo_id=repo)
    alice.api.upload_file(path_or_fileobj=b"\x10\0\0\0\0\0\0\0{broken", path_in_repo="model.safetensors", repo_id=repo)
    answer = httpx.post(f"{alice.api.endpoint}/models/{repo}", content=image, timeout=60)
    assert answer.status_code in (422, 501) and answer.json()["error"]
    assert httpx.post(url, content=image, timeout=60).status_code == 200


def worker_of(server):
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if f"PPid:\t{server.process.pid}\n" in (folder / "status").read_text() and b"worker" in (folder / "cmdline").read_bytes():
                    return int(folder.name)
            except OSError:
                continue
    return None


@row
def test_worker_is_killed(push, request):
    """100 clients at once while the worker is killed: true answers, and the hub goes on"""
    from conftest import SERVER

    server = request.config.stash[SERVER]
    url = push(VISION / "vit")
    image = (IMAGES / "chelsea.png").read_bytes()
    expected = httpx.post(url, content=image, timeout=60).json()
    before = worker_of(server)
    assert before

    def ask(number):
        if number == 20:
            os.kill(before, signal.SIGKILL)
        return httpx.post(url, content=image, headers={"X-Use-Cache": "false"}, timeout=90)

    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(ask, range(100)))
    assert {answer.status_code for answer in answers} <= {200, 429, 503}
    assert all(answer.json() == expected for answer in answers if answer.status_code == 200)
    deadline = time.monotonic() + 30
    while httpx.post(url, content=image, headers={"X-Use-Cache": "false"}, timeout=60).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert worker_of(server) not in (None, before)
