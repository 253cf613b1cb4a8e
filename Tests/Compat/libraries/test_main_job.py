"""The main job on real input: real checkpoints pushed by hubctl and by hf, found by task, loaded by the libraries."""

import json
import shutil
import subprocess

import pytest
import timm
import torch
from PIL import Image
from transformers import AutoModelForImageClassification, pipeline

from support.files import FIXTURES

row = pytest.mark.row
ROWS = (
    "POST /api/repos/create", "POST /api/{T}/{id}/preupload/{rev}", "POST /{P}{id}.git/info/lfs/objects/batch",
    "POST /api/{T}/{id}/commit/{rev}", "GET /api/models", "GET /{P}{id}/resolve/{rev}/{path}",
)


@pytest.fixture
def run(hub, client_environment, alice, curl):
    """Runs a command as alice and gives its stdout."""

    def run(*command):
        environment = client_environment | {"HF_TOKEN": alice.token, "NO_COLOR": "1"}
        program = shutil.which(str(command[0]), path=environment["PATH"])
        assert program, f"{command[0]} is not installed"
        done = subprocess.run([program, *map(str, command[1:])], env=environment, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


def found_by_task(run, hub, task, library):
    """The ids curl finds."""
    url = f"{hub.url}/api/models?pipeline_tag={task}&filter={library}&sort=lastModified&limit=1000"
    return [entry["id"] for entry in json.loads(run("curl", "--noproxy", "*", "-sSf", url))]


def push(run, hub, how, repo_id, folder):
    if how == "hubctl":
        run(hub.hubctl, "push", folder, repo_id)
    else:
        run("hf", "upload", repo_id, folder, ".")


@row(*ROWS)
@pytest.mark.parametrize("how", ["hubctl", "hf"])
def test_real_classifier(hub, run, alice, fresh, how):
    """EfficientNet-Lite0: pushed, found by task with curl, classifying in timm and in a transformers pipeline"""
    repo_id = fresh()
    push(run, hub, how, repo_id, FIXTURES / "efficientnet_lite0")
    assert repo_id in found_by_task(run, hub, "image-classification", "timm")
    info = alice.api.model_info(repo_id)
    assert info.safetensors.total == 4_694_073 and "license:apache-2.0" in info.tags

    net = timm.create_model(f"hf_hub:{repo_id}", pretrained=True).eval()
    transform = timm.data.create_transform(**timm.data.resolve_model_data_config(net), is_training=False)
    picture = Image.open(FIXTURES / "tiny_photos" / "train" / "coffee_middle.jpg").convert("RGB")
    with torch.no_grad():
        best = net(transform(picture)[None]).softmax(-1)[0].argmax().item()
    labels = json.loads((FIXTURES / "efficientnet_lite0" / "config.json").read_text())["label_names"]
    assert labels[best] == "espresso"
    assert pipeline("image-classification", model=repo_id)(picture)[0]["label"] == "espresso"


@row(*ROWS)
@pytest.mark.parametrize("how", ["hubctl", "hf"])
def test_sharded_vit(hub, run, alice, fresh, tmp_path, how):
    """A sharded ViT: pushed, found by task with curl, loaded by AutoModel"""
    repo_id = fresh()
    model = AutoModelForImageClassification.from_pretrained(FIXTURES / "tiny_vit")
    model.save_pretrained(tmp_path / "vit", max_shard_size="50KB")
    for name in ("README.md", "preprocessor_config.json"):
        shutil.copy(FIXTURES / "tiny_vit" / name, tmp_path / "vit")
    assert len(list((tmp_path / "vit").glob("*.safetensors"))) >= 3
    push(run, hub, how, repo_id, tmp_path / "vit")
    assert repo_id in found_by_task(run, hub, "image-classification", "transformers")
    assert dict(alice.api.model_info(repo_id).safetensors.parameters) == {"F32": 42600}
    back = AutoModelForImageClassification.from_pretrained(repo_id)
    assert all(torch.equal(value, back.state_dict()[key]) for key, value in model.state_dict().items())
    picture = Image.open(FIXTURES / "tiny_photos" / "train" / "chelsea_middle.jpg")
    assert pipeline("image-classification", model=repo_id)(picture)[0]["label"] == "tabby, tabby cat"
