// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { fresh, h } from "./dom.js";
import { labelEntry } from "./labels.js";
import { words } from "./strings.js";

/// What is asked beside the picture: labels, a question, options; by what a task's answer module says it needs.
///
/// - Returns: `{element, values(), missing(), fill(example)}`; `values` are the call's parameters.
export function fields({ kind, model, announce, onSubmit }) {
    const title = kind.labelsTitle ?? words.labels;
    const labels = kind.needs === "labels" && labelEntry({ model, title, announce, onSubmit });
    const question = kind.needs === "question" && questionEntry(onSubmit);
    const options = (kind.options ?? []).map(optionEntry);
    const more = options.length > 0 && h(
        "details", { class: "w-more" },
        h("summary", {}, words.options), h("div", { class: "w-options" }, options.map((option) => option.element)),
    );
    return {
        element: h("div", { class: "w-fields" }, labels && labels.element, question && question.element, more),
        values() {
            labels && labels.add();
            const values = { ...kind.parameters };
            if (labels) values.candidate_labels = labels.get();
            if (question) values.question = question.get();
            for (const option of options) {
                const value = option.get();
                if (value !== undefined) values[option.name] = value;
            }
            return values;
        },
        /// Words for what has to be filled in first, and its field; `null` if nothing.
        missing() {
            if (labels && !labels.get().length) return { message: words.needLabels, field: labels };
            if (question && !question.get()) return { message: words.needQuestion, field: question };
            return null;
        },
        /// What an example brings along.
        fill(example) {
            if (labels && example.candidate_labels) labels.set(example.candidate_labels);
            if (question && (example.question || example.text)) question.set(example.question || example.text);
        },
    };
}

function questionEntry(onSubmit) {
    const id = fresh("question");
    const entry = h("input", {
        type: "text", id, class: "w-entry w-alone", placeholder: words.questionExample, maxLength: 1000,
        autocomplete: "off", enterKeyHint: "send",
        onkeydown(event) {
            if (event.key !== "Enter" || event.isComposing) return;
            event.preventDefault();
            onSubmit();
        },
    });
    return {
        element: h("div", { class: "w-field" }, h("label", { htmlFor: id, class: "w-legend" }, words.question), entry),
        get: () => entry.value.trim(),
        set: (text) => (entry.value = String(text)),
        focus: () => entry.focus(),
    };
}

/// An option is `{name, says, type: "number" | "text" | "choice" | "check", min?, max?, step?, choices?, placeholder?}`.
/// What is left empty is not sent: the hub's own value holds.
function optionEntry(option) {
    const id = fresh("option");
    if (option.type === "check") return checkEntry(option, id);
    const choices = option.choices?.map((choice) => h("option", { value: choice }, choice || words.standard));
    const entry = option.type === "choice"
        ? h("select", { id, class: "w-entry w-alone" }, choices)
        : h("input", {
            type: option.type, id, class: "w-entry w-alone", placeholder: option.placeholder ?? words.standard,
            autocomplete: "off", min: option.min, max: option.max, step: option.step,
        });
    return {
        name: option.name,
        element: h("div", { class: "w-field" }, h("label", { htmlFor: id }, option.says), entry),
        get() {
            const text = entry.value.trim();
            if (!text || !entry.checkValidity()) return undefined;
            return option.type === "number" ? Number(text) : text;
        },
    };
}

/// Sent as true, or not at all.
function checkEntry(option, id) {
    const box = h("input", { type: "checkbox", id, class: "w-check" });
    return {
        name: option.name,
        element: h("div", { class: "w-field w-check-line" }, box, h("label", { htmlFor: id }, option.says)),
        get: () => box.checked || undefined,
    };
}
