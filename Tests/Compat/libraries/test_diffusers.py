"""diffusers: a small pipeline down and up."""

import numpy as np
import pytest
import torch
from diffusers import DDPMPipeline, DiffusionPipeline

from support.files import FIXTURES

row = pytest.mark.row


@row("GET /api/{T}/{id}/revision/{rev}", "GET /{P}{id}/resolve/{rev}/{path}")
def test_from_pretrained(alice, model):
    """DiffusionPipeline.from_pretrained, and the same picture as from the folder"""
    alice.api.upload_folder(folder_path=FIXTURES / "tiny_ddpm", repo_id=model)
    pictures = [
        pipe(num_inference_steps=2, generator=torch.Generator().manual_seed(1), output_type="np").images
        for pipe in (DiffusionPipeline.from_pretrained(model), DDPMPipeline.from_pretrained(FIXTURES / "tiny_ddpm"))
    ]
    assert np.array_equal(*pictures)
    assert alice.api.model_info(model).library_name == "diffusers"


@row("POST /api/repos/create", "POST /api/{T}/{id}/commit/{rev}")
def test_push(alice, as_alice, fresh):
    """Pipeline.push_to_hub, and back"""
    repo_id = fresh()
    DDPMPipeline.from_pretrained(FIXTURES / "tiny_ddpm").push_to_hub(repo_id)
    assert {"model_index.json", "unet/diffusion_pytorch_model.safetensors", "scheduler/scheduler_config.json"} <= set(
        alice.api.list_repo_files(repo_id)
    )
    assert DDPMPipeline.from_pretrained(repo_id).unet.config.sample_size > 0
