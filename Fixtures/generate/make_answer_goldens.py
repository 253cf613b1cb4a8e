#!/usr/bin/env python3
"""What the reference library makes of stored network outputs, where the fixtures hold one kind of answer only.

    python make_answer_goldens.py VISION OUT

VISION is Fixtures/vision, OUT is VISION/_answers: answers.json and the masks as PNG. Made with transformers 5.23.
"""
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
import numpy as np
import torch
import transformers as T
from PIL import Image
from safetensors.torch import load_file

vision, out = sys.argv[1:]
os.makedirs(out, exist_ok=True)
answers = {"versions": {"transformers": T.__version__, "torch": torch.__version__}, "segmentation": [], "guided": []}


# MaskFormer's instances ask for the best pairs in no order. Of a network of usual size torch gives them in order, of one as
# small as these it does not: ask for what the usual ones get.
unordered = torch.Tensor.topk
torch.Tensor.topk = lambda self, k, *a, **kw: unordered(self, k, *a, **{**kw, "sorted": True})


class Outputs(dict):
    __getattr__ = dict.__getitem__


for name in ("detr_panoptic", "maskformer_swin", "segformer"):
    processor = T.AutoImageProcessor.from_pretrained(os.path.join(vision, name))
    labels = T.AutoConfig.from_pretrained(os.path.join(vision, name)).id2label
    for photo in ("chelsea", "coffee", "astronaut"):
        if not os.path.exists(os.path.join(vision, name, "expected", photo + ".safetensors")):
            continue
        size = Image.open(os.path.join(vision, "_images", photo + ".png")).size[::-1]
        tensors = load_file(os.path.join(vision, name, "expected", photo + ".safetensors"))
        outputs = Outputs({k[4:]: v for k, v in tensors.items() if k.startswith("out.")})
        for subtask in ("panoptic", "instance", "semantic"):
            method = getattr(processor, f"post_process_{subtask}_segmentation", None)
            if method is None:
                continue
            for settings in [{}] if subtask == "semantic" else [dict(threshold=.9, mask_threshold=.5, overlap_mask_area_threshold=.5), dict(threshold=.3, mask_threshold=.3, overlap_mask_area_threshold=.8)]:
                given = {k: v for k, v in settings.items() if k in method.__code__.co_varnames}
                outputs_copy = Outputs({k: v.clone() for k, v in outputs.items()})
                result = method(outputs_copy, target_sizes=[size], **given)[0]
                if subtask == "semantic":
                    found = [(None, labels[int(i)], result == i) for i in result.unique()]
                else:
                    found = [(s["score"], labels[s["label_id"]], result["segmentation"] == s["id"]) for s in result["segments_info"]]
                case = {"fixture": name, "photo": photo, "subtask": subtask, **settings, "segments": []}
                for i, (score, label, mask) in enumerate(found):
                    file = f"{name}.{photo}.{subtask}.{int(100 * settings.get('threshold', 0))}.{i}.png"
                    Image.fromarray((mask.numpy() * 255).astype(np.uint8)).save(os.path.join(out, file), optimize=True)
                    case["segments"].append({"score": score, "label": label, "mask": file})
                answers["segmentation"].append(case)

# A picture asking for its like: the detector's own boxes, scored by the first text.
processor = T.AutoImageProcessor.from_pretrained(os.path.join(vision, "owlvit"))
for photo in ("coffee", "astronaut"):
    size = Image.open(os.path.join(vision, "_images", photo + ".png")).size[::-1]
    tensors = load_file(os.path.join(vision, "owlvit", "expected", photo + ".safetensors"))
    for threshold, nms in ((0.0, 0.3), (0.05, 0.1), (0.6, 1.0)):
        outputs = Outputs(logits=tensors["out.logits"].clone(), target_pred_boxes=tensors["out.pred_boxes"].clone())
        result = processor.post_process_image_guided_detection(outputs, threshold=threshold, nms_threshold=nms, target_sizes=torch.tensor([size]))
        found = [] if not result else [{"score": s.item(), "box": b.int().tolist()} for s, b in zip(result[0]["scores"], result[0]["boxes"])]
        answers["guided"].append({"photo": photo, "threshold": threshold, "nms": nms, "found": sorted(found, key=lambda x: -x["score"])})
json.dump(answers, open(os.path.join(out, "answers.json"), "w"), indent=1)
print(len(answers["segmentation"]), [len(c["segments"]) for c in answers["segmentation"]], [len(c["found"]) for c in answers["guided"]])
