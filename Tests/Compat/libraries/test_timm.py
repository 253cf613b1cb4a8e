"""timm: hf_hub: names."""

import pytest
import timm
import torch

from support.files import FIXTURES

row = pytest.mark.row


@row("HEAD /{P}{id}/resolve/{rev}/{path}", "GET /{P}{id}/resolve/{rev}/{path}")
def test_create_model(alice, model):
    """timm.create_model("hf_hub:…") of a real checkpoint"""
    alice.api.upload_folder(folder_path=FIXTURES / "efficientnet_lite0", repo_id=model)
    net = timm.create_model(f"hf_hub:{model}", pretrained=True).eval()
    assert net.pretrained_cfg["architecture"] == "tf_efficientnet_lite0"
    assert net.num_classes == 1000
    from safetensors.torch import load_file

    weights = load_file(FIXTURES / "efficientnet_lite0" / "model.safetensors")
    assert all(torch.equal(value, weights[key]) for key, value in net.state_dict().items())


@row("POST /api/repos/create", "POST /api/{T}/{id}/commit/{rev}")
def test_push(alice, as_alice, fresh):
    """timm push_to_hf_hub, and back"""
    repo_id = fresh()
    torch.manual_seed(0)
    net = timm.create_model("test_resnet.r160_in1k", pretrained=False, num_classes=3).eval()
    timm.models.push_to_hf_hub(net, repo_id, model_config={"label_names": ["a", "b", "c"]})
    assert {"config.json", "model.safetensors", "pytorch_model.bin", "README.md"} & set(alice.api.list_repo_files(repo_id))
    back = timm.create_model(f"hf_hub:{repo_id}", pretrained=True).eval()
    image = torch.randn(1, 3, 160, 160)
    with torch.no_grad():
        assert torch.equal(net(image), back(image))
    assert alice.api.model_info(repo_id).library_name == "timm"
