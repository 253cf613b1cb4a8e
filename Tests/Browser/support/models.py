"""The models that pages are tested with: small real and tiny checkpoints of Fixtures, one for each task."""

from __future__ import annotations

import pathlib

FIXTURES = pathlib.Path(__file__).resolve().parents[3] / "Fixtures"
IMAGES = FIXTURES / "vision" / "_images"

#: Name of the repo: folder below Fixtures and task.
MODELS = {
    "classify": ("repos/efficientnet_lite0", "image-classification"),
    "clip": ("vision/clip", "zero-shot-image-classification"),
    "detr": ("vision/detr", "object-detection"),
    "owlvit": ("vision/owlvit", "zero-shot-object-detection"),
    "segformer": ("vision/segformer", "image-segmentation"),
    "panoptic": ("vision/detr_panoptic", "image-segmentation"),
    "selfie": ("repos/selfie_segmentation", "image-segmentation"),
    "clipseg": ("vision/clipseg", "zero-shot-image-segmentation"),
    "dpt": ("vision/dpt", "depth-estimation"),
    "features": ("vision/vit_features", "image-feature-extraction"),
    "vqa": ("vision/vilt_vqa", "visual-question-answering"),
    "unsupported": ("repos/tiny_ddpm", "image-classification"),
}
#: Models without weights: their answers are canned.
CANNED = {
    "captions": "image-to-text",
    "enlarge": "image-to-image",
    "anything": "mask-generation",
    "odd": "some-new-task",
    "busy": "image-classification",
    "boxes": "object-detection",
}

EXAMPLES = [
    {"title": "Cat", "src": "/alice/classify/resolve/main/chelsea.png", "candidate_labels": "cat, cup, rocket", "question": "What is it?"},
    {"title": "Astronaut", "src": "/alice/classify/resolve/main/astronaut.png", "candidate_labels": ["person", "flag"]},
    {"title": "A cup of coffee with a long name", "src": "/alice/classify/resolve/main/coffee.png"},
    {"title": "Rocket", "src": "/alice/classify/resolve/main/rocket.png"},
]


def task_of(name: str) -> str:
    return CANNED.get(name) or MODELS[name][1]
