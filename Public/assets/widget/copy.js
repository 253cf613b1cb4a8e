// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { button, h } from "./dom.js";
import { words } from "./strings.js";

/// A button that copies `text()` and says so.
export function copyButton(what, text, { says = words.copy } = {}) {
    const copy = button(says, async () => {
        const label = copy.querySelector("span");
        label.textContent = (await copied(text())) ? words.copied : words.copyFailed;
        clearTimeout(timer);
        timer = setTimeout(() => (label.textContent = says), 2000);
    }, { drawing: "copy", class: "w-quiet w-copy" });
    let timer = 0;
    // What is heard: what it copies, and then that it did.
    copy.querySelector("span").setAttribute("aria-live", "polite");
    if (says === words.copy) copy.append(h("span", { class: "w-heard" }, ` ${what}`));
    return copy;
}

async function copied(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        // Addresses that are not secure have no clipboard; the old way works there.
        const field = h("textarea", { value: text, class: "w-heard", readOnly: true });
        document.body.append(field);
        const before = document.activeElement;
        field.select();
        const done = document.execCommand("copy");
        field.remove();
        before?.focus?.();
        return done;
    }
}
