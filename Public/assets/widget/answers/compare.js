// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { h, icon } from "../dom.js";
import { percent, words } from "../strings.js";

/// Lays a picture over the one in the stage, with a handle that moves how much of it is seen. The handle is a slider
/// over the whole picture: pointer, touch and arrow keys move it.
export function compare(layer, over) {
    const top = h("div", { class: "w-compare-top" }, over);
    const knob = h("span", { class: "w-compare-knob" }, icon("sides"));
    const line = h("span", { class: "w-compare-line", "aria-hidden": "true" }, knob);
    const range = h("input", {
        type: "range", class: "w-compare", min: 0, max: 100, step: 1, "aria-label": words.compare,
    });
    range.value = 50;
    const update = () => {
        const part = Number(range.value);
        top.style.setProperty("clip-path", `inset(0 0 0 ${part}%)`);
        line.style.setProperty("left", `${part}%`);
        range.setAttribute("aria-valuetext", percent(1 - part / 100));
    };
    range.addEventListener("input", update);
    update();
    layer.append(h("div", { class: "w-overlay w-comparing" }, top, line, range));
    return { range };
}
