"""The dataset viewer's API over pushed datasets, against what datasets loads."""

import io
import os
import statistics
from urllib.parse import quote, urlsplit

import datasets
import numpy as np
import PIL.Image
import pytest
import requests
from datasets import ClassLabel, Dataset, DatasetDict, Features, Image, List, Value, load_dataset
from datasets.utils import _dataset_viewer
from huggingface_hub import CommitOperationAdd

from support.files import FIXTURES

row = pytest.mark.row
VIEWER = ("GET datasets-server./…",)
FEATURES = Features({
    "image": Image(), "label": ClassLabel(names=["cat", "dog", "owl"]), "caption": Value("string"),
    "score": Value("float64"), "crops": List(Image()), "ok": Value("bool"),
})


def picture(n: int) -> PIL.Image.Image:
    return PIL.Image.fromarray(np.full((6 + n % 3, 8, 3), n * 5, dtype=np.uint8))


@pytest.fixture
def pushed(alice, as_alice, fresh):
    """What push_to_hub makes of pictures, labels and lists, in two splits."""
    repo_id = fresh()
    rows = [
        {
            "image": picture(n), "label": n % 3, "caption": None if n == 7 else f"Picture number {n} of a {'Red' if n % 4 else 'blue'} thing",
            "score": None if n == 3 else n / 7, "crops": [picture(c) for c in range(n % 3)], "ok": n % 2 == 0,
        }
        for n in range(40)
    ]
    whole = Dataset.from_list(rows, features=FEATURES)
    DatasetDict(train=whole, test=whole.select(range(5))).push_to_hub(repo_id, num_shards={"train": 2, "test": 1})
    return repo_id


@pytest.fixture
def ask():
    """Asks an endpoint; gives the JSON of an answer that is to be good."""

    def call(endpoint, dataset, status=200, token=None, **parameters):
        response = requests.get(
            f"{os.environ['HF_ENDPOINT']}/{endpoint}",
            params={"dataset": dataset, **parameters},
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=60,
        )
        assert response.status_code == status, response.text
        call.headers = response.headers
        return response.json()

    return call


TRAIN = {"config": "default", "split": "train"}


@row(*VIEWER)
def test_splits_and_sizes(ask, pushed, alice):
    """Splits, validity, sizes and infos of a pushed dataset"""
    assert [(entry["config"], entry["split"]) for entry in ask("splits", pushed)["splits"]] == [("default", "train"), ("default", "test")]
    assert ask.headers["X-Revision"] == alice.api.dataset_info(pushed).sha
    assert all(ask("is-valid", pushed).values())
    size = ask("size", pushed)["size"]
    assert (size["dataset"]["num_rows"], size["configs"][0]["num_columns"], len(size["splits"])) == (45, 6, 2)
    info = ask("info", pushed, config="default")["dataset_info"]
    assert Features.from_dict(info["features"]) == FEATURES
    assert info["splits"]["train"]["num_examples"] == 40


@row(*VIEWER)
def test_rows(ask, pushed):
    """Rows of a pushed dataset are those that load_dataset gives"""
    loaded = load_dataset(pushed, split="train")
    answer = ask("rows", pushed, **TRAIN, offset=15, length=10)
    assert (answer["num_rows_total"], answer["partial"], [entry["row_idx"] for entry in answer["rows"]]) == (40, False, list(range(15, 25)))
    assert Features.from_dict({entry["name"]: entry["type"] for entry in answer["features"]}) == FEATURES
    for entry in answer["rows"]:
        wanted, got = loaded[entry["row_idx"]], entry["row"]
        for column in ("label", "caption", "score", "ok"):
            assert got[column] == wanted[column]
        assert (got["image"]["width"], got["image"]["height"]) == wanted["image"].size
        assert len(got["crops"]) == len(wanted["crops"])
        for shown, image in [(got["image"], wanted["image"]), *zip(got["crops"], wanted["crops"])]:
            response = requests.get(shown["src"], timeout=60)
            assert (response.status_code, response.headers["Content-Type"]) == (200, "image/png")
            assert response.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in response.headers["Content-Security-Policy"]
            assert np.array_equal(np.array(PIL.Image.open(io.BytesIO(response.content))), np.array(image))
    first = ask("first-rows", pushed, **TRAIN)
    assert len(first["rows"]) == 40 and first["truncated"] is False


