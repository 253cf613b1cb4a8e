"""Lists of repositories: filters, search, sorting, pages."""

import time
import itertools

import pytest
from huggingface_hub import CommitOperationAdd, hf_hub_download
from huggingface_hub.errors import BadRequestError

from support.shim import BACKWARDS

row = pytest.mark.row
MODELS, DATASETS = "GET /api/models", "GET /api/datasets"
# Words no other test's repos contain.
WORD = "zephyrine"


def card(**fields):
    lines = ["---"]
    for key, value in fields.items():
        lines += [f"{key}:", *(f"- {item}" for item in value)] if isinstance(value, list) else [f"{key}: {value}"]
    return "\n".join([*lines, "---", ""]).encode()


MODEL_CARDS = {
    "classifier": card(pipeline_tag="image-classification", library_name="timm", license="mit", tags=["lists-set", "blue"], language=["en"])
    + f"# A {WORD} classifier of orchids\n".encode(),
    "detector": card(pipeline_tag="object-detection", library_name="transformers", license="apache-2.0", tags=["lists-set", "blue", "red"], datasets=["coco"]),
    "depth": card(pipeline_tag="depth-estimation", library_name="transformers", license="mit", tags=["lists-set", "red"], base_model="alice/lists-detector"),
}


@pytest.fixture(scope="module")
def listed(hub):
    """Three models and a dataset with cards, the models downloaded 2, 1 and 0 times."""
    from support.people import ALICE

    api = ALICE.api
    for name, text in MODEL_CARDS.items():
        api.create_repo(f"alice/lists-{name}")
        api.create_commit(
            f"alice/lists-{name}",
            [CommitOperationAdd("README.md", text), CommitOperationAdd("config.json", b'{"model_type": "x"}')],
            commit_message="Card",
        )
    api.create_repo("alice/lists-private", private=True)
    api.upload_file(path_or_fileobj=MODEL_CARDS["classifier"], path_in_repo="README.md", repo_id="alice/lists-private")
    api.create_repo("alice/lists-pictures", repo_type="dataset")
    api.upload_file(
        path_or_fileobj=card(task_categories=["image-classification"], size_categories=["n<1K"], language=["en"], tags=["lists-set"]),
        path_in_repo="README.md",
        repo_id="alice/lists-pictures",
        repo_type="dataset",
    )
    return api


def ids(models):
    return {model.id.removeprefix("alice/lists-") for model in models}


@row(MODELS)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"filter": "lists-set"}, {"classifier", "detector", "depth"}),
        ({"filter": ["lists-set", "blue"]}, {"classifier", "detector"}),
        ({"filter": ["lists-set", "license:mit"]}, {"classifier", "depth"}),
        ({"filter": ["lists-set", "timm"]}, {"classifier"}),
        ({"filter": ["lists-set", "object-detection"]}, {"detector"}),
        ({"filter": ["lists-set", "en"]}, {"classifier"}),
        ({"filter": ["lists-set", "dataset:coco"]}, {"detector"}),
        ({"filter": ["lists-set", "base_model:alice/lists-detector"]}, {"depth"}),
        ({"filter": ["lists-set", "no-such-tag"]}, set()),
        ({"filter": "lists-set", "pipeline_tag": "depth-estimation"}, {"depth"}),
        ({"filter": "lists-set", "trained_dataset": "coco"}, {"detector"}),
        ({"filter": "lists-set", "author": "alice"}, {"classifier", "detector", "depth"}),
        ({"filter": "lists-set", "author": "bob"}, set()),
        ({"filter": "lists-set", "search": "lists-de"}, {"detector", "depth"}),
        ({"filter": "lists-set", "gated": True}, set()),
        ({"filter": "lists-set", "gated": False}, {"classifier", "detector", "depth"}),
    ],
)
def test_filters(listed, bob, query, expected):
    """Models by tag, task, library, licence, language, author and name, all at once"""
    assert ids(bob.api.list_models(**query)) == expected


