"""Model and dataset cards, and what the hub learns from files."""

import json
import struct

import pytest
from huggingface_hub import CommitOperationAdd, DatasetCard, ModelCard, hf_hub_download, metadata_load, metadata_update

from support.files import FIXTURES

row = pytest.mark.row
INFO = "GET /api/{T}/{id}"
YAML = "POST /api/validate-yaml"


def safetensors(**shapes):
    header, offset = {}, 0
    for name, (dtype, width, shape) in shapes.items():
        size = width
        for side in shape:
            size *= side
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + b"\0" * offset


@row(INFO)
def test_metadata(alice, model):
    """A card's metadata becomes tags, task, library, licence and card data"""
    text = """---
license: apache-2.0
library_name: timm
pipeline_tag: image-classification
language: [en, fr]
datasets: [imagenet-1k]
base_model: alice/base
tags: [edge, "with space"]
widget:
- src: https://example.org/cat.jpg
model-index:
- name: m
  results: []
---
# Card of https://arxiv.org/abs/1905.11946
"""
    alice.api.upload_file(path_or_fileobj=text.encode(), path_in_repo="README.md", repo_id=model)
    info = alice.api.model_info(model)
    assert (info.pipeline_tag, info.library_name) == ("image-classification", "timm")
    assert {
        "timm", "image-classification", "license:apache-2.0", "en", "fr", "dataset:imagenet-1k", "base_model:alice/base",
        "edge", "with space", "arxiv:1905.11946",
    } <= set(info.tags)
    assert info.card_data.license == "apache-2.0"
    assert info.card_data.to_dict()["tags"] == ["edge", "with space"]


@row(INFO)
def test_metadata_follows_the_card(alice, model):
    """Tags follow the newest card of the main branch"""
    def upload(text, **options):
        alice.api.upload_file(path_or_fileobj=text.encode(), path_in_repo="README.md", repo_id=model, **options)

    upload("---\nlicense: mit\ntags: [one]\n---\n")
    upload("---\nlicense: cc0-1.0\ntags: [two]\n---\n")
    assert {"license:cc0-1.0", "two"} <= set(alice.api.model_info(model).tags)
    assert not {"license:mit", "one"} & set(alice.api.model_info(model).tags)
    alice.api.create_branch(model, branch="dev")
    upload("---\ntags: [three]\n---\n", revision="dev")
    assert "three" not in alice.api.model_info(model).tags
    alice.api.delete_file("README.md", repo_id=model)
    assert not {"license:cc0-1.0", "two"} & set(alice.api.model_info(model).tags)


@row(INFO)
@pytest.mark.parametrize(
    ("files", "library", "task"),
    [
        ({"config.json": '{"architectures": ["ViTForImageClassification"], "model_type": "vit"}'}, "transformers", "image-classification"),
        ({"config.json": '{"architectures": ["DetrForObjectDetection"], "model_type": "detr"}'}, "transformers", "object-detection"),
        ({"model_index.json": '{"_class_name": "DDPMPipeline", "_diffusers_version": "0.42.1"}'}, "diffusers", None),
        ({"config.json": '{"architecture": "resnet18", "pretrained_cfg": {}, "num_classes": 10}'}, "timm", "image-classification"),
    ],
)
def test_inferred(alice, model, files, library, task):
    """Without a card the library and task come from the config"""
    alice.api.create_commit(
        model, [CommitOperationAdd(path, text.encode()) for path, text in files.items()], commit_message="Config"
    )
    info = alice.api.model_info(model)
    assert info.library_name == library
    if task:
        assert info.pipeline_tag == task
    assert library in info.tags


@row(INFO)
def test_config(alice, model):
    """The config's architecture and model type are in the info"""
    alice.api.upload_file(path_or_fileobj=FIXTURES / "tiny_vit" / "config.json", path_in_repo="config.json", repo_id=model)
    info = alice.api.model_info(model)
    assert info.config["model_type"] == "vit"
    assert info.config["architectures"] == ["ViTForImageClassification"]
    assert "vit" in info.tags


@row(INFO)
def test_safetensors_parameters(alice, model):
    """Parameters are counted by type from the safetensors header"""
    alice.api.upload_file(
        path_or_fileobj=FIXTURES / "tiny_vit" / "model.safetensors", path_in_repo="model.safetensors", repo_id=model
    )
    info = alice.api.model_info(model)
    assert (dict(info.safetensors.parameters), info.safetensors.total) == ({"F32": 42600}, 42600)
    assert "safetensors" in info.tags


@row(INFO)
def test_safetensors_sharded(alice, model):
    """Parameters of a sharded checkpoint are added up"""
    index = {"metadata": {}, "weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors", "c": "model-00002-of-00002.safetensors"}}
    alice.api.create_commit(
        model,
        [
            CommitOperationAdd("model-00001-of-00002.safetensors", safetensors(a=("F32", 4, [10, 10]))),
            CommitOperationAdd("model-00002-of-00002.safetensors", safetensors(b=("F16", 2, [5, 4]), c=("F32", 4, [3]))),
            CommitOperationAdd("model.safetensors.index.json", json.dumps(index).encode()),
        ],
        commit_message="Shards",
    )
    info = alice.api.model_info(model)
    assert (dict(info.safetensors.parameters), info.safetensors.total) == ({"F32": 103, "F16": 20}, 123)