@row(*VIEWER)
def test_search_and_filter(ask, pushed):
    """Search and filter of a pushed dataset"""
    loaded = load_dataset(pushed, split="train")

    def indices(answer):
        assert answer["num_rows_total"] == len(answer["rows"]) and not answer["partial"]
        return [entry["row_idx"] for entry in answer["rows"]]

    assert indices(ask("search", pushed, **TRAIN, query="rEd THING")) == [
        n for n, entry in enumerate(loaded) if entry["caption"] and "red thing" in entry["caption"].lower()
    ]
    for where, wanted in {
        '"label" = 1': lambda entry: entry["label"] == 1,
        '"score" > 2 AND "score" <= 4.5': lambda entry: entry["score"] is not None and 2 < entry["score"] <= 4.5,
        "\"caption\" LIKE '%number 1_ of%' OR label IN (0, 2) AND NOT ok": lambda entry: (
            (entry["caption"] or "").startswith("Picture number 1") and entry["caption"][16] != " " or entry["label"] in (0, 2) and not entry["ok"]
        ),
        '"caption" IS NULL': lambda entry: entry["caption"] is None,
        'NOT ("score" <> 0)': lambda entry: entry["score"] == 0,
    }.items():
        assert indices(ask("filter", pushed, **TRAIN, where=where)) == [n for n, entry in enumerate(loaded) if wanted(entry)], where
    ordered = indices(ask("filter", pushed, **TRAIN, where='"ok" = true', orderby='"score" DESC'))
    assert ordered == sorted((n for n in range(40) if n % 2 == 0), reverse=True)
    page = ask("filter", pushed, **TRAIN, where='"label" = 1', offset=3, length=2)
    assert ([entry["row_idx"] for entry in page["rows"]], page["num_rows_total"]) == ([10, 13], 13)
    assert "no column" in ask("filter", pushed, 422, **TRAIN, where='"nope" = 1')["error"]
    assert ask.headers["X-Error-Code"] == "InvalidParameter"


@row(*VIEWER)
def test_statistics(ask, pushed):
    """Statistics of a pushed dataset"""
    loaded = load_dataset(pushed, split="train")
    answer = ask("statistics", pushed, **TRAIN)
    columns = {entry["column_name"]: (entry["column_type"], entry["column_statistics"]) for entry in answer["statistics"]}
    assert (answer["num_examples"], answer["partial"], {name: kind for name, (kind, _) in columns.items()}) == (
        40, False,
        {"image": "image", "label": "class_label", "caption": "string_text", "score": "float", "crops": "list", "ok": "bool"},
    )
    scores = [value for value in loaded["score"] if value is not None]
    score = columns["score"][1]
    assert (score["nan_count"], score["min"], score["max"]) == (1, 0, pytest.approx(max(scores), abs=1e-5))
    for key, function in (("mean", statistics.mean), ("median", statistics.median), ("std", statistics.stdev)):
        assert score[key] == pytest.approx(function(scores), abs=1e-5)
    assert score["histogram"]["hist"] == np.histogram(scores, bins=10)[0].tolist() and len(score["histogram"]["bin_edges"]) == 11
    assert columns["label"][1]["frequencies"] == {"cat": 14, "dog": 13, "owl": 13}
    assert columns["ok"][1]["frequencies"] == {"False": 20, "True": 20}
    assert (columns["caption"][1]["nan_count"], columns["caption"][1]["max"]) == (1, max(len(text or "") for text in loaded["caption"]))
    assert (columns["image"][1]["min"], columns["image"][1]["max"]) == (8, 8)


