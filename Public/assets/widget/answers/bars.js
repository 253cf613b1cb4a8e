// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { h } from "../dom.js";
import { percent, words } from "../strings.js";

/// `[{label, score}]` as bars.

/// Rows of words with a share of 1 each; whoever cannot see the bars reads the percents.
export function bars(rows) {
    return h("ol", { class: "w-bars" }, rows.map(({ name, score }, index) => h(
        "li", { class: index === 0 ? "w-row w-first" : "w-row" },
        h("span", { class: "w-row-name" }, name), h("span", { class: "w-row-value" }, percent(score)), track(score),
    )));
}

function track(score) {
    const width = `${100 * Math.min(1, Math.max(0, score))}%`;
    return h("span", { class: "w-track", "aria-hidden": "true" }, h("span", { class: "w-fill", style: { width } }));
}

/// Checked rows of an answer whose words are under `key`.
export function rowsOf(json, key) {
    if (!Array.isArray(json) || json.some((one) => typeof one?.[key] !== "string" || typeof one.score !== "number")) {
        throw new Error(words.notUnderstood);
    }
    return json.map((one) => ({ name: one[key], score: one.score }));
}

export function showRows(view, rows) {
    view.panel.append(rows.length ? bars(rows) : h("p", { class: "w-hint" }, words.nothing));
    return rows.slice(0, 5).map((row) => `${row.name} ${percent(row.score)}`);
}

const show = (view, answer) => showRows(view, rowsOf(answer.json, "label"));
const topK = { name: "top_k", says: words.topK, type: "number", min: 1, max: 1000, step: 1, placeholder: "5" };

export const classification = { options: [topK], show };

const template = {
    name: "hypothesis_template", says: words.hypothesis, type: "text", placeholder: "This is a photo of {}.",
};

export const zeroShotClassification = { needs: "labels", options: [template], show };
