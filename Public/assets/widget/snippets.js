// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { address } from "./api.js";

/// The same question from a shell and from Python, as texts. Texts of people are quoted for the language they go into.

/// In a shell's single quotes.
const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function python(value) {
    if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "boolean") return value ? "True" : "False";
    return String(value);
}

const hasAny = (parameters) => Object.keys(parameters).length > 0;

/// `{origin, model, revision, task, isPrivate}` and the call's parameters.
export function curl(target, parameters) {
    const url = target.origin + address(target);
    const lines = [`curl ${shell(url)}`];
    if (target.isPrivate) lines.push('-H "Authorization: Bearer $HF_TOKEN"');
    if (!hasAny(parameters)) {
        lines.push("--data-binary @photo.jpg");
        return lines.join(" \\\n    ");
    }
    lines.push("-H 'Content-Type: application/json'", "--data-binary @-");
    // The picture is in base64 within JSON: printf puts it there, and curl reads it without a limit on its length.
    const rest = shell(`", "parameters": ${JSON.stringify(parameters)}}`);
    const body = `(printf '{"inputs": "'; base64 < photo.jpg | tr -d '\\n'; printf %s ${rest})`;
    return `${body} |\n${lines.join(" \\\n    ")}`;
}

/// Methods of InferenceClient and the parameters they take by name.
const METHODS = {
    "image-classification": ["image_classification", ["top_k", "function_to_apply"]],
    "zero-shot-image-classification": ["zero_shot_image_classification", ["candidate_labels", "hypothesis_template"]],
    "object-detection": ["object_detection", ["threshold"]],
    "image-segmentation": [
        "image_segmentation", ["subtask", "threshold", "mask_threshold", "overlap_mask_area_threshold"],
    ],
    "visual-question-answering": ["visual_question_answering", ["question", "top_k"]],
    "image-to-text": ["image_to_text", []],
    "image-to-image": ["image_to_image", []],
};

export function client(target, parameters) {
    const [method, known] = METHODS[target.task] ?? [];
    if (!method || Object.keys(parameters).some((name) => !known.includes(name))) return plain(target, parameters);
    // The client asks for the model's own task, which is the one of this page.
    const url = target.origin + address({ ...target, task: null });
    const token = target.isPrivate ? ', token="hf_…"' : "";
    const rest = Object.entries(parameters).map(([name, value]) => `, ${name}=${python(value)}`).join("");
    return `from huggingface_hub import InferenceClient

client = InferenceClient(model=${python(url)}${token})
answer = client.${method}("photo.jpg"${rest})
print(answer)
`;
}

/// For what InferenceClient has no method for.
function plain(target, parameters) {
    const url = target.origin + address(target);
    const headers = target.isPrivate ? ', headers={"Authorization": "Bearer hf_…"}' : "";
    if (!hasAny(parameters)) {
        return `import requests

picture = open("photo.jpg", "rb").read()
answer = requests.post(${python(url)}, data=picture${headers})
print(answer.json())
`;
    }
    const line = ([name, value]) => `    ${python(name)}: ${python(value)},\n`;
    const lines = Object.entries(parameters).map(line).join("");
    return `import base64, requests

picture = base64.b64encode(open("photo.jpg", "rb").read()).decode()
parameters = {
${lines}}
answer = requests.post(${python(url)}, json={"inputs": picture, "parameters": parameters}${headers})
print(answer.json())
`;
}

const attribute = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

export function frame({ origin, model }, title) {
    const path = model.split("/").map(encodeURIComponent).join("/");
    return `<iframe src="${attribute(`${origin}/${path}/embed`)}" title="${attribute(title)}"
    width="100%" height="640" style="border: 0" allow="camera; clipboard-write"></iframe>
`;
}