@row(MODELS)
def test_search(listed, bob):
    """Search by words of the name and of the card"""
    # Names and tags are searched: "depth" names the detector as its base model.
    found = ids(bob.api.list_models(search="lists-detector"))
    assert "detector" in found and "classifier" not in found
    assert ids(bob.api.list_models(search="LISTS-DEPTH")) == {"depth"}
    assert "classifier" in ids(bob.api.list_models(search=f"{WORD} orchids"))
    for odd in ('"', "'; DROP TABLE repos; --", "*", "a OR", "NEAR(", "%", "é" * 50):
        # Whatever such a search finds, it is an answer.
        list(bob.api.list_models(search=odd, filter="lists-set", limit=5))


@row(MODELS)
def test_private_is_for_its_readers(listed, alice, bob):
    """Private repositories are listed to those who may read them only"""
    assert "private" in ids(alice.api.list_models(filter="lists-set"))
    assert "private" not in ids(bob.api.list_models(filter="lists-set"))


@row(MODELS, "X-HF-Download-Counter")
def test_sort_by_downloads(listed, bob, tmp_path):
    """Downloads are counted, once a download, and sort a list"""
    before = {m.id: m.downloads for m in bob.api.list_models(filter="lists-set")}
    for name, times in (("detector", 2), ("depth", 1)):
        for number in range(times):
            hf_hub_download(f"alice/lists-{name}", "config.json", cache_dir=tmp_path / f"{number}")
    # Counts are written every second, not in the path of a download.
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        models = list(bob.api.list_models(filter="lists-set", sort="downloads", **BACKWARDS))
        if sum(m.downloads - before[m.id] for m in models) >= 3:
            break
        time.sleep(0.2)
    assert [m.id.removeprefix("alice/lists-") for m in models] == ["detector", "depth", "classifier"]
    assert {m.id.removeprefix("alice/lists-"): m.downloads - before[m.id] for m in models} == {"detector": 2, "depth": 1, "classifier": 0}


@row(MODELS)
def test_sort_by_time(listed, bob):
    """Sort by creation and by last change"""
    created = [m.id for m in bob.api.list_models(filter="lists-set", sort="created_at", **BACKWARDS)]
    assert created == ["alice/lists-depth", "alice/lists-detector", "alice/lists-classifier"]
    changed = list(bob.api.list_models(filter="lists-set", sort="last_modified", full=True, **BACKWARDS))
    times = [m.last_modified for m in changed]
    assert times == sorted(times, reverse=True)


@row(MODELS)
def test_limit_and_pages(alice, bob):
    """Lists longer than a page come whole; limit stops them"""
    for number in range(130):
        alice.api.create_repo(f"alice/paged-{number:03}")
    every = [m.id for m in bob.api.list_models(search="paged-")]
    assert len(every) == len(set(every)) == 130
    assert len(list(bob.api.list_models(search="paged-", limit=7))) == 7
    some = [m.id for m in itertools.islice(bob.api.list_models(search="paged-", sort="created_at", **BACKWARDS), 3)]
    assert some == ["alice/paged-129", "alice/paged-128", "alice/paged-127"]


@row(MODELS)
def test_full(listed, bob):
    """Full entries have files, commit, author and card"""
    (model,) = bob.api.list_models(filter="lists-set", search="lists-classifier", full=True, cardData=True)
    assert model.author == "alice"
    assert len(model.sha) == 40
    assert {s.rfilename for s in model.siblings} == {".gitattributes", "README.md", "config.json"}
    assert model.card_data.license == "mit"
    assert model.pipeline_tag == "image-classification" and model.library_name == "timm"


@row(MODELS, "GET /api/{T}/{id}?expand=")
def test_expand(listed, bob):
    """expand gives the fields asked for, and names the known ones when one is unknown"""
    (model,) = bob.api.list_models(filter="lists-set", search="lists-classifier", expand=["downloads", "sha", "tags"])
    assert len(model.sha) == 40 and "blue" in model.tags and model.downloads is not None
    assert model.siblings is None and model.pipeline_tag is None
    info = bob.api.model_info("alice/lists-classifier", expand=["likes", "cardData"])
    assert info.likes == 0 and info.card_data.license == "mit" and info.sha is None
    with pytest.raises(BadRequestError, match="expected one of"):
        bob.api.model_info("alice/lists-classifier", expand=["no-such-field"])
    with pytest.raises(BadRequestError, match="expected one of"):
        list(bob.api.list_models(expand=["no-such-field"]))


