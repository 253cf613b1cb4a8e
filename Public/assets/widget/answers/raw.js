// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { h } from "../dom.js";
import { preview } from "../json.js";
import { words } from "../strings.js";
import { showPicture } from "./made.js";

/// An answer of a task that has no drawing of its own: its picture, or its JSON.
function show(view, answer) {
    if (answer.picture) return showPicture(view, answer.picture);
    const name = { role: "group", "aria-label": words.json };
    view.panel.append(h("pre", { class: "w-json", tabIndex: 0, ...name }, preview(answer.json)));
    return [words.json];
}

export const raw = { show };
