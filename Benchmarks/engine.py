#!/usr/bin/env python3
"""The same ONNX files on the hub and on the engine's own Python binding, called bare: what is ours is the difference.

    pip install onnx onnxscript onnxruntime==1.32.0      # beside Tests/Compat/requirements/full.txt
    Benchmarks/engine.py FOLDER --hubd PATH --hubctl PATH [--rounds N]

FOLDER holds checkpoints of `make_vision_fixtures.py --full`. Both sides run with two threads, in turns. Writes
results/engine.json and .md.
"""

from __future__ import annotations

import argparse
import io
import json
import pathlib
import shutil
import statistics
import tempfile
import time

import widgets

MODELS = {"vit_b16": "ViTForImageClassification", "resnet50": "ResNetForImageClassification", "convnext_t": "ConvNextForImageClassification"}


def export(folder: pathlib.Path, kind: str, target: pathlib.Path) -> None:
    import torch
    import transformers

    (target / "onnx").mkdir(parents=True)
    for name in ("config.json", "preprocessor_config.json"):
        shutil.copy(folder / name, target / name)
    model = getattr(transformers, kind).from_pretrained(folder, attn_implementation="eager").eval()

    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, pixels):
            return self.model(pixels).logits

    with torch.no_grad():
        torch.onnx.export(
            Logits().eval(), (torch.zeros(1, 3, 224, 224),), target / "onnx" / "model.onnx", input_names=["pixel_values"], output_names=["logits"],
            dynamic_axes={"pixel_values": {0: "batch_size"}}, opset_version=17, dynamo=False,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--hubd", required=True)
    parser.add_argument("--hubctl", required=True)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    import numpy
    import onnxruntime
    from PIL import Image

    stream = io.BytesIO()
    Image.open(widgets.HERE.parent / "Fixtures" / "vision" / "_images" / "coffee.png").convert("RGB").resize((600, 400)).save(stream, "JPEG", quality=90)
    body = stream.getvalue()
    rows = []
    with tempfile.TemporaryDirectory(prefix="vitrine-engine-") as scratch:
        hub = widgets.Hub(arguments.hubd, arguments.hubctl, pathlib.Path(scratch))
        try:
            for name, kind in MODELS.items():
                target = pathlib.Path(scratch) / name
                export(arguments.folder / name, kind, target)
                hub.push(target, name)
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = widgets.THREADS
                options.add_session_config_entry("session.disable_prepacking", "1")
                options.add_session_config_entry("session.intra_op.allow_spinning", "0")
                session = onnxruntime.InferenceSession(target / "onnx" / "model.onnx", options, providers=["CPUExecutionProvider"])
                pixels = numpy.random.default_rng(0).standard_normal((1, 3, 224, 224), dtype=numpy.float32)
                hub.ask(name, "image-classification", body)
                session.run(None, {"pixel_values": pixels})
                whole, ours, bare = [], [], []
                for _ in range(arguments.rounds):
                    before = hub.stages(name)["network"]
                    count = len(whole) + 1
                    whole.append(hub.ask(name, "image-classification", body)[0])
                    # The mean so far tells the latest run.
                    ours.append(hub.stages(name)["network"] * (count + 1) - before * count)
                    start = time.perf_counter()
                    session.run(None, {"pixel_values": pixels})
                    bare.append(time.perf_counter() - start)
                row = {"name": name, "bare_ms": 1000 * statistics.median(bare), "network_ms": 1000 * statistics.median(ours), "whole_ms": 1000 * statistics.median(whole)}
                rows.append(row)
                print(row, flush=True)
        finally:
            hub.stop()
    result = {"engine": onnxruntime.__version__, "rounds": arguments.rounds, "threads": widgets.THREADS, "rows": rows}
    lines = [
        "# The engine bare and in the hub", "",
        f"The same ONNX files, {widgets.THREADS} threads, medians of {arguments.rounds} in turns: ONNX Runtime {onnxruntime.__version__} from its Python binding with",
        "the hub's options, its run inside the hub's worker, and a whole answer over HTTP (JPEG of 600 × 400 pixels to JSON).", "",
        "| network | bare, ms | in the hub, ms | | whole answer, ms | over bare |", "|---|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        lines.append(
            f"| {row['name']} | {row['bare_ms']:.1f} | {row['network_ms']:.1f} | {row['network_ms'] / row['bare_ms']:.3f} × | {row['whole_ms']:.1f} | "
            f"{row['whole_ms'] - row['bare_ms']:.1f} ms |"
        )
    (widgets.HERE / "results" / "engine.json").write_text(json.dumps(result, indent=1) + "\n")
    (widgets.HERE / "results" / "engine.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
