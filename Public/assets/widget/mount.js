// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { kindOf, raw } from "./answers/index.js";
import { ask, modelState } from "./api.js";
import { codeSection } from "./code.js";
import { button, fresh, h } from "./dom.js";
import { fields } from "./fields.js";
import { parseExamples, pictureInput } from "./input.js";
import { base64, prepare } from "./picture.js";
import { stage } from "./stage.js";
import { statusLines } from "./status.js";
import { words } from "./strings.js";

/// How often, in milliseconds, and how many times a model that somebody else loads is looked at.
const LOOK = 3_000;
const LOOKS = 40;

/// Puts a widget into the section, by its data attributes.
export function mount(section) {
    const { model, revision, task, taskLabel, examples, private: isPrivate, embed } = section.dataset;
    if (!model) throw new Error("data-model is missing");
    const target = { origin: location.origin, model, revision, task, isPrivate: isPrivate === "true", isEmbedded: embed === "true" || window.top !== window };
    const kind = kindOf(task);
    // Over when the page is left; a page that comes back from the browser's memory is alive again.
    const page = new AbortController();
    let question = null;
    let picture = null;
    let picks = 0;
    let onClear = [];
    const limit = Number(section.dataset.limit) || undefined;

    const announcer = h("p", { class: "w-heard", role: "status" });
    const announce = (text) => (announcer.textContent = text);
    const problems = h("div", { class: "w-problems", role: "alert" });
    const status = statusLines({ model, onCancel: cancel });
    const input = pictureInput({ section, examples: parseExamples(examples), signal: page.signal, onFile, onProblem: problem });
    const board = stage({ empty: input.empty, onRemove: () => take(null) });
    const asked = fields({ kind, model, announce, onSubmit: run });
    const askWords = h("span", {}, words.ask);
    const askButton = h("button", { type: "button", class: "w-loud w-ask", onclick: run }, askWords);
    const panel = h("div", { class: "w-answer" });
    const code = codeSection(target);
    const heading = fresh("title");

    section.replaceChildren(
        h(
            "header", { class: "w-head" },
            h("div", {}, h("h2", { id: heading, class: "w-title" }, words.title), h("p", { class: "w-task" }, taskLabel || task)), status.pill,
        ),
        h(
            "div", { class: "w-body" },
            h("div", { class: "w-left" }, board.element, input.place, input.bar),
            h("div", { class: "w-right" }, asked.element, askButton, status.busy, problems, panel, status.facts, h("p", { class: "w-waiting" }, words.answerPlace)),
            input.examples,
        ),
        code.element, announcer,
    );
    section.classList.add("w-on");
    section.setAttribute("aria-labelledby", heading);
    code.parameters({ ...asked.values(), ...kind.standards });
    show(null);
    // What is changed after an answer asks to be sent.
    asked.element.addEventListener("input", () => section.classList.remove("w-answered"));
    addEventListener("pagehide", () => question?.abort(new DOMException("left", "AbortError")));
    look(0);

    /// Shows the model's state; one that cannot be asked says why, instead of asking for a picture.
    async function look(times) {
        status.state("unknown");
        try {
            for (; times < LOOKS; times += 1) {
                const said = await modelState(target, page.signal);
                if (!question) status.state(said.state);
                if (said.state === "Unsupported") unsupported(said.error);
                if (said.state !== "Loading") return;
                await new Promise((resolve) => setTimeout(resolve, LOOK));
            }
        } catch {
            // Not reachable now: a question will say so.
        }
    }

    function unsupported(reason) {
        section.classList.add("w-off");
        section.querySelector(".w-body").replaceChildren(
            h("div", { class: "w-unsupported" }, h("p", {}, words.unsupported), reason && h("p", { class: "w-hint" }, reason)),
        );
        code.element.remove();
        page.abort();
    }

    async function onFile(file, name, example) {
        const mine = (picks += 1);
        cancel(false);
        clear();
        try {
            const next = await prepare(file, name);
            // A later picture has come in meanwhile.
            if (mine !== picks) return;
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
        problems.replaceChildren(h("div", { class: "w-problem" }, h("p", {}, message), again && button(words.again, run)));
    }

    function cancel(isSaid = true) {
        question?.abort(new DOMException("cancelled", "AbortError"));
        question = null;
        if (!isSaid) return;
        announce(words.cancelled);
        // The button that had the focus goes away with what it stopped.
        askButton.hidden = !picture;
        askButton.focus();
    }

    async function run() {
        const missing = picture ? asked.missing() : { message: words.needPicture, field: input.bar.querySelector("button") };
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
        const busy = status.start();
        section.classList.add("w-asking");
        section.classList.remove("w-answered");
        askButton.hidden = true;
        let outcome = "Loaded";
        try {
            const answer = await ask(target, { ...(await request(parameters)), signal: mine.signal, limit, onPhase: (phase) => follow(busy, phase) });
            if (mine !== question) return;
            await present(answer, parameters, mine);
        } catch (error) {
            outcome = null;
            if (!mine.signal.aborted) problem(error.message, !error.isLasting);
        } finally {
            // A later question has taken over what is shown.
            if (question === mine || question === null) {
                question = null;
                busy.end();
                section.classList.remove("w-asking");
                // Where nothing can be changed, the same question has the same answer.
                askButton.hidden = !picture || section.classList.contains("w-answered") && !asked.element.childElementCount;
                askWords.textContent = words.askAgain;
                if (outcome) status.state(outcome);
                else look(LOOKS - 1);
            }
        }
    }

    /// The picture's own bytes where nothing else is asked, so that the hub keeps one answer for all who ask that way.
    async function request(parameters) {
        if (!Object.keys(parameters).length) {
            return { body: picture.blob, headers: { "Content-Type": picture.blob.type || "application/octet-stream", ...kind.headers } };
        }
        const body = JSON.stringify({ inputs: await base64(picture.blob), parameters });
        return { body, headers: { "Content-Type": "application/json", ...kind.headers } };
    }

    function follow(busy, { phase, seconds }) {
        const said = { asking: words.asking, loading: words.loading(seconds ?? 0), waiting: words.waiting(seconds ?? 0) }[phase];
        busy.phase(said, seconds);
        announce(said);
        if (phase === "loading") status.state("Loading");
    }

    async function present(answer, parameters, mine) {
        const view = {
            frame: board.frame, panel, picture,
            onClear: (action) => onClear.push(action),
            onParameters: (changed) => code.parameters({ ...parameters, ...changed }),
        };
        panel.append(h("h3", { class: "w-heard" }, words.answer));
        let summary;
        code.parameters({ ...parameters, ...kind.standards });
        try {
            summary = await kind.show(view, answer);
        } catch (error) {
            if (mine !== question) return;
            board.clear();
            panel.replaceChildren(h("p", { class: "w-hint" }, error.message));
            summary = raw.show(view, answer);
        }
        if (mine !== question) return;
        section.classList.add("w-answered");
        code.answer(answer);
        status.answer(answer);
        announce(words.summary(summary));
    }
}
