// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { fresh, h } from "../dom.js";

/// A labelled slider that says its value; `onInput` is called once at the start too.
export function slider({ says, min, max, step, value, shown, onInput }) {
    const id = fresh("slider");
    const output = h("output", { htmlFor: id, class: "w-slider-value" });
    const range = h("input", { type: "range", id, class: "w-slider", min, max, step });
    range.value = value;
    const update = () => {
        const now = Number(range.value);
        output.textContent = shown(now);
        range.setAttribute("aria-valuetext", shown(now));
        range.style.setProperty("--part", `${(100 * (now - min)) / (max - min)}%`);
        onInput(now);
    };
    range.addEventListener("input", update);
    update();
    return h("div", { class: "w-slider-line" }, h("label", { htmlFor: id }, says), output, range);
}