@row(INFO)
def test_broken_files_do_not_matter(alice, model):
    """Broken configs, headers and cards are stored and not believed"""
    alice.api.create_commit(
        model,
        [
            CommitOperationAdd("config.json", b"{not json"),
            CommitOperationAdd("model.safetensors", b"\xff" * 100),
            CommitOperationAdd("sub/README.md", b"---\n: : :\n---\n"),
        ],
        commit_message="Broken",
    )
    info = alice.api.model_info(model)
    assert info.safetensors is None and info.library_name in (None, "transformers")


@row(YAML)
def test_validate(alice, model):
    """The check of a card before an upload: good, warned, refused"""
    alice.api.upload_file(path_or_fileobj=b"# no metadata", path_in_repo="README.md", repo_id=model)
    alice.api.upload_file(path_or_fileobj=b"---\nlicense: mit\n---\n", path_in_repo="README.md", repo_id=model)
    with pytest.raises(ValueError):
        alice.api.upload_file(
            path_or_fileobj=b"---\nlicense: [unclosed\n---\n", path_in_repo="README.md", repo_id=model
        )
    assert alice.api.model_info(model).card_data.license == "mit"


@row("GET /{P}{id}/resolve/{rev}/{path}")
def test_load_card(alice, model, dataset):
    """ModelCard.load, DatasetCard.load and metadata_load"""
    alice.api.upload_file(path_or_fileobj=b"---\nlicense: mit\n---\n# M", path_in_repo="README.md", repo_id=model)
    alice.api.upload_file(
        path_or_fileobj=b"---\nlicense: cc0-1.0\n---\n# D", path_in_repo="README.md", repo_id=dataset, repo_type="dataset"
    )
    assert ModelCard.load(model).data.license == "mit"
    assert DatasetCard.load(dataset).data.license == "cc0-1.0"
    assert metadata_load(hf_hub_download(model, "README.md"))["license"] == "mit"


# Earlier ones check a card at huggingface.co before they push it, whatever HF_ENDPOINT says.
@row("POST /api/{T}/{id}/commit/{rev}", YAML)
@pytest.mark.since(2, 0)
def test_push_card(alice, as_alice, model, dataset):
    """ModelCard and DatasetCard: validate and push; metadata_update"""
    ModelCard("---\nlicense: mit\n---\n# X").validate()
    ModelCard("---\nlicense: mit\n---\n# M").push_to_hub(model)
    assert ModelCard.load(model).data.license == "mit"
    DatasetCard("---\nlicense: cc0-1.0\n---\n# D").push_to_hub(dataset)
    assert alice.api.dataset_info(dataset).card_data["license"] == "cc0-1.0"
    metadata_update(model, {"pipeline_tag": "image-classification"})
    assert alice.api.model_info(model).pipeline_tag == "image-classification"


@row(INFO)
def test_dataset_metadata(alice, dataset):
    """A dataset card's metadata becomes tags"""
    text = "---\nlicense: cc0-1.0\ntask_categories: [image-classification]\nsize_categories: [n<1K]\nlanguage: [en]\npretty_name: P\n---\n# D\n"
    alice.api.upload_file(path_or_fileobj=text.encode(), path_in_repo="README.md", repo_id=dataset, repo_type="dataset")
    info = alice.api.dataset_info(dataset)
    assert {"task_categories:image-classification", "size_categories:n<1K", "language:en", "license:cc0-1.0"} <= set(info.tags)
    assert info.card_data["pretty_name"] == "P"


@pytest.mark.row("GET /api/models/{id}/safetensors-metadata/{path}")
def test_sharded_safetensors_metadata(alice, anonymous, model):
    """The headers of all shards come in one answer; a checkpoint with a hole is named"""

    def shard(name, count):
        header = json.dumps({name: {"dtype": "F32", "shape": [count], "data_offsets": [0, 4 * count]}}).encode()
        return struct.pack("<Q", len(header)) + header + b"\0" * (4 * count)

    index = {"metadata": {"total_size": 20}, "weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors"}}
    files = {"m-1.safetensors": shard("a", 2), "m-2.safetensors": shard("b", 3), "model.safetensors.index.json": json.dumps(index).encode()}
    for path, content in files.items():
        alice.api.upload_file(path_or_fileobj=content, path_in_repo=path, repo_id=model)
    answer = anonymous.get(f"/api/models/{model}/safetensors-metadata/model.safetensors.index.json").expect(200).json()
    assert answer["index"] == {"metadata": {"total_size": 20}}
    assert answer["headers"]["m-2.safetensors"]["b"]["shape"] == [3]
    if hasattr(alice.api, "get_sharded_safetensors_metadata"):
        found = alice.api.get_sharded_safetensors_metadata(model)
        assert found.parameter_count == {"F32": 5} and found.weight_map == index["weight_map"]
    alice.api.delete_file("m-2.safetensors", model)
    missing = anonymous.get(f"/api/models/{model}/safetensors-metadata/model.safetensors.index.json").expect(404)
    assert "m-2.safetensors" in missing.json()["error"]
    refused = anonymous.get(f"/api/models/{model}/safetensors-metadata/.gitattributes").expect(422)
    assert "safetensors" in refused.json()["error"]
