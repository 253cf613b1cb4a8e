// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { fresh, h } from "./dom.js";
import { words } from "./strings.js";

/// Puts the widget's parts into its section. What is read comes in the order of use: picture, question, answer.
/// - Returns: the body, which gives way to a reason when the model cannot be asked.
export function layOut(section, { task, status, board, input, asked, askButton, problems, panel, code, announcer }) {
    const heading = fresh("title");
    const body = h(
        "div", { class: "w-body" },
        h("div", { class: "w-left" }, board.element, input.place, input.bar),
        h(
            "div", { class: "w-right" },
            asked.element, askButton, status.busy, problems, panel, status.facts,
            h("p", { class: "w-waiting" }, words.answerPlace),
        ),
        input.examples ?? [],
    );
    const title = h("h2", { id: heading, class: "w-title" }, words.title);
    const head = h("header", { class: "w-head" }, h("div", {}, title, h("p", { class: "w-task" }, task)), status.pill);
    section.replaceChildren(head, body, code.element, announcer);
    section.setAttribute("aria-labelledby", heading);
    return body;
}

/// What stands in the place of all when the model cannot be asked.
export const refusal = (reason) => h(
    "div", { class: "w-unsupported" },
    h("p", {}, words.unsupported), reason && h("p", { class: "w-hint" }, reason),
);
