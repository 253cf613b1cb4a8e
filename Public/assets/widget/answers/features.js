// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { signed } from "../colour.js";
import { copyButton } from "../copy.js";
import { h } from "../dom.js";
import { decimal, words } from "../strings.js";

/// Numbers in nested lists: their shape, a norm, and a strip of colours.

const ROWS = 64;

function shapeOf(value) {
    const shape = [];
    for (let one = value; Array.isArray(one); [one] = one) shape.push(one.length);
    return shape;
}

function show(view, answer) {
    const shape = shapeOf(answer.json);
    const dimension = shape.at(-1);
    const numbers = Array.isArray(answer.json) ? answer.json.flat(shape.length - 1) : [];
    if (!dimension || numbers.some((value) => typeof value !== "number")) throw new Error(words.notUnderstood);
    const count = Math.floor(numbers.length / dimension);
    const first = numbers.slice(0, dimension);
    const low = numbers.reduce((least, value) => Math.min(least, value), Infinity);
    const high = numbers.reduce((most, value) => Math.max(most, value), -Infinity);
    const facts = [
        [words.shape, shape.join(" × ")],
        [words.norm(count), decimal(Math.hypot(...first))],
        [words.range, `${decimal(low)} … ${decimal(high)}`],
    ];
    const rows = Math.min(count, ROWS);
    view.panel.append(
        h("p", { class: "w-said" }, words.vectors(count, dimension)),
        strip(numbers, rows, dimension, Math.max(Math.abs(low), Math.abs(high)) || 1),
        h(
            "dl", { class: "w-table" },
            facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
        ),
        h("div", { class: "w-bar" }, copyButton("JSON", () => answer.text, { says: words.copyJSON })),
    );
    return [words.vectors(count, dimension)];
}

function strip(numbers, rows, dimension, largest) {
    const canvas = h("canvas", {
        width: dimension, height: rows, class: rows === 1 ? "w-strip w-strip-one" : "w-strip",
        role: "img", "aria-label": words.strip(rows),
    });
    const context = canvas.getContext("2d");
    const target = context.createImageData(dimension, rows);
    for (let at = 0; at < rows * dimension; at += 1) target.data.set([...signed(numbers[at] / largest), 255], 4 * at);
    context.putImageData(target, 0, 0);
    return canvas;
}

export const features = { options: [{ name: "pool", says: words.pool, type: "check" }], show };
