// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { button, h } from "./dom.js";
import { seconds, words } from "./strings.js";

/// The state of the model, of the question under way, and where the last answer came from.
export function statusLines({ model, onCancel }) {
    const pillWords = h("span", {});
    const dot = h("span", { class: "w-dot", "aria-hidden": "true" });
    const pill = h("p", { class: "w-pill", "data-state": "unknown" }, dot, pillWords);

    const phaseWords = h("span", { class: "w-phase" });
    const clock = h("span", { class: "w-clock", "aria-hidden": "true" });
    const progress = h("progress", { class: "w-progress", "aria-label": words.progress });
    const cancel = button(words.cancel, onCancel, { drawing: "close" });
    const busy = h(
        "div", { class: "w-busy", hidden: true },
        h("div", { class: "w-busy-line" }, phaseWords, clock, cancel), progress,
    );

    const facts = h("ul", { class: "w-facts", hidden: true });
    let ticking = 0;

    return {
        pill,
        busy,
        cancel,
        facts,
        /// `Loaded`, `Loading`, `Loadable`, `Unsupported` or `unknown`.
        state(state) {
            const known = words.state[state] ? state : "unknown";
            pill.dataset.state = known;
            const hint = words.stateHint[known];
            pillWords.textContent = words.state[known] + (hint ? `: ${hint}` : "");
        },
        /// Shows that something is under way, with a clock; a phase of known length fills its bar.
        start() {
            const start = performance.now();
            let phase = start;
            let estimate = 0;
            clearInterval(ticking);
            busy.hidden = false;
            progress.removeAttribute("value");
            clock.textContent = "";
            ticking = setInterval(() => {
                const now = performance.now();
                clock.textContent = seconds((now - start) / 1000);
                // Never full before it is over.
                if (estimate) progress.value = Math.min(0.97, (now - phase) / 1000 / estimate);
            }, 100);
            return {
                phase(text, length) {
                    phaseWords.textContent = text;
                    phase = performance.now();
                    estimate = length ?? 0;
                    if (!estimate) progress.removeAttribute("value");
                },
                end() {
                    clearInterval(ticking);
                    busy.hidden = true;
                },
            };
        },
        /// Where an answer came from; nothing without one.
        answer(answer) {
            facts.hidden = !answer;
            if (!answer) return;
            const items = [];
            if (Number.isFinite(answer.compute)) {
                items.push([answer.isKept ? words.computedBefore(answer.compute) : words.computed(answer.compute)]);
            }
            items.push([words.trip(answer.trip)]);
            if (/^[0-9a-f]{40}$/.test(answer.commit)) {
                // In a frame of another page the commit opens beside it.
                const target = window.top === window ? {} : { target: "_blank", rel: "noopener" };
                const path = model.split("/").map(encodeURIComponent).join("/");
                const href = `/${path}/commit/${answer.commit}`;
                items.push([h("a", { href, ...target }, words.commit(answer.commit.slice(0, 7)))]);
            }
            items.push([words.where]);
            facts.replaceChildren(...items.map((content) => h("li", {}, content)));
        },
    };
}
