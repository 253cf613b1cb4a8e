// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { openCamera, hasCamera } from "./camera.js";
import { call } from "./api.js";
import { button, h, icon } from "./dom.js";
import { words } from "./strings.js";

/// How long an example may take to arrive, in milliseconds.
const PATIENCE = 30_000;

/// The ways a picture gets in: dropped anywhere on the widget, chosen, pasted, taken by the camera, or an example.
///
/// - onFile: is called with `(file, name, example?)`; onProblem with a text for people.
export function pictureInput({ section, examples, signal, onFile, onProblem }) {
    const chooser = h("input", {
        type: "file", accept: "image/*", hidden: true, class: "w-file", "aria-label": words.choose, tabIndex: -1,
        onchange() {
            const [file] = chooser.files;
            if (file) onFile(file, file.name);
            // The same file may be chosen again.
            chooser.value = "";
        },
    });
    const chooseWords = h("span", {}, words.choose);
    const choose = h("button", { type: "button", class: "w-quiet w-choose" }, icon("file"), chooseWords);
    choose.addEventListener("click", () => chooser.click());
    const place = h("div", { class: "w-camera-place" });
    const take = button(words.camera, async () => {
        take.disabled = true;
        try {
            const blob = await openCamera(place, signal);
            if (blob) onFile(blob, `${words.camera.toLowerCase()}.jpg`);
        } catch (problem) {
            onProblem(problem.message);
        } finally {
            take.disabled = false;
            if (!signal.aborted) take.focus();
        }
    }, { drawing: "camera", class: "w-quiet w-camera-open", hidden: true });
    hasCamera().then((has) => (take.hidden = !has));

    const empty = h(
        "div", { class: "w-drop" },
        icon("picture"), h("p", { class: "w-drop-words" }, words.drop), h("p", { class: "w-hint" }, words.formats),
    );
    const thumbnails = exampleList(examples, signal, onFile, onProblem);
    dropping(section, signal, onFile, onProblem);
    pasting(section, signal, onFile);
    return {
        empty,
        place,
        bar: h("div", { class: "w-bar" }, choose, take, chooser),
        examples: thumbnails,
        /// Whether a picture is there: the words of the button.
        has(picture) {
            chooseWords.textContent = picture ? words.another : words.choose;
        },
    };
}

function dropping(section, signal, onFile, onProblem) {
    // Entering a child leaves its parent: the depth says when the pointer has left for good.
    let depth = 0;
    const isFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    const over = (is) => section.classList.toggle("w-over-drop", is);
    section.dataset.drop = words.dropNow;
    section.addEventListener("dragenter", (event) => {
        if (!isFiles(event)) return;
        event.preventDefault();
        depth += 1;
        over(true);
    }, { signal });
    section.addEventListener("dragover", (event) => {
        if (isFiles(event)) event.preventDefault();
    }, { signal });
    section.addEventListener("dragleave", (event) => {
        if (!isFiles(event)) return;
        depth = Math.max(0, depth - 1);
        if (depth === 0) over(false);
    }, { signal });
    section.addEventListener("drop", (event) => {
        if (!isFiles(event)) return;
        event.preventDefault();
        depth = 0;
        over(false);
        const [file] = event.dataTransfer.files;
        if (file) onFile(file, file.name);
        else onProblem(words.notPicture);
    }, { signal });
    // A picture dropped beside the widget would take the page's place.
    for (const kind of ["dragover", "drop"]) {
        document.addEventListener(kind, (event) => {
            if (!isFiles(event) || event.defaultPrevented || event.target.closest?.("input, textarea")) return;
            event.preventDefault();
            event.dataTransfer.dropEffect = "none";
        }, { signal });
    }
}

/// Pictures pasted anywhere on the page, except into a field. Of several widgets the one with the focus takes it, else
/// the first.
function pasting(section, signal, onFile) {
    document.addEventListener("paste", (event) => {
        const focused = document.activeElement?.closest?.("[data-widget]") ?? document.querySelector("[data-widget]");
        if (focused !== section) return;
        const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
        if (!file) return;
        event.preventDefault();
        onFile(file, words.pasted);
    }, { signal });
}

function exampleList(examples, signal, onFile, onProblem) {
    if (!examples.length) return null;
    const list = h("ul", { class: "w-thumbnails", "aria-label": words.examples });
    let last = new AbortController();
    for (const [index, example] of examples.entries()) {
        const title = example.title || example.example_title || words.exampleUnnamed(index + 1);
        const choose = h(
            "button", { type: "button", class: "w-thumbnail", "aria-label": words.example(title) },
            h("img", { src: example.src, alt: "", loading: "lazy", decoding: "async" }),
            h("span", { "aria-hidden": "true" }, title),
        );
        choose.addEventListener("click", async () => {
            last.abort();
            const mine = (last = new AbortController());
            try {
                const any = AbortSignal.any([signal, mine.signal, AbortSignal.timeout(PATIENCE)]);
                const answer = await call(example.src, { signal: any });
                if (!answer.ok) throw new Error(String(answer.status));
                // A file's content type may be unknown; that it is a picture is found out by looking.
                const blob = await answer.blob();
                onFile(blob.type.startsWith("image/") ? blob : new Blob([blob]), title, example);
            } catch {
                if (!signal.aborted && !mine.signal.aborted) onProblem(words.exampleFailed);
            }
        });
        list.append(h("li", {}, choose));
    }
    return h("div", { class: "w-examples" }, h("p", { class: "w-legend" }, words.examples), list);
}

/// Examples as the page gives them: JSON that cannot be read is none.
export function parseExamples(text) {
    try {
        const list = JSON.parse(text || "[]");
        return Array.isArray(list) ? list.filter((one) => typeof one?.src === "string" && isOurs(one.src)) : [];
    } catch {
        return [];
    }
}

/// Nothing is fetched from elsewhere.
function isOurs(address) {
    try {
        return new URL(address, location.href).origin === location.origin;
    } catch {
        return false;
    }
}