@row(DATASETS)
def test_datasets(listed, bob):
    """Datasets by their own filters"""
    for query in (
        {"filter": "lists-set"},
        {"task_categories": "image-classification", "author": "alice", "search": "lists-"},
        {"size_categories": "n<1K", "search": "lists-pictures"},
        {"language": "en", "search": "lists-"},
        {"dataset_name": "lists-pictures"},
    ):
        assert ids(bob.api.list_datasets(**query)) == {"pictures"}, query
    assert ids(bob.api.list_datasets(task_categories="object-detection", search="lists-")) == set()


@row("GET /api/spaces")
def test_spaces(alice, bob):
    """Spaces by search"""
    alice.api.create_repo("alice/lists-space", repo_type="space", space_sdk="static")
    assert ids(bob.api.list_spaces(search="lists-space")) == {"space"}


@row("GET /api/{T}/{id}?expand=", MODELS, DATASETS, "GET /api/spaces")
def test_every_expand(listed, bob, raw):
    """Every field the client knows can be asked for, in lists and descriptions"""
    from typing import get_args

    from huggingface_hub import hf_api

    listed.create_repo("alice/lists-every", repo_type="space", space_sdk="static", exist_ok=True)
    for kind, repo_id, info, items in (
        (hf_api.ExpandModelProperty_T, "alice/lists-classifier", bob.api.model_info, bob.api.list_models),
        (hf_api.ExpandDatasetProperty_T, "alice/lists-pictures", bob.api.dataset_info, bob.api.list_datasets),
        (hf_api.ExpandSpaceProperty_T, "alice/lists-every", bob.api.space_info, bob.api.list_spaces),
    ):
        names = list(get_args(kind))
        assert len(names) >= 18
        assert info(repo_id, expand=names).id == repo_id
        (item,) = [item for item in items(author="alice", search=repo_id.split("/")[1], expand=names) if item.id == repo_id]
        assert item.author == "alice" and len(item.sha) == 40 and item.private is False
        for name in names:
            assert info(repo_id, expand=[name]).id == repo_id, name
    told = raw.request("GET", "/api/models/alice/lists-detector?expand=childrenModelCount,usedStorage").expect(200).json()
    assert told["childrenModelCount"] == 1 and told["usedStorage"] > 0


@row(MODELS)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("apps=vllm", {"detector", "depth"}),
        ("apps=ollama", set()),
        ("inference=warm", set()),
        ("inference_provider=all", set()),
        ("library=timm", {"classifier"}),
        ("license=mit", {"classifier", "depth"}),
        ("language=en", {"classifier"}),
        ("tags=red", {"detector", "depth"}),
        ("trained_dataset=coco", {"detector"}),
        ("num_parameters=min:1", set()),
        ("filter=region:us", set()),
    ],
)
def test_parameters(listed, anonymous, query, expected):
    """Filters as parameters of their own"""
    items = anonymous.request("GET", f"/api/models?filter=lists-set&{query}").expect(200).json()
    assert {item["id"].removeprefix("alice/lists-") for item in items} == expected


@row(MODELS)
def test_pages_in_every_sort(alice, anonymous):
    """Pages follow one another by Link in every sort, both ways; what makes no sense is refused"""
    for number in range(12):
        alice.api.create_repo(f"alice/in-every-sort-{number:02}")
    for sort in ("lastModified", "trendingScore", "createdAt", "downloads", "likes"):
        for direction in ("", "&direction=-1", "&direction=1"):
            target, seen = f"/api/models?search=in-every-sort-&sort={sort}&limit=5{direction}", []
            while target:
                answer = anonymous.request("GET", target).expect(200)
                seen += [item["id"] for item in answer.json()]
                link = answer.header("link")
                target = link[1:].split(">")[0] if link else None
            assert len(seen) == len(set(seen)) == 12, (sort, direction)
            if sort == "createdAt":
                assert seen == sorted(seen, reverse=direction != "&direction=1")
    for bad in ("sort=nothing", "limit=0", "limit=x", "cursor=x", "apps=no-such-app", "num_parameters=many", "expand=x"):
        anonymous.request("GET", f"/api/models?{bad}").expect(400)


