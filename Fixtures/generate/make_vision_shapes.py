#!/usr/bin/env python3
"""Adds a case `shapes` to the vision fixtures: several pictures at once, of odd sizes, some of them padded; and, for networks
that learned a position for each square, `shapes-wide` and `shapes-tall`, with the positions interpolated.

    python make_vision_shapes.py [NAME…] [odd]

With `odd`, only the latter of those named.

Needs torch, transformers and timm; the versions used are noted in vision/README.md.
"""
import json, os, sys, warnings

warnings.filterwarnings("ignore")
os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_VERBOSITY="error")
import torch
import transformers
from safetensors.torch import load_file, save_file

transformers.utils.logging.disable_progress_bar()
# Only its training loss needs scipy.
from transformers.models.maskformer import modeling_maskformer
modeling_maskformer.requires_backends = lambda *_: None
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vision")
torch.manual_seed(1)


def pixels(batch, height, width):
    # Smooth, as pictures are: noise alone says little about interpolation.
    coarse = torch.randn(batch, 3, 7, 7)
    smooth = torch.nn.functional.interpolate(coarse, size=(height, width), mode="bicubic")
    return (smooth + 0.1 * torch.randn(batch, 3, height, width)).contiguous()


def padded(batch, height, width, inner):
    values, mask = pixels(batch, height, width), torch.ones(batch, height, width, dtype=torch.int64)
    mask[1, inner[0] :, :] = 0
    mask[1, :, inner[1] :] = 0
    return {"pixel_values": values * mask[:, None], "pixel_mask": mask}


def texts(name, count):
    t = load_file(f"{ROOT}/{name}/expected/coffee.safetensors")
    ids, mask = t["in.input_ids"], t["in.attention_mask"]
    rows = torch.arange(count) % ids.shape[0]
    return {"input_ids": ids[rows].contiguous(), "attention_mask": mask[rows].contiguous()}


def question(name):
    t = load_file(f"{ROOT}/{name}/expected/coffee_1.safetensors")
    result = {k: t[f"in.{k}"].repeat(2, 1) for k in ("input_ids", "attention_mask", "token_type_ids")}
    result["attention_mask"][1, -2:] = 0
    return result


DETR = lambda: padded(2, 64, 96, (48, 80))
CASES = {
    "dinov2": lambda: {"pixel_values": pixels(2, 84, 56)},
    "resnet": lambda: {"pixel_values": pixels(2, 75, 101)},
    "resnet18_basic_multilabel": lambda: {"pixel_values": pixels(2, 75, 101)},
    "regnet": lambda: {"pixel_values": pixels(2, 75, 101)},
    "convnext": lambda: {"pixel_values": pixels(2, 75, 101)},
    "convnextv2": lambda: {"pixel_values": pixels(2, 75, 101)},
    "mobilenet_v2": lambda: {"pixel_values": pixels(2, 75, 101)},
    "timm_resnet": lambda: {"pixel_values": pixels(2, 75, 101)},
    "timm_efficientnet": lambda: {"pixel_values": pixels(2, 75, 101)},
    "swin": lambda: {"pixel_values": pixels(2, 76, 90)},
    "detr": DETR,
    "detr_timm": DETR,
    "table_transformer": DETR,
    "conditional_detr": DETR,
    "detr_panoptic": DETR,
    "yolos": lambda: {"pixel_values": pixels(2, 64, 96)},
    "segformer": lambda: {"pixel_values": pixels(2, 64, 96)},
    "glpn": lambda: {"pixel_values": pixels(1, 64, 96)},
    "upernet_convnext": lambda: {"pixel_values": pixels(1, 68, 100)},
    "maskformer_swin": lambda: {"pixel_values": pixels(2, 64, 100)},
    "dpt": lambda: {"pixel_values": pixels(2, 96, 96)},
    "dpt_hybrid": lambda: {"pixel_values": pixels(2, 64, 64)},
    "depth_anything": lambda: {"pixel_values": pixels(2, 70, 98)},
    "clip": lambda: {"pixel_values": pixels(2, 64, 64), **texts("clip", 3)},
    "siglip": lambda: {"pixel_values": pixels(2, 64, 64), **texts("siglip", 3)},
    "owlvit": lambda: {"pixel_values": pixels(2, 96, 96), **texts("owlvit", 4)},
    "clipseg": lambda: {"pixel_values": pixels(2, 80, 80), **texts("clipseg", 2)},
    "vilt_vqa": lambda: {**padded(2, 64, 96, (48, 64)), **question("vilt_vqa")},
}

# More and fewer squares than positions, in both directions; sizes that squares do not fill.
ODD = {"wide": (44, 93), "tall": (120, 70)}
INTERPOLATED = {"vit", "deit", "clip", "siglip", "dinov2"}


def write(name, model, label, inputs, **options):
    with torch.no_grad():
        result = model(**inputs, **options)
    # The same outputs as in the other cases; intermediate ones would only take space.
    folder = f"{ROOT}/{name}/expected"
    example = next(f for f in sorted(os.listdir(folder)) if f.endswith(".safetensors") and not f.startswith("shapes"))
    wanted = [k[4:] for k in load_file(f"{folder}/{example}") if k.startswith("out.")]
    tensors = {f"in.{k}": v.contiguous() for k, v in inputs.items()}
    for key in wanted:
        if key in result and isinstance(result[key], torch.Tensor):
            tensors[f"out.{key}"] = result[key].contiguous()
    save_file(tensors, f"{folder}/{label}.safetensors")
    print(name, label, {k: tuple(v.shape) for k, v in tensors.items() if k.startswith("out.")}, flush=True)


wanted = sys.argv[1:]
for name in [n for n in {**CASES, **dict.fromkeys(sorted(INTERPOLATED))} if not wanted or n in wanted]:
    meta = json.load(open(f"{ROOT}/{name}/expected/meta.json"))
    model = getattr(transformers, meta["class"]).from_pretrained(f"{ROOT}/{name}").eval()
    if name in CASES and "odd" not in wanted:
        write(name, model, "shapes", CASES[name]())
    if name in INTERPOLATED:
        for label, size in ODD.items():
            inputs = {"pixel_values": pixels(2, *size), **(texts(name, 3) if name in ("clip", "siglip") else {})}
            # DINOv2 interpolates unasked.
            write(name, model, f"shapes-{label}", inputs, **({} if name == "dinov2" else {"interpolate_pos_encoding": True}))
