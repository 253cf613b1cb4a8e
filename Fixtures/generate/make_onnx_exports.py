#!/usr/bin/env python3
"""Makes Fixtures/onnx/<name>: ONNX exports of some of the tiny checkpoints in Fixtures/vision, as hubs have them.

    pip install onnx onnxscript        # beside Tests/Compat/requirements/full.txt
    Fixtures/generate/make_onnx_exports.py

`onnx/model.onnx` with the names that Optimum gives inputs and outputs, the configuration files beside it, no safetensors.
The expected answers are those of the checkpoint itself.
"""

import pathlib
import shutil

import torch
import transformers

ROOT = pathlib.Path(__file__).parent.parent
# Name: (class, outputs).
EXPORTS = {
    "vit": ("ViTForImageClassification", ["logits"]),
    "segformer": ("SegformerForSemanticSegmentation", ["logits"]),
    "yolos": ("YolosForObjectDetection", ["logits", "pred_boxes"]),
    "glpn": ("GLPNForDepthEstimation", ["predicted_depth"]),
    "clip": ("CLIPModel", ["logits_per_image", "logits_per_text", "text_embeds", "image_embeds"]),
}
KEPT = (".json", ".txt")


class Plain(torch.nn.Module):
    """Takes inputs and gives outputs in an order, not by name."""

    def __init__(self, model, inputs, outputs):
        super().__init__()
        self.model, self.inputs, self.outputs = model, inputs, outputs

    def forward(self, *values):
        answer = self.model(**dict(zip(self.inputs, values)))
        return tuple(getattr(answer, name) for name in self.outputs)


def export(name: str) -> None:
    kind, outputs = EXPORTS[name]
    source, target = ROOT / "vision" / name, ROOT / "onnx" / name
    shutil.rmtree(target, ignore_errors=True)
    (target / "onnx").mkdir(parents=True)
    for file in source.iterdir():
        if file.suffix in KEPT and "index" not in file.name:
            shutil.copy(file, target / file.name)
    model = getattr(transformers, kind).from_pretrained(source, attn_implementation="eager").eval()
    from safetensors.torch import load_file

    stored = load_file(sorted((source / "expected").glob("*.safetensors"))[0])
    example = {key[3:]: value for key, value in stored.items() if key.startswith("in.")}
    inputs = [key for key in ("input_ids", "pixel_values", "attention_mask") if key in example]
    axes = {"pixel_values": {0: "batch_size", 2: "height", 3: "width"}, "input_ids": {0: "text_batch_size", 1: "sequence_length"}}
    axes["attention_mask"] = axes["input_ids"]
    if name in ("vit", "clip"):
        axes["pixel_values"] = {0: "batch_size"}
    with torch.no_grad():
        torch.onnx.export(
            Plain(model, inputs, outputs),
            tuple(example[key] for key in inputs),
            target / "onnx" / "model.onnx",
            input_names=inputs,
            output_names=outputs,
            dynamic_axes={key: axes[key] for key in inputs},
            opset_version=17,
            dynamo=False,
        )
    print(f"{name:12s} {(target / 'onnx' / 'model.onnx').stat().st_size:8d} bytes  {inputs} -> {outputs}")


if __name__ == "__main__":
    for name in EXPORTS:
        export(name)