@row(MODELS)
def test_kept_answers_are_fresh(alice, anonymous):
    """What is kept of lists never outlives a write"""
    target = "/api/models?search=fresh-answer"
    for number in range(5):
        assert len(anonymous.request("GET", target).expect(200).json()) == number
        alice.api.create_repo(f"alice/fresh-answer-{number}")
        assert len(anonymous.request("GET", target).expect(200).json()) == number + 1
    alice.api.delete_repo("alice/fresh-answer-0")
    assert len(anonymous.request("GET", target).expect(200).json()) == 4


@row("GET /api/spaces")
def test_space_filters(alice, anonymous, listed):
    """Spaces by SDK, and by the models and datasets they name"""
    from support.files import commit_files

    name = "alice/lists-linked"
    alice.api.create_repo(name, repo_type="space", space_sdk="gradio")
    commit_files(alice.api, name, {"README.md": card(sdk="gradio", models=["alice/lists-depth"], datasets=["coco"])}, repo_type="space")

    def found(query):
        return {item["id"] for item in anonymous.request("GET", f"/api/spaces?search=lists-&{query}").expect(200).json()}

    assert found("models=alice/lists-depth") == found("datasets=coco") == found("linked=true") == found("sdk=gradio") == {name}
    assert found("models=alice/lists-detector") == set()
    assert alice.api.model_info("alice/lists-depth", expand=["spaces"]).spaces == [name]


@row("GET /api/datasets/{id}/leaderboard")
@pytest.mark.since(2, 0)
def test_leaderboard(alice, bob, fresh):
    """Scores in .eval_results are shown with the model and ranked with the benchmark"""
    from huggingface_hub.errors import HfHubHTTPError

    from support.files import commit_files

    bench, first, second, hidden = fresh(), fresh(), fresh(), fresh()
    alice.api.create_repo(bench, repo_type="dataset")
    with pytest.raises(HfHubHTTPError, match="no leaderboard"):
        bob.api.get_dataset_leaderboard(bench)
    for model, value in ((first, 20.5), (second, 61), (hidden, 99)):
        alice.api.create_repo(model, private=model == hidden)
        text = f"- dataset: {{id: {bench.upper()}, task_id: all}}\n  value: {value}\n  notes: no-tools\n"
        commit_files(alice.api, model, {".eval_results/bench.yaml": text.encode(), ".eval_results/broken.yaml": b"a: ["})
    board = bob.api.get_dataset_leaderboard(bench)
    assert [(e.rank, e.model_id, e.value, e.verified, e.notes) for e in board] == [(1, second, 61.0, False, "no-tools"), (2, first, 20.5, False, "no-tools")]
    assert board[0].author.username == "alice"
    assert len(alice.api.get_dataset_leaderboard(bench)) == 3
    (result,) = bob.api.model_info(first, expand=["evalResults"]).eval_results
    assert (result.task_id, result.value) == ("all", 20.5)


@row("GET /api/quicksearch", "GET /api/trending", "GET /api/daily_papers")
def test_quick_search(listed, alice, anonymous, raw):
    """Search while typing finds repositories and people; what is trending; no papers"""
    found = anonymous.request("GET", "/api/quicksearch?q=lists-d&limit=5").expect(200).json()
    assert {model["id"] for model in found["models"]} == {"alice/lists-detector", "alice/lists-depth"}
    assert [user["user"] for user in anonymous.request("GET", "/api/quicksearch?q=ali&type=user").expect(200).json()["users"]] == ["alice"]
    private = "/api/quicksearch?q=lists-private&type=model"
    assert anonymous.request("GET", private).expect(200).json()["models"] == []
    assert [model["private"] for model in raw.request("GET", private).expect(200).json()["models"]] == [True]
    anonymous.request("GET", "/api/quicksearch?q=a&type=nothing").expect(400)
    trending = anonymous.request("GET", "/api/trending?type=dataset&limit=3").expect(200).json()["recentlyTrending"]
    assert trending and all(item["repoType"] == "dataset" for item in trending)
    assert anonymous.request("GET", "/api/daily_papers?limit=5").expect(200).json() == []


@row("GET /api/models-tags-by-type", "GET /api/datasets-tags-by-type")
def test_tags_by_type(listed, bob):
    """Tags by type"""
    tags = bob.api.get_model_tags()
    assert "image-classification" in {tag["id"] for tag in tags["pipeline_tag"]}
    assert "license:mit" in {tag["id"] for tag in tags["license"]}
    assert isinstance(bob.api.get_dataset_tags(), dict)
