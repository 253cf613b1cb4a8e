// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { fresh, h, icon, memory } from "./dom.js";
import { words } from "./strings.js";

const MOST = 64;

/// Labels as people give them: `"cat, dog"` or `["cat", "dog"]`.
export function parseLabels(given) {
    const parts = Array.isArray(given) ? given.map(String) : String(given ?? "").split(/[,\n]/);
    return [...new Set(parts.map((label) => label.trim().slice(0, 200)).filter(Boolean))].slice(0, MOST);
}

/// The entry of labels, remembered for each model.
/// - Returns: `{element, get(), set(labels), focus()}`.
export function labelEntry({ model, title, announce, onSubmit }) {
    const key = `labels.${model}`;
    let labels = parseLabels(memory.get(key) ?? []);
    const id = fresh("labels");
    const list = h("ul", { class: "w-chips", "aria-label": title });
    const entry = h("input", {
        type: "text", id, class: "w-entry", placeholder: words.addLabel, maxLength: 400,
        autocomplete: "off", enterKeyHint: "done",
        "aria-describedby": `${id}-hint`,
    });

    function change(next) {
        labels = next;
        memory.set(key, labels);
        draw();
    }

    /// - Returns: whether there was anything to add.
    function add() {
        const added = parseLabels(entry.value).filter((label) => !labels.includes(label));
        entry.value = "";
        if (!added.length) return false;
        change(parseLabels([...labels, ...added]));
        announce(words.labelAdded(added.join(", "), labels.length));
        return true;
    }

    function remove(label) {
        const index = labels.indexOf(label);
        change(labels.filter((one) => one !== label));
        announce(words.labelRemoved(label, labels.length));
        const rest = list.querySelectorAll(".w-chip-remove");
        (rest[Math.min(index, rest.length - 1)] ?? entry).focus();
    }

    function edit(label, isReplaced) {
        add();
        change(labels.filter((one) => one !== label));
        entry.value = label;
        entry.focus();
        if (isReplaced) entry.select();
    }

    function draw() {
        list.replaceChildren(...labels.map(chip));
        list.hidden = !labels.length;
    }

    function chip(label) {
        const change = { class: "w-chip-text", title: words.editLabel(label), onclick: () => edit(label, true) };
        const drop = { class: "w-chip-remove", "aria-label": words.removeLabel(label), onclick: () => remove(label) };
        return h(
            "li", { class: "w-chip" },
            h("button", { type: "button", ...change }, label), h("button", { type: "button", ...drop }, icon("close")),
        );
    }

    entry.addEventListener("keydown", (event) => {
        if (event.isComposing) return;
        if (event.key === ",") {
            event.preventDefault();
            add();
        } else if (event.key === "Enter") {
            event.preventDefault();
            if (!add()) onSubmit();
        } else if (event.key === "Backspace" && !entry.value && labels.length) {
            event.preventDefault();
            edit(labels.at(-1), false);
        }
    });
    // Pasted lists, and keyboards that send no keys.
    entry.addEventListener("input", (event) => {
        if (!event.isComposing && /[,\n]/.test(entry.value)) add();
    });
    entry.addEventListener("blur", add);
    draw();
    return {
        element: h(
            "div", { class: "w-field" },
            h("label", { htmlFor: id, class: "w-legend" }, title), h("div", { class: "w-chipbox" }, list, entry),
            h("p", { class: "w-hint", id: `${id}-hint` }, words.labelsHint),
        ),
        get: () => labels,
        set: (given) => change(parseLabels(given)),
        focus: () => entry.focus(),
        add,
    };
}
