// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { maps } from "../colour.js";
import { fresh, h, memory } from "../dom.js";
import { decoded } from "../picture.js";
import { words } from "../strings.js";
import { ensureFrame } from "../stage.js";
import { compare } from "./compare.js";

/// Longest side at which depth is drawn: more than screens show.
const SIDE = 1600;

/// `{predicted_depth, depth}`: the 8-bit picture of the depth in colours, over the picture.
async function show(view, answer) {
    const { depth: encoded, predicted_depth: values } = answer.json ?? {};
    if (typeof encoded !== "string") throw new Error(words.notUnderstood);
    const image = await decoded(`data:image/png;base64,${encoded}`);
    if (!image) throw new Error(words.notUnderstood);
    const ratio = Math.min(1, SIDE / Math.max(image.naturalWidth, image.naturalHeight));
    const width = Math.max(1, Math.round(image.naturalWidth * ratio));
    const height = Math.max(1, Math.round(image.naturalHeight * ratio));
    const canvas = h("canvas", { width, height, class: "w-canvas", role: "img", "aria-label": words.depthShown });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, width, height);
    const source = context.getImageData(0, 0, width, height).data;

    const bar = h("canvas", { width: 256, height: 1, class: "w-ramp", "aria-hidden": "true" });
    function paint(name) {
        const colours = maps[name];
        const target = context.createImageData(width, height);
        for (let at = 0; at < source.length; at += 4) {
            const [red, green, blue] = colours[source[at]];
            target.data[at] = red;
            target.data[at + 1] = green;
            target.data[at + 2] = blue;
            target.data[at + 3] = 255;
        }
        context.putImageData(target, 0, 0);
        const ramp = bar.getContext("2d");
        for (const [x, [red, green, blue]] of colours.entries()) {
            ramp.fillStyle = `rgb(${red} ${green} ${blue})`;
            ramp.fillRect(x, 0, 1, 1);
        }
    }

    ensureFrame(view, { width, height });
    const { range } = compare(view.layer, canvas);
    const remembered = memory.get("colours");
    const chosen = Object.hasOwn(maps, remembered) ? remembered : "viridis";
    paint(chosen);
    const group = fresh("map");
    const choices = Object.keys(maps).map((name) => {
        const onchange = () => {
            paint(name);
            memory.set("colours", name);
        };
        const radio = h("input", { type: "radio", name: group, value: name, checked: name === chosen, onchange });
        return h("label", { class: "w-choice" }, radio, h("span", {}, words.colourMaps[name]));
    });
    const extent = extentOf(values);
    const here = h("p", { class: "w-hint" });
    if (extent) followed(range, here, values);
    view.panel.append(
        h(
            "fieldset", { class: "w-choices" },
            h("legend", { class: "w-legend" }, words.colours), h("div", { class: "w-choice-row" }, choices),
        ),
        h("div", { class: "w-ramp-line" }, h("span", {}, words.far), bar, h("span", {}, words.near)),
    );
    if (extent) {
        const range = h("p", { class: "w-hint" }, words.depthRange(extent.low, extent.high));
        view.panel.append(h("div", { class: "w-here-line" }, range, here));
    }
    return extent ? [words.depthRange(extent.low, extent.high)] : [words.depth];
}

function extentOf(values) {
    let low = Infinity;
    let high = -Infinity;
    if (!Array.isArray(values)) return null;
    for (const row of values) {
        if (!Array.isArray(row)) return null;
        for (const value of row) {
            if (value < low) low = value;
            if (value > high) high = value;
        }
    }
    return low <= high ? { low, high } : null;
}

/// Says the value under the pointer.
function followed(place, output, values) {
    const at = (part, length) => Math.min(length - 1, Math.max(0, Math.floor(part * length)));
    place.addEventListener("pointermove", (event) => {
        const box = place.getBoundingClientRect();
        const row = values[at((event.clientY - box.top) / box.height, values.length)];
        const value = row?.[at((event.clientX - box.left) / box.width, row.length)];
        if (typeof value === "number") output.textContent = words.depthHere(value);
    });
}

export const depth = { show };
