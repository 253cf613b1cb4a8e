// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { thing, css } from "../colour.js";
import { h, memory } from "../dom.js";
import { decoded } from "../picture.js";
import { ensureFrame } from "../stage.js";
import { percent, words } from "../strings.js";
import { layers } from "./layers.js";
import { slider } from "./slider.js";

/// `[{label, score, mask}]`, masks as PNG in base64, or `{masks, scores}`: drawn over the picture, with a legend.

const MOST = 128;

function checked(json) {
    const apart = () => json?.masks?.map((mask, index) => ({ mask, score: json.scores?.[index] }));
    const list = Array.isArray(json) ? json : apart();
    if (!Array.isArray(list) || list.some((one) => typeof one?.mask !== "string")) throw new Error(words.notUnderstood);
    return list.map((one, index) => ({
        mask: one.mask,
        label: typeof one.label === "string" ? one.label : words.unnamed(index + 1),
        score: typeof one.score === "number" ? one.score : null,
    }));
}

async function show(view, answer) {
    const all = checked(answer.json);
    const things = all.slice(0, MOST);
    if (!things.length) {
        view.panel.append(h("p", { class: "w-hint" }, words.noBoxesAtAll));
        return [words.noBoxesAtAll];
    }
    const images = await Promise.all(things.map((one) => decoded(`data:image/png;base64,${one.mask}`)));
    if (images.some((image) => !image)) throw new Error(words.notUnderstood);
    const drawing = layers(images, things.map((_, index) => thing(index)));

    const canvas = drawing.canvas;
    ensureFrame(view, canvas);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", words.masks(things.length));
    view.layer.append(h("div", { class: "w-overlay" }, canvas));

    const rows = things.map((one, index) => legendRow(one, index, drawing.shares[index]));
    const list = h("ul", { class: "w-list" }, rows.map((row) => row.item));
    let lit = -1;
    const light = (index) => {
        if (index === lit) return;
        lit = index;
        for (const [at, row] of rows.entries()) row.item.classList.toggle("w-lit", at === index);
        redraw();
    };
    const redraw = () => drawing.draw(rows.map((row) => row.box.checked), lit);
    for (const [index, { item, box }] of rows.entries()) {
        box.addEventListener("change", redraw);
        item.addEventListener("pointerenter", () => light(index));
        item.addEventListener("pointerleave", () => light(-1));
        box.addEventListener("focus", () => light(index));
        box.addEventListener("blur", () => light(-1));
    }
    canvas.addEventListener("pointermove", (event) => light(drawing.at(event, rows.map((row) => row.box.checked))));
    canvas.addEventListener("pointerleave", () => light(-1));
    redraw();

    const toggleAll = (isShown) => () => {
        for (const row of rows) row.box.checked = isShown;
        redraw();
    };
    view.panel.append(
        slider({
            says: words.opacity, min: 0, max: 1, step: 0.05, value: memory.get("opacity") ?? 0.6,
            shown: (value) => `${Math.round(100 * value)}%`,
            onInput(value) {
                canvas.style.setProperty("opacity", String(value));
                memory.set("opacity", value);
            },
        }),
        h(
            "div", { class: "w-count-line" }, h("p", { class: "w-count" }, words.masks(things.length)),
            things.length > 1 && [
                h("button", { type: "button", class: "w-link", onclick: toggleAll(true) }, words.showAll),
                h("button", { type: "button", class: "w-link", onclick: toggleAll(false) }, words.hideAll),
            ],
        ),
        list,
    );
    if (all.length > MOST) view.panel.append(h("p", { class: "w-hint" }, words.more(all.length - MOST)));
    return things.slice(0, 8).map((one, index) => `${one.label}, ${words.share(drawing.shares[index])}`);
}

function legendRow(one, index, share) {
    const box = h("input", { type: "checkbox", class: "w-check", checked: true });
    const value = one.score === null ? "" : percent(one.score);
    const item = h("li", {}, h(
        "label", { class: "w-row-button" }, box,
        h("span", { class: "w-swatch", "aria-hidden": "true", style: { background: css(thing(index)) } }),
        h("span", { class: "w-row-name" }, one.label, h("small", {}, words.share(share))),
        h("span", { class: "w-row-value" }, value),
    ));
    return { item, box };
}

export const segmentation = {
    options: [
        { name: "subtask", says: words.subtask, type: "choice", choices: ["", "panoptic", "instance", "semantic"] },
        { name: "threshold", says: words.certainty, type: "number", min: 0, max: 1, step: 0.01, placeholder: "0.9" },
    ],
    show,
};
export const zeroShotSegmentation = { needs: "labels", labelsTitle: words.things, show };
export const maskGeneration = { show };
