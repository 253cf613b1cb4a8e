"""Lists of a dataset's Parquet files, and the search of spaces."""

import pytest

row = pytest.mark.row


@row("GET /api/datasets/{id}/parquet")
def test_parquet(raw, alice, dataset):
    """The Parquet files that were pushed, by configuration and split"""
    for path in ("data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet", "data/test-00000-of-00001.parquet", "fr/test/0000.parquet"):
        alice.api.upload_file(path_or_fileobj=b"PAR1 " + path.encode(), path_in_repo=path, repo_id=dataset, repo_type="dataset")
    answer = raw.request("GET", f"/api/datasets/{dataset}/parquet").json()
    assert set(answer) == {"default", "fr"} and set(answer["default"]) == {"train", "test"}
    assert len(answer["default"]["train"]) == 2
    assert raw.request("GET", f"/api/datasets/{dataset}/parquet/default").json() == answer["default"]
    urls = raw.request("GET", f"/api/datasets/{dataset}/parquet/fr/test").json()
    target = urls[0].split("/", 3)[3]
    assert raw.request("GET", "/" + target).body == b"PAR1 fr/test/0000.parquet"
    assert raw.request("GET", f"/api/datasets/{dataset}/parquet/de").status == 404


@row("GET /api/datasets/{id}/parquet")
def test_no_parquet(raw, dataset):
    """A dataset without Parquet files says so"""
    answer = raw.request("GET", f"/api/datasets/{dataset}/parquet")
    assert answer.status == 404 and "Parquet" in answer.json()["error"]


@row("GET /api/spaces/semantic-search")
def test_search_spaces(raw, alice, fresh):
    """Spaces by words of their card"""
    space = fresh()
    alice.api.create_repo(space, repo_type="space", space_sdk="gradio")
    card = b"---\ntitle: Depth\nsdk: gradio\n---\nSees how far zyxwv things are.\n"
    alice.api.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=space, repo_type="space")
    found = raw.request("GET", "/api/spaces/semantic-search?q=zyxwv&includeNonRunning=true").json()
    assert [entry["id"] for entry in found] == [space]
    assert raw.request("GET", "/api/spaces/semantic-search?q=zyxwv&sdk=docker").json() == []
    assert raw.request("GET", "/api/spaces/semantic-search?q=nothing-has-this-word").json() == []
