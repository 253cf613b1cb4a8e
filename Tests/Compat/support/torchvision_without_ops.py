"""Lets torchvision be imported beside a torch without CUDA.

The registry's torchvision is built for CUDA, and its compiled operators cannot be loaded by a CPU build of torch.
torchvision means to do without them, but 0.28 gives two of them (`nms`, `qnms`) a fake kernel without asking whether
they exist. Declaring those two is enough; calling one is still an error. Transforms, which is what timm and
transformers use, need no compiled operator.

scripts/compat-venvs.sh copies this file into an environment where torchvision cannot be imported otherwise, with a
`.pth` line that installs the hook at start. Nothing else of any library is touched.
"""

import sys


class BeforeTorchvision:
    """Finds no module itself; acts once, when torchvision is first looked for."""

    def find_spec(self, name, path=None, target=None):
        if name == "torchvision":
            sys.meta_path.remove(self)
            declare()
        return None


def declare() -> None:
    import importlib.util

    import torch

    spec = importlib.util.find_spec("torchvision")
    folder = spec.submodule_search_locations[0] if spec and spec.submodule_search_locations else ""
    try:
        torch.ops.load_library(f"{folder}/_C.so")
    except OSError:
        for operator in ("nms", "qnms"):
            torch.library.define(f"torchvision::{operator}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


sys.meta_path.insert(0, BeforeTorchvision())
