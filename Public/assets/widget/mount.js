// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { kindOf, raw } from "./answers/index.js";
import { ask } from "./api.js";
import { codeSection } from "./code.js";
import { button, h } from "./dom.js";
import { fields } from "./fields.js";
import { parseExamples, pictureInput } from "./input.js";
import { layOut, refusal } from "./layout.js";
import { base64, prepare } from "./picture.js";
import { stage } from "./stage.js";
import { statusLines } from "./status.js";
import { words } from "./strings.js";
import { watch } from "./watch.js";

const left = (reason) => new DOMException(reason, "AbortError");

/// Puts a widget into the section, by its data attributes.
export function mount(section) {
    const { model, revision, task, taskLabel, examples, private: isPrivate, embed, limit } = section.dataset;
    if (!model) throw new Error("data-model is missing");
    const target = {
        origin: location.origin, model, revision, task,
        isPrivate: isPrivate === "true", isEmbedded: embed === "true" || window.top !== window,
    };
    const kind = kindOf(task);
    // Over when the model turns out not to answer.
    const life = new AbortController();
    /// The question under way, the picture shown, and how many pictures have come in.
    let question = null;
    let picture = null;
    let picks = 0;
    /// What the answer shown wants done when it goes.
    let onClear = [];

    const announcer = h("p", { class: "w-heard", role: "status" });
    const announce = (text) => (announcer.textContent = text);
    const problems = h("div", { class: "w-problems", role: "alert" });
    const status = statusLines({ model, onCancel: () => cancel() });
    const input = pictureInput({
        section, examples: parseExamples(examples), signal: life.signal,
        onFile, onProblem: (message) => problem(message),
    });
    const board = stage({ empty: input.empty, onRemove: () => take(null) });
    const asked = fields({ kind, model, announce, onSubmit: run });
    const askWords = h("span", {}, words.ask);
    const askButton = h("button", { type: "button", class: "w-loud w-ask", onclick: run }, askWords);
    const panel = h("div", { class: "w-panel", tabIndex: -1 });
    const code = codeSection(target);
    const body = layOut(section, {
        task: taskLabel || task, status, board, input, asked, askButton, problems, panel, code, announcer,
    });
    code.parameters({ ...asked.values(), ...kind.standards });
    show(null);
    // What is changed after an answer asks to be sent.
    asked.element.addEventListener("input", () => section.classList.remove("w-answered"));
    addEventListener("pagehide", () => question?.abort(left("left")));
    status.state("looking");
    look();

    function look(isOnce) {
        watch({
            target, signal: life.signal, isOnce, isAsking: () => question !== null,
            onState({ state, error }) {
                status.state(state);
                // Instead of asking for a picture it says why.
                if (state !== "Unsupported") return;
                life.abort(left("unsupported"));
                body.replaceChildren(refusal(error));
                code.element.remove();
            },
        });
    }

    async function onFile(file, name, example) {
        const mine = (picks += 1);
        cancel(false);
        clear();
        try {
            const next = await prepare(file, name);
            // A later picture has come in meanwhile.
            if (mine !== picks) {
                URL.revokeObjectURL(next.url);
                return;
            }
            if (example) asked.fill(example);
            take(next);
        } catch (error) {
            if (mine === picks) problem(error.message);
            return;
        }
        // What is missing is asked for without a complaint.
        const missing = asked.missing();
        if (missing) missing.field.focus();
        else run();
    }

    function take(next) {
        cancel(false);
        clear();
        show(next);
        if (!picture) input.bar.querySelector("button").focus();
    }

    function show(next) {
        picture = next;
        board.show(picture);
        input.has(picture);
        askButton.hidden = !picture;
        askWords.textContent = words.ask;
        section.classList.toggle("w-empty", !picture);
        section.classList.remove("w-answered");
        status.answer(null);
    }

    function clear() {
        for (const one of onClear) one();
        onClear = [];
        board.clear();
        panel.replaceChildren();
        problems.replaceChildren();
        announce("");
    }

    function problem(message, again) {
        const retry = again && button(words.again, run);
        problems.replaceChildren(h("div", { class: "w-problem" }, h("p", {}, message), retry));
    }

    function cancel(isSaid = true) {
        question?.abort(left("cancelled"));
        question = null;
        if (!isSaid) return;
        announce(words.cancelled);
        // The button that had the focus goes away with what it stopped.
        askButton.hidden = !picture;
        askButton.focus();
    }

    async function run() {
        const noPicture = { message: words.needPicture, field: input.bar.querySelector("button") };
        const missing = picture ? asked.missing() : noPicture;
        if (missing) {
            problem(missing.message);
            missing.field.focus();
            return;
        }
        cancel(false);
        clear();
        status.answer(null);
        const mine = (question = new AbortController());
        const parameters = asked.values();
        const isFocused = document.activeElement === askButton;
        const busy = status.start();
        section.classList.remove("w-answered");
        askButton.hidden = true;
        // The focus stays where the button was.
        if (isFocused) status.cancel.focus();
        let isWarm = false;
        try {
            const answer = await ask(target, {
                ...(await request(parameters)), signal: mine.signal, limit: Number(limit) || undefined,
                onPhase: (phase) => follow(busy, phase),
            });
            if (mine !== question) return;
            await present(answer, parameters, mine);
            // What was kept says nothing about the model's state now.
            isWarm = !answer.isKept;
        } catch (error) {
            if (!mine.signal.aborted) problem(error.message, !error.isLasting);
        } finally {
            // Otherwise a later question has taken over what is shown.
            if (question === mine || question === null) finish(busy, isWarm);
        }
    }

    function finish(busy, isWarm) {
        question = null;
        const isFocused = document.activeElement === status.cancel;
        busy.end();
        // Where nothing can be changed, the same question has the same answer.
        const isDone = section.classList.contains("w-answered") && !asked.element.childElementCount;
        askButton.hidden = !picture || isDone;
        askWords.textContent = words.askAgain;
        if (isFocused) (askButton.hidden ? panel : askButton).focus();
        if (isWarm) status.state("Loaded");
        else look(true);
    }

    /// The picture's own bytes where nothing else is asked, so that the hub keeps one answer for all who ask that way.
    async function request(parameters) {
        if (!Object.keys(parameters).length) {
            const type = picture.blob.type || "application/octet-stream";
            return { body: picture.blob, headers: { "Content-Type": type, ...kind.headers } };
        }
        const content = JSON.stringify({ inputs: await base64(picture.blob), parameters });
        return { body: content, headers: { "Content-Type": "application/json", ...kind.headers } };
    }

    function follow(busy, { phase, seconds = 0 }) {
        const said = { asking: words.asking, loading: words.loading(seconds), waiting: words.waiting(seconds) }[phase];
        busy.phase(said, seconds);
        announce(said);
        if (phase === "loading") status.state("Loading");
    }

    async function present(answer, parameters, mine) {
        const content = h("div", { class: "w-answer" }, h("h3", { class: "w-heard" }, words.answer));
        panel.replaceChildren(content);
        const view = {
            layer: board.layer(), panel: content, picture,
            onClear: (action) => onClear.push(action),
            onParameters: (changed) => code.parameters({ ...parameters, ...changed }),
        };
        code.parameters({ ...parameters, ...kind.standards });
        let summary;
        try {
            summary = await kind.show(view, answer);
        } catch (error) {
            if (mine !== question) return;
            board.clear();
            content.replaceChildren(h("p", { class: "w-hint" }, error.message));
            summary = raw.show(view, answer);
        }
        if (mine !== question) return;
        section.classList.add("w-answered");
        code.answer(answer);
        status.answer(answer);
        announce(words.summary(summary));
    }
}
