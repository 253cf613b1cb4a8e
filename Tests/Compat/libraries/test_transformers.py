"""transformers: from_pretrained, pipeline, push_to_hub."""

import json

import pytest
import torch
from PIL import Image
from transformers import (
    AutoConfig,
    AutoImageProcessor,
    AutoModel,
    AutoModelForDepthEstimation,
    AutoModelForImageClassification,
    pipeline,
)

from support.files import FIXTURES

row = pytest.mark.row
LOAD = ("GET /api/{T}/{id}", "HEAD /{P}{id}/resolve/{rev}/{path}", "GET /{P}{id}/resolve/{rev}/{path}")
PUSH = ("POST /api/repos/create", "POST /api/{T}/{id}/preupload/{rev}", "POST /api/{T}/{id}/commit/{rev}")


@pytest.fixture
def vit(alice, model):
    """The id of a repo with the tiny ViT."""
    alice.api.upload_folder(folder_path=FIXTURES / "tiny_vit", repo_id=model)
    return model


@pytest.fixture
def cat():
    return Image.open(FIXTURES / "tiny_photos" / "train" / "chelsea_middle.jpg")


def same_weights(one, other):
    mine, theirs = one.state_dict(), other.state_dict()
    return mine.keys() == theirs.keys() and all(torch.equal(mine[key], theirs[key]) for key in mine)


@row(*LOAD)
def test_from_pretrained(vit):
    """AutoModel, AutoConfig and AutoImageProcessor from_pretrained"""
    local = AutoModelForImageClassification.from_pretrained(FIXTURES / "tiny_vit")
    remote = AutoModelForImageClassification.from_pretrained(vit)
    assert same_weights(local, remote)
    assert AutoConfig.from_pretrained(vit).model_type == "vit"
    assert AutoImageProcessor.from_pretrained(vit).size["height"] == 64
    assert AutoModel.from_pretrained(vit).config.hidden_size == 32


@row(*LOAD)
def test_private_with_token(alice, private_model, as_alice, monkeypatch, tmp_path):
    """from_pretrained of a private model, with a token and without"""
    alice.api.upload_folder(folder_path=FIXTURES / "tiny_vit", repo_id=private_model)
    AutoModelForImageClassification.from_pretrained(private_model)
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(OSError, match="not a valid model identifier|not a local folder|private"):
        AutoModelForImageClassification.from_pretrained(private_model, cache_dir=tmp_path)


@row(*LOAD)
def test_pipeline(vit, cat):
    """pipeline("image-classification")"""
    answers = pipeline("image-classification", model=vit)(cat)
    expected = pipeline("image-classification", model=str(FIXTURES / "tiny_vit"))(cat)
    assert answers == expected
    assert answers[0]["label"] == "tabby, tabby cat"


@row("GET /api/{T}/{id}")
def test_pipeline_finds_the_task(vit, cat):
    """pipeline(model=…) learns the task from the hub"""
    assert pipeline(model=vit)(cat)[0]["label"] == "tabby, tabby cat"


@row(*LOAD)
def test_other_tasks(alice, fresh, cat):
    """pipelines for object detection and depth estimation"""
    detr, dpt = fresh(), fresh()
    for repo_id, folder in ((detr, "tiny_detr"), (dpt, "tiny_dpt")):
        alice.api.create_repo(repo_id)
        alice.api.upload_folder(folder_path=FIXTURES / folder, repo_id=repo_id)
    boxes = pipeline("object-detection", model=detr, threshold=0.0)(cat)
    assert boxes == pipeline("object-detection", model=str(FIXTURES / "tiny_detr"), threshold=0.0)(cat)
    assert pipeline("depth-estimation", model=dpt)(cat)["depth"].size == cat.size
    assert same_weights(
        AutoModelForDepthEstimation.from_pretrained(dpt), AutoModelForDepthEstimation.from_pretrained(FIXTURES / "tiny_dpt")
    )


@row(*PUSH)
def test_push_to_hub(alice, as_alice, fresh):
    """push_to_hub of a model and its processor, and back"""
    repo_id = fresh()
    model = AutoModelForImageClassification.from_pretrained(FIXTURES / "tiny_vit")
    commit = model.push_to_hub(repo_id, commit_message="Push it")
    assert commit.oid == alice.api.model_info(repo_id).sha
    AutoImageProcessor.from_pretrained(FIXTURES / "tiny_vit").push_to_hub(repo_id)
    assert {"config.json", "model.safetensors", "README.md", "preprocessor_config.json"} <= set(alice.api.list_repo_files(repo_id))
    assert same_weights(model, AutoModelForImageClassification.from_pretrained(repo_id))
    info = alice.api.model_info(repo_id)
    assert (info.library_name, info.safetensors.total) == ("transformers", 42600)


@row(*PUSH)
def test_push_sharded(alice, as_alice, fresh):
    """push_to_hub in shards (max_shard_size), and back"""
    repo_id = fresh()
    model = AutoModelForImageClassification.from_pretrained(FIXTURES / "tiny_vit")
    model.push_to_hub(repo_id, max_shard_size="50KB", private=True)
    files = alice.api.list_repo_files(repo_id)
    shards = [path for path in files if path.endswith(".safetensors")]
    assert len(shards) >= 3 and "model.safetensors.index.json" in files
    assert same_weights(model, AutoModelForImageClassification.from_pretrained(repo_id))
    info = alice.api.model_info(repo_id)
    assert info.private and dict(info.safetensors.parameters) == {"F32": 42600}
    index = json.loads(open(alice.api.hf_hub_download(repo_id, "model.safetensors.index.json")).read())
    assert set(index["weight_map"].values()) == set(shards)


@row(*LOAD)
def test_revision(alice, as_alice, vit):
    """from_pretrained at a revision"""
    old = alice.api.model_info(vit).sha
    model = AutoModelForImageClassification.from_pretrained(vit)
    with torch.no_grad():
        model.classifier.bias.add_(1)
    model.push_to_hub(vit)
    before = AutoModelForImageClassification.from_pretrained(vit, revision=old)
    after = AutoModelForImageClassification.from_pretrained(vit)
    assert same_weights(after, model) and not same_weights(before, after)


@row(*PUSH)
def test_push_to_branch_and_errors(alice, as_alice, vit, fresh):
    """push_to_hub to a branch; errors for missing models and revisions"""
    alice.api.create_branch(vit, branch="tuned")
    AutoModelForImageClassification.from_pretrained(vit).push_to_hub(vit, revision="tuned")
    with pytest.raises(OSError):
        AutoModelForImageClassification.from_pretrained(fresh())
    with pytest.raises(OSError):
        AutoModelForImageClassification.from_pretrained(vit, revision="nope")
