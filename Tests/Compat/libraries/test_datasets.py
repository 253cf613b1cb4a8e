"""datasets: load_dataset and push_to_hub."""

import json

import numpy as np
import pytest
from datasets import Dataset, DatasetDict, Features, Image, Value, get_dataset_config_names, load_dataset
from huggingface_hub import CommitOperationAdd

from support.files import FIXTURES

row = pytest.mark.row
LOAD = ("GET /api/{T}/{id}", "GET /api/{T}/{id}/tree/{rev}[/{path}]", "GET /{P}{id}/resolve/{rev}/{path}")
STREAM = ("GET /{P}{id}/resolve/{rev}/{path} with Range",)
PUSH = ("POST /api/repos/create", "POST /api/{T}/{id}/commit/{rev}", "POST /api/validate-yaml")


@pytest.fixture
def put(alice, dataset):
    """Adds files to a fresh dataset repo and gives its id."""

    def add(files):
        alice.api.create_commit(
            dataset,
            [CommitOperationAdd(path, data) for path, data in files.items()],
            commit_message="Files",
            repo_type="dataset",
        )
        return dataset

    return add


@pytest.fixture
def photos(alice, dataset):
    alice.api.upload_folder(folder_path=FIXTURES / "tiny_photos", repo_id=dataset, repo_type="dataset")
    return dataset


@row(*LOAD)
def test_image_folder(photos):
    """An image folder with metadata.csv"""
    loaded = load_dataset(photos)
    assert {split: len(rows) for split, rows in loaded.items()} == {"train": 8, "test": 4}
    assert loaded["train"].features["image"] == Image()
    entry = next(entry for entry in loaded["train"] if entry["label"] == "cat")
    assert entry["image"].size == (96, 96)
    assert sorted(set(loaded["test"]["label"])) == ["astronaut", "cat", "coffee", "rocket"]


@row(*LOAD, *STREAM)
def test_image_folder_streaming(photos):
    """An image folder, streamed"""
    rows = list(load_dataset(photos, split="train", streaming=True))
    assert len(rows) == 8 and rows[0]["image"].size == (96, 96)


@row(*LOAD)
def test_folder_of_classes(put):
    """An image folder whose folders are the labels"""
    pictures = FIXTURES / "tiny_photos" / "train"
    repo_id = put(
        {f"train/{label}/{n}.jpg": (pictures / f"{photo}_{kind}.jpg").read_bytes()
         for label, photo in (("cat", "chelsea"), ("cup", "coffee")) for n, kind in enumerate(("middle", "corner"))}
    )
    rows = load_dataset(repo_id, split="train")
    assert rows.features["label"].names == ["cat", "cup"]
    assert sorted(rows["label"]) == [0, 0, 1, 1]


def parquet(tmp_path, count=50):
    path = tmp_path / "d.parquet"
    Dataset.from_dict({"n": list(range(count)), "s": [f"row {n}" for n in range(count)]}).to_parquet(path)
    return path.read_bytes()


TABLES = {
    "csv": lambda _: {"d.csv": b"n,s\n" + b"".join(b"%d,row %d\n" % (n, n) for n in range(50))},
    "jsonl": lambda _: {"d.jsonl": "".join(json.dumps({"n": n, "s": f"row {n}"}) + "\n" for n in range(50)).encode()},
    "parquet": lambda tmp_path: {"data/train-00000-of-00001.parquet": parquet(tmp_path)},
}


@row(*LOAD)
@pytest.mark.parametrize("kind", TABLES)
def test_tables(put, tmp_path, kind):
    """CSV, JSON lines and Parquet"""
    rows = load_dataset(put(TABLES[kind](tmp_path)), split="train")
    assert (len(rows), rows[49]) == (50, {"n": 49, "s": "row 49"})


@row(*LOAD, *STREAM)
@pytest.mark.parametrize("kind", TABLES)
def test_tables_streaming(put, tmp_path, kind):
    """CSV, JSON lines and Parquet, streamed"""
    rows = list(load_dataset(put(TABLES[kind](tmp_path)), split="train", streaming=True))
    assert (len(rows), rows[49]) == (50, {"n": 49, "s": "row 49"})


