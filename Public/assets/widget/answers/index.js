// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { classification, zeroShotClassification } from "./bars.js";
import { detection, zeroShotDetection } from "./boxes.js";
import { caption } from "./caption.js";
import { depth } from "./depth.js";
import { features } from "./features.js";
import { maskGeneration, segmentation, zeroShotSegmentation } from "./masks.js";
import { imageToImage } from "./made.js";
import { questions } from "./questions.js";
import { raw } from "./raw.js";

/// What is asked and how answers are shown, by task. A kind is
/// `{needs?: "labels" | "question", labelsTitle?, options?, parameters?, standards?, headers?, show(view, answer)}`:
/// `parameters` are always sent, and `standards` stand for them in code; `show` draws into `view.panel` and over the
/// picture in `view.layer`, may throw when the answer has another form, and returns the answer in a few words, for
/// people who hear it.
const kinds = {
    "image-classification": classification,
    "zero-shot-image-classification": zeroShotClassification,
    "object-detection": detection,
    "zero-shot-object-detection": zeroShotDetection,
    "image-segmentation": segmentation,
    "zero-shot-image-segmentation": zeroShotSegmentation,
    "mask-generation": maskGeneration,
    "depth-estimation": depth,
    "image-feature-extraction": features,
    "visual-question-answering": questions,
    "document-question-answering": questions,
    "image-to-text": caption,
    "image-to-image": imageToImage,
};

export const kindOf = (task) => (Object.hasOwn(kinds, task) ? kinds[task] : raw);
export { raw };
