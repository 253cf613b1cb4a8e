// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { h } from "../dom.js";
import { words } from "../strings.js";

/// `[{generated_text}]`, or one of them.
function show(view, answer) {
    const list = Array.isArray(answer.json) ? answer.json : [answer.json];
    const texts = list.map((one) => one?.generated_text);
    if (!texts.length || texts.some((text) => typeof text !== "string")) throw new Error(words.notUnderstood);
    view.panel.append(...texts.map((text) => h("p", { class: "w-said" }, text)));
    return texts;
}

export const caption = { show };
