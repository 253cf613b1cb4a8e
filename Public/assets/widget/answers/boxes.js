// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { byLabel, css, textOn } from "../colour.js";
import { h, s } from "../dom.js";
import { percent, words } from "../strings.js";
import { linked } from "./linked.js";
import { slider } from "./slider.js";

/// `[{label, score, box}]` as frames over the picture, linked with a list.

const SIDES = ["xmin", "ymin", "xmax", "ymax"];
/// More rows help nobody.
const MOST = 200;

function checked(json) {
    const isBox = (box) => SIDES.every((side) => Number.isFinite(box?.[side]));
    const isThing = (one) => typeof one?.label === "string" && typeof one.score === "number" && isBox(one.box);
    if (!Array.isArray(json) || !json.every(isThing)) throw new Error(words.notUnderstood);
    return json.toSorted((one, other) => other.score - one.score).slice(0, MOST);
}

/// The part of a box that lies in the picture.
function within({ xmin, ymin, xmax, ymax }, { width, height }) {
    const x = Math.max(0, xmin);
    const y = Math.max(0, ymin);
    return { x, y, width: Math.max(0, Math.min(width, xmax) - x), height: Math.max(0, Math.min(height, ymax) - y) };
}

function draw(thing, colour, picture) {
    const box = within(thing.box, picture);
    const share = (part, whole) => `${(100 * part) / whole}%`;
    const rectangle = (name) => s("rect", { ...box, class: name, "vector-effect": "non-scaling-stroke", rx: 0 });
    const mark = s("g", { class: "w-box" }, rectangle("w-box-edge"), rectangle("w-box-line"));
    mark.style.setProperty("--thing", css(colour));
    const tag = h("span", {
        class: box.y / picture.height > 0.08 ? "w-tag" : "w-tag w-tag-inside", "aria-hidden": "true",
        style: {
            left: share(box.x, picture.width), top: share(box.y, picture.height),
            background: css(colour), color: textOn(colour),
        },
    }, thing.label, h("span", {}, ` ${percent(thing.score)}`));
    if (box.x / picture.width > 0.6) {
        tag.style.removeProperty("left");
        tag.style.setProperty("right", share(picture.width - box.x - box.width, picture.width));
    }
    return { mark, tag, area: box.width * box.height };
}

function listRow(thing, colour) {
    return h(
        "button", { type: "button", class: "w-row-button" },
        h("span", { class: "w-swatch", "aria-hidden": "true", style: { background: css(colour) } }),
        h("span", { class: "w-row-name" }, thing.label), h("span", { class: "w-row-value" }, percent(thing.score)),
    );
}

const showing = (floor, standard) => (view, answer) => {
    const things = checked(answer.json);
    const colours = byLabel(things.map((thing) => thing.label));
    const hasSize = Boolean(view.picture.width);
    const items = things.map((thing) => {
        const colour = colours.get(thing.label);
        const row = listRow(thing, colour);
        return { thing, row, item: h("li", {}, row), ...(hasSize ? draw(thing, colour, view.picture) : {}) };
    });
    if (hasSize) {
        const { width, height } = view.picture;
        const marks = s("svg", {
            class: "w-marks", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true",
        });
        // The smaller lie above, so that each can be pointed at.
        marks.append(...items.toSorted((one, other) => other.area - one.area).map((item) => item.mark));
        const layer = h("div", { class: "w-overlay" }, marks, items.map((item) => item.tag));
        view.layer.append(layer);
        linked(layer, items.map((item) => ({ row: item.row, marks: [item.mark, item.tag], target: item.mark })));
    }
    const count = h("p", { class: "w-count", role: "status" });
    const none = h("p", { class: "w-hint" });
    const threshold = slider({
        says: words.threshold, min: floor, max: 1, step: 0.01, value: standard, shown: percent,
        onInput(value) {
            let shown = 0;
            for (const { thing, item, mark, tag } of items) {
                const isShown = thing.score >= value;
                shown += isShown;
                for (const one of [item, mark, tag]) if (one) one.toggleAttribute("hidden", !isShown);
            }
            count.textContent = words.boxes(shown, items.length);
            none.textContent = items.length ? words.noBoxes : words.noBoxesAtAll;
            none.hidden = shown > 0;
            view.onParameters?.({ threshold: value });
        },
    });
    view.panel.append(threshold, count, none, h("ul", { class: "w-list" }, items.map((item) => item.item)));
    const sure = things.filter((thing) => thing.score >= standard);
    if (!sure.length) return [words.noBoxesAtAll];
    return sure.slice(0, 8).map((thing) => `${thing.label} ${percent(thing.score)}`);
};

/// Everything above the slider's lowest place is asked for; the threshold then works without asking again.
export const detection = { parameters: { threshold: 0.1 }, standards: { threshold: 0.5 }, show: showing(0.1, 0.5) };

export const zeroShotDetection = {
    needs: "labels",
    labelsTitle: words.things,
    parameters: { threshold: 0.02 },
    standards: { threshold: 0.1 },
    show: showing(0.02, 0.1),
};
