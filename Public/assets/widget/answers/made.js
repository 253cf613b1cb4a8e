// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { h } from "../dom.js";
import { ensureFrame } from "../stage.js";
import { words } from "../strings.js";
import { compare } from "./compare.js";

/// A picture that a model made: as the answer's body, or in JSON as `{image}` in base64.

export function showPicture(view, source) {
    const url = typeof source === "string" ? source : URL.createObjectURL(source);
    const image = h("img", { class: "w-canvas", src: url, alt: words.pictureShown });
    image.addEventListener("load", () => {
        size.textContent = `${image.naturalWidth} × ${image.naturalHeight}`;
        ensureFrame(view, { width: image.naturalWidth, height: image.naturalHeight });
    });
    const size = h("p", { class: "w-count" });
    compare(view.layer, image);
    view.onClear(() => typeof source !== "string" && URL.revokeObjectURL(url));
    view.panel.append(size, h("a", { class: "w-quiet w-save", href: url, download: "answer.png" }, words.save));
    return [words.pictureShown];
}

function show(view, answer) {
    if (answer.picture) return showPicture(view, answer.picture);
    const one = Array.isArray(answer.json) ? answer.json[0] : answer.json;
    const encoded = one?.image ?? one?.generated_image;
    if (typeof encoded !== "string") throw new Error(words.notUnderstood);
    return showPicture(view, encoded.startsWith("data:image/") ? encoded : `data:image/png;base64,${encoded}`);
}

export const imageToImage = { headers: { Accept: "image/png" }, show };