@row(*VIEWER)
def test_parquet(ask, pushed, alice, monkeypatch):
    """Parquet files, also as datasets asks for them"""
    files = ask("parquet", pushed)["parquet_files"]
    assert [(entry["split"], entry["filename"]) for entry in files] == [
        ("train", "train-00000-of-00002.parquet"), ("train", "train-00001-of-00002.parquet"), ("test", "test-00000-of-00001.parquet"),
    ]
    for entry in files:
        assert len(requests.get(entry["url"], timeout=60).content) == entry["size"]
    # As clients call it: another host in front. Not every system resolves it to this machine.
    port = urlsplit(os.environ["HF_ENDPOINT"]).port
    monkeypatch.setattr(datasets.config, "HF_ENDPOINT", f"http://localhost:{port}")
    session = requests.Session()
    session.mount("http://datasets-server.localhost", ToThisMachine(port))
    monkeypatch.setattr(_dataset_viewer, "get_session", lambda: session)
    sha = alice.api.dataset_info(pushed).sha
    listed = _dataset_viewer.get_exported_parquet_files(pushed, sha, token=alice.token)
    assert [entry["filename"] for entry in listed] == [entry["filename"] for entry in files]
    assert listed[0]["url"].startswith(f"http://localhost:{port}/datasets/")
    infos = _dataset_viewer.get_exported_dataset_infos(pushed, sha, token=alice.token)
    assert Features.from_dict(infos["default"]["features"]) == FEATURES


class ToThisMachine(requests.adapters.HTTPAdapter):
    """Connects to the loopback address, with the name that was asked for as Host."""

    def __init__(self, port):
        self.port = port
        super().__init__()

    def send(self, request, **options):
        request.headers["Host"] = f"datasets-server.localhost:{self.port}"
        request.url = request.url.replace("datasets-server.localhost", "127.0.0.1")
        return super().send(request, **options)


@row(*VIEWER)
def test_image_folder_with_metadata(ask, alice, dataset):
    """An image folder with metadata in the viewer"""
    alice.api.upload_folder(folder_path=FIXTURES / "tiny_photos", repo_id=dataset, repo_type="dataset")
    loaded = load_dataset(dataset)
    for split in ("train", "test"):
        answer = ask("rows", dataset, config="default", split=split)
        assert answer["num_rows_total"] == len(loaded[split])
        assert [entry["name"] for entry in answer["features"]] == loaded[split].column_names
        for entry, wanted in zip(answer["rows"], loaded[split]):
            assert {key: value for key, value in entry["row"].items() if key != "image"} == {key: value for key, value in wanted.items() if key != "image"}
            assert (entry["row"]["image"]["width"], entry["row"]["image"]["height"]) == (96, 96)
            shown = PIL.Image.open(io.BytesIO(requests.get(entry["row"]["image"]["src"], timeout=60).content))
            assert np.array_equal(np.array(shown.convert("RGB")), np.array(wanted["image"].convert("RGB")))


@row(*VIEWER)
def test_folder_of_classes(ask, alice, dataset):
    """An image folder whose folders are labels in the viewer"""
    pictures = FIXTURES / "tiny_photos" / "train"
    alice.api.create_commit(
        dataset, repo_type="dataset", commit_message="Files",
        operations=[
            CommitOperationAdd(f"{split}/{label}/{n}.jpg", (pictures / f"{photo}_{kind}.jpg").read_bytes())
            for split in ("train", "test") for label, photo in (("cup", "coffee"), ("cat", "chelsea")) for n, kind in enumerate(("middle", "corner"))
        ],
    )
    for split, rows in load_dataset(dataset).items():
        answer = ask("rows", dataset, config="default", split=split)
        assert {entry["name"]: entry["type"] for entry in answer["features"]}["label"]["names"] == ["cat", "cup"]
        assert [entry["row"]["label"] for entry in answer["rows"]] == rows["label"][:]
    label = ask("statistics", dataset, config="default", split="train")["statistics"][1]
    assert label["column_statistics"]["frequencies"] == {"cat": 2, "cup": 2}


