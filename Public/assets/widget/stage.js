// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { button, h } from "./dom.js";
import { words } from "./strings.js";

/// Where the picture is, with what answers draw over it.
export function stage({ empty, onRemove }) {
    const frame = h("div", { class: "w-frame" });
    const note = h("p", { class: "w-hint w-note", hidden: true });
    const name = h("span", { class: "w-name" });
    const caption = h("figcaption", { class: "w-caption" }, name, button(words.remove, onRemove, { drawing: "close" }));
    const figure = h("figure", { class: "w-figure", hidden: true }, frame, caption, note);
    const element = h("div", { class: "w-stage" }, empty, figure);
    let url = null;

    return {
        element,
        frame,
        /// Shows a picture of picture.js, or none.
        show(picture) {
            if (url) URL.revokeObjectURL(url);
            url = picture?.url ?? null;
            empty.hidden = Boolean(picture);
            figure.hidden = !picture;
            frame.replaceChildren();
            if (!picture) return;
            name.textContent = words.picture(picture.name, picture.width, picture.height);
            note.textContent = picture.note ?? "";
            note.hidden = !picture.note;
            frame.hidden = !picture.url;
            if (!picture.url) return;
            proportion(frame, picture);
            frame.append(h("img", { class: "w-picture", src: picture.url, alt: words.alternative(picture.name) }));
        },
        /// A layer over the picture for one answer, in place of the former's. What a late answer draws is on its own
        /// layer, which nobody sees any more.
        layer() {
            this.clear();
            const layer = h("div", { class: "w-layer" });
            frame.append(layer);
            return layer;
        },
        clear() {
            for (const one of frame.querySelectorAll(".w-layer")) one.remove();
        },
    };
}

/// A frame for an answer's picture of this size, where the browser cannot show the picture that was asked about.
export function ensureFrame({ layer, picture }, size) {
    const frame = layer.parentElement;
    if (picture.width || !frame) return;
    proportion(frame, size);
    frame.hidden = false;
}

/// As large as the column allows, and not higher than a screen.
function proportion(frame, { width, height }) {
    frame.style.setProperty("aspect-ratio", `${width} / ${height}`);
    frame.style.setProperty("width", `min(100%, ${(26 * width) / height}rem)`);
}
