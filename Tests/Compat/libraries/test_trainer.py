"""transformers Trainer with push_to_hub=True."""

import pytest
import torch
from transformers import AutoModelForImageClassification, Trainer, TrainingArguments

from support.files import FIXTURES


class Noise(torch.utils.data.Dataset):
    """Eight random images with labels."""

    def __init__(self):
        generator = torch.Generator().manual_seed(0)
        self.images = torch.randn(8, 3, 64, 64, generator=generator)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return {"pixel_values": self.images[index], "labels": index % 8}


@pytest.mark.row("POST /api/repos/create", "POST /api/{T}/{id}/commit/{rev}")
def test_trainer(alice, as_alice, fresh, tmp_path):
    """Trainer(push_to_hub=True) pushes each save and the end"""
    repo_id = fresh()
    arguments = TrainingArguments(
        output_dir=str(tmp_path / "out"),
        push_to_hub=True,
        hub_model_id=repo_id,
        hub_token=alice.token,
        hub_strategy="every_save",
        save_strategy="steps",
        save_steps=2,
        max_steps=4,
        per_device_train_batch_size=2,
        use_cpu=True,
        report_to=[],
        remove_unused_columns=False,
        disable_tqdm=True,
    )
    model = AutoModelForImageClassification.from_pretrained(FIXTURES / "tiny_vit")
    trainer = Trainer(model=model, args=arguments, train_dataset=Noise())
    trainer.train()
    trainer.push_to_hub(commit_message="Trained", blocking=True)
    files = set(alice.api.list_repo_files(repo_id))
    assert {"config.json", "model.safetensors", "training_args.bin", "README.md"} <= files
    titles = [commit.title for commit in alice.api.list_repo_commits(repo_id)]
    assert "Trained" in titles or any("step" in title for title in titles)
    loaded = AutoModelForImageClassification.from_pretrained(repo_id)
    assert all(torch.equal(a, b) for a, b in zip(loaded.parameters(), trainer.model.parameters()))
    info = alice.api.model_info(repo_id)
    assert info.library_name == "transformers" and "generated_from_trainer" in info.tags