CSV_CARD = """---
configs:
- config_name: csv
  data_files:
  - split: train
    path: tables/a*.csv
  - split: extra
    path: [tables/b.csv]
- config_name: rest
  data_dir: rest
---
"""
TABLES = {
    "csv": (
        {"README.md": CSV_CARD, "tables/a1.csv": 'x,y\n1,"a, ""b""\nc"\n2,\n', "tables/a2.csv": "x,y\n3,z\n", "tables/b.csv": "x,y\n9,9\n",
         "rest/my_test.csv": "a\n1\n", "rest/training.csv": "a\n2\n3\n"},
        [("csv", "train"), ("csv", "extra"), ("rest", "train"), ("rest", "test")],
    ),
    "json": (
        {"lines/dev.jsonl": '{"a": {"b": [1, 2]}, "c": "x"}\n{"a": {"b": []}, "c": null}\n', "lines/test.jsonl": '{"a": {"b": [3]}, "c": "y"}\n'},
        [("default", "validation"), ("default", "test")],
    ),
    "text": ({"notes/n.txt": "one\ntwo\n"}, [("default", "train")]),
}


@row(*VIEWER)
@pytest.mark.parametrize("kind", TABLES)
def test_tables(ask, alice, dataset, kind):
    """CSV with configurations, JSON lines and text in the viewer"""
    files, splits = TABLES[kind]
    alice.api.create_commit(dataset, [CommitOperationAdd(path, text.encode()) for path, text in files.items()], commit_message="Files", repo_type="dataset")
    assert [(entry["config"], entry["split"]) for entry in ask("splits", dataset)["splits"]] == splits
    for config, split in splits:
        loaded = load_dataset(dataset, config, split=split)
        answer = ask("rows", dataset, config=config, split=split)
        assert [entry["row"] for entry in answer["rows"]] == list(loaded)
        assert answer["num_rows_total"] == len(loaded)


@row(*VIEWER)
def test_permissions_and_errors(ask, alice, bob, as_alice, fresh):
    """Private and gated datasets, and errors, in the viewer"""
    repo_id = fresh()
    Dataset.from_list([{"image": picture(1)}], features=Features({"image": Image()})).push_to_hub(repo_id, private=True)
    src = ask("rows", repo_id, token=alice.token, **TRAIN)["rows"][0]["row"]["image"]["src"]
    assert requests.get(src, headers={"Authorization": f"Bearer {alice.token}"}, timeout=60).status_code == 200
    assert requests.get(src, timeout=60).status_code == 401
    for endpoint in ("splits", "is-valid", "info", "size", "parquet", "first-rows", "rows", "search", "filter", "statistics"):
        assert "not accessible" in ask(endpoint, repo_id, 401, **TRAIN, query="x", where="x")["error"]
        assert ask.headers["X-Error-Code"] == "ExternalUnauthenticatedError"
        ask(endpoint, repo_id, 404, token=bob.token, **TRAIN, query="x", where="x")
        assert ask.headers["X-Error-Code"] == "ExternalAuthenticatedError"
    assert ask("rows", "alice/none-such", 401, **TRAIN)["error"] == ask("rows", repo_id, 401, **TRAIN)["error"]
    alice.api.update_repo_settings(repo_id, repo_type="dataset", private=False, gated="manual")
    ask("rows", repo_id, 404, token=bob.token, **TRAIN)
    ask("rows", repo_id, 404, token=alice.token, config="default", split="nope")
    assert ask.headers["X-Error-Code"] == "SplitNotFoundError"
    ask("rows", repo_id, 404, token=alice.token, config="nope", split="train")
    assert ask.headers["X-Error-Code"] == "ConfigNotFoundError"
    ask("rows", repo_id, 422, token=alice.token, **TRAIN, length=101)
    ask("rows", repo_id, 400, token=alice.token, config="default")
    assert ask.headers["X-Error-Code"] == "MissingRequiredParameter"
    broken = fresh()
    alice.api.create_repo(broken, repo_type="dataset")
    ask("rows", broken, 422, **TRAIN)
    assert ask.headers["X-Error-Code"] == "EmptyDatasetError"
    alice.api.create_commit(broken, [CommitOperationAdd("d.parquet", b"PAR1 this is none PAR1")], commit_message="x", repo_type="dataset")
    assert "d.parquet cannot be read" in ask("rows", broken, 422, **TRAIN)["error"]
    assert not any(ask("is-valid", broken).values())
