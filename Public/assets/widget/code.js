// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { copyButton } from "./copy.js";
import { h } from "./dom.js";
import { preview } from "./json.js";
import { client, curl, frame } from "./snippets.js";
import { words } from "./strings.js";

/// The disclosure with the same question as code, the last answer, and what embeds the widget.
///
/// - Returns: `{element, parameters(values), answer(answer)}`.
export function codeSection(target) {
    let text = "";
    const curlBlock = block(words.curl);
    const pythonBlock = block(words.python);
    const answerBlock = block(words.lastAnswer, () => text);
    const frameBlock = block(words.embed);
    frameBlock.show(frame(target, words.embedTitle(target.model)));
    answerBlock.show(words.noAnswerYet, false);
    const blocks = [curlBlock, pythonBlock, answerBlock, ...(target.isEmbedded ? [] : [frameBlock])];
    return {
        element: h(
            "details", { class: "w-code" },
            h("summary", {}, words.code), h("div", { class: "w-blocks" }, blocks.map((one) => one.element)),
        ),
        parameters(values) {
            curlBlock.show(curl(target, values));
            pythonBlock.show(client(target, values));
        },
        answer(answer) {
            if (!answer?.text) {
                answerBlock.show(words.noAnswerYet, false);
                return;
            }
            ({ text } = answer);
            answerBlock.show(preview(answer.json));
        },
    };
}

/// A titled text with a button that copies it, or what it stands for.
function block(title, full) {
    const content = h("code", {});
    const copy = copyButton(title, () => full?.() ?? content.textContent);
    return {
        element: h(
            "div", { class: "w-block" },
            h("div", { class: "w-block-head" }, h("h3", {}, title), copy),
            h("pre", { tabIndex: 0, role: "group", "aria-label": title }, content),
        ),
        show(text, canCopy = true) {
            content.textContent = text;
            copy.hidden = !canCopy;
        },
    };
}