@row(*LOAD)
def test_committed_tables(alice, dataset):
    """The CSV dataset of the fixtures"""
    alice.api.upload_folder(folder_path=FIXTURES / "vision_tasks", repo_id=dataset, repo_type="dataset")
    rows = load_dataset(dataset, split="train")
    assert rows.column_names == ["task", "input", "output", "first_paper_year"] and len(rows) == 12


@row(*LOAD)
def test_configurations(put):
    """Configurations by card"""
    card = b"---\nconfigs:\n- config_name: one\n  data_files: one/*.csv\n- config_name: two\n  data_files: two/*.csv\n---\n"
    repo_id = put({"README.md": card, "one/a.csv": b"x\n1\n", "two/a.csv": b"x\n2\n3\n"})
    assert get_dataset_config_names(repo_id) == ["one", "two"]
    assert load_dataset(repo_id, "two", split="train")["x"][:] == [2, 3]


@row(*LOAD)
def test_splits_by_name(put):
    """Splits by file name"""
    loaded = load_dataset(put({"train.csv": b"x\n1\n", "test.csv": b"x\n2\n3\n"}))
    assert {split: len(rows) for split, rows in loaded.items()} == {"train": 1, "test": 2}


@row(*LOAD)
def test_revision(alice, put):
    """load_dataset at a revision, and of what changed since"""
    repo_id = put({"d.csv": b"x\n1\n"})
    old = alice.api.dataset_info(repo_id).sha
    put({"d.csv": b"x\n1\n2\n"})
    assert len(load_dataset(repo_id, split="train", revision=old)) == 1
    assert len(load_dataset(repo_id, split="train")) == 2


@row(*PUSH)
def test_push(alice, as_alice, fresh):
    """Dataset.push_to_hub, and back"""
    repo_id = fresh()
    rows = Dataset.from_dict({"n": list(range(100)), "s": [f"row {n}" for n in range(100)]})
    rows.push_to_hub(repo_id)
    back = load_dataset(repo_id, split="train")
    assert back.to_dict() == rows.to_dict()
    info = alice.api.dataset_info(repo_id)
    assert info.card_data["dataset_info"]["splits"][0]["num_examples"] == 100


@row(*PUSH)
def test_push_images_and_splits(alice, as_alice, fresh):
    """DatasetDict.push_to_hub with images, in shards, private"""
    repo_id = fresh()
    pixels = [np.full((8, 8, 3), n * 20, dtype=np.uint8) for n in range(10)]
    features = Features({"image": Image(), "n": Value("int64")})
    rows = Dataset.from_dict({"image": pixels, "n": list(range(10))}, features=features)
    DatasetDict(train=rows, test=rows.select(range(3))).push_to_hub(repo_id, private=True, num_shards={"train": 2, "test": 1})
    assert alice.api.dataset_info(repo_id).private
    back = load_dataset(repo_id)
    assert (len(back["train"]), len(back["test"])) == (10, 3)
    assert np.array_equal(np.array(back["train"][7]["image"]), pixels[7])
    assert len([p for p in alice.api.list_repo_files(repo_id, repo_type="dataset") if p.endswith(".parquet")]) == 3


@row(*PUSH)
def test_push_again(alice, as_alice, fresh):
    """Dataset.push_to_hub again replaces, another configuration adds"""
    repo_id = fresh()
    Dataset.from_dict({"n": [1, 2]}).push_to_hub(repo_id)
    Dataset.from_dict({"n": [3]}).push_to_hub(repo_id)
    assert load_dataset(repo_id, split="train")["n"][:] == [3]
    Dataset.from_dict({"m": ["x"]}).push_to_hub(repo_id, config_name="other", split="extra")
    assert load_dataset(repo_id, "other", split="extra")["m"][:] == ["x"]
    assert load_dataset(repo_id, "default", split="train")["n"][:] == [3]


@row(*LOAD)
def test_private(alice, as_alice, fresh, monkeypatch, tmp_path):
    """A private dataset with a token, and without"""
    repo_id = fresh()
    Dataset.from_dict({"n": [1]}).push_to_hub(repo_id, private=True)
    assert load_dataset(repo_id, split="train")["n"][:] == [1]
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(Exception, match="doesn't exist|not found|private"):
        load_dataset(repo_id, split="train", cache_dir=tmp_path)
