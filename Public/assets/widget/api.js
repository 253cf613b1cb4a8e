// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { words } from "./strings.js";

/// The hub's inference calls: what state a model is in, and questions to it.

/// How long a question may take in all, in milliseconds: loading, waiting in line and every retry included.
export const LIMIT = 180_000;
/// How often a model that loads is looked at, in milliseconds.
const LOOK = 1_000;

/// What the hub, or the way to it, has to say instead of an answer.
export class Problem extends Error {
    /// - isLasting: whether the same question would fail the same way.
    constructor(message, { isLasting = false } = {}) {
        super(message);
        this.isLasting = isLasting;
    }
}

/// The address of a model's calls for a task.
export function address({ model, revision, task }) {
    const at = revision && revision !== "main" ? `@${encodeURIComponent(revision)}` : "";
    const path = model.split("/").map(encodeURIComponent).join("/");
    return `/models/${path}${at}${task ? `/pipeline/${encodeURIComponent(task)}` : ""}`;
}

/// A call within this origin; pages of people who are signed in carry a key that the hub wants to see.
export function call(path, { headers = {}, ...request } = {}) {
    const key = document.querySelector('meta[name="form-key"]')?.content;
    return fetch(path, {
        ...request,
        credentials: "same-origin",
        headers: key ? { ...headers, "X-Form-Key": key } : headers,
    });
}

/// `{state, error?}`: `Loaded`, `Loading`, `Loadable` or `Unsupported`.
/// - Throws: ``Problem`` when the hub cannot say now.
export async function modelState(target, signal) {
    const answer = await call(address(target), { signal, headers: { Accept: "application/json" } });
    const body = await answer.json().catch(() => ({}));
    if (answer.ok && typeof body.state === "string") return body;
    const message = typeof body.error === "string" ? body.error : words.refused(answer.status);
    if (isLasting(answer.status)) return { state: "Unsupported", error: message };
    throw new Problem(message);
}

/// Whether the same call would be refused again.
const isLasting = (status) => status >= 400 && status < 500 && status !== 408 && status !== 429;

function pause(milliseconds, signal) {
    return new Promise((resolve, reject) => {
        const stop = () => {
            clearTimeout(timer);
            reject(signal.reason);
        };
        const timer = setTimeout(() => {
            signal.removeEventListener("abort", stop);
            resolve();
        }, milliseconds);
        if (signal.aborted) stop();
        else signal.addEventListener("abort", stop, { once: true });
    });
}

/// Until the model is in memory, or the time is over that the hub thinks it takes.
async function untilLoaded(target, estimate, signal) {
    const end = performance.now() + estimate * 1000;
    while (performance.now() < end) {
        await pause(Math.min(LOOK, end - performance.now()), signal);
        const { state } = await modelState(target, signal).catch((error) => {
            // That the hub cannot say is no reason to stop waiting.
            if (error instanceof Problem) return {};
            throw error;
        });
        if (state === "Loaded") return;
    }
}

/// Seconds from `Retry-After`, within reason.
function retryAfter(answer) {
    const asked = Number.parseFloat(answer.headers.get("Retry-After"));
    return Number.isFinite(asked) ? Math.min(Math.max(asked, 1), 60) : 5;
}

async function readAnswer(answer) {
    const type = answer.headers.get("Content-Type") ?? "";
    const result = {
        compute: Number.parseFloat(answer.headers.get("X-Compute-Time")),
        commit: answer.headers.get("X-Repo-Commit") ?? "",
    };
    if (type.startsWith("image/")) return { ...result, picture: await answer.blob() };
    const text = await answer.text();
    try {
        return { ...result, json: JSON.parse(text), text };
    } catch {
        throw new Problem(words.unreadable);
    }
}

/// Asks, and asks again while the model loads or many ask.
///
/// - target: `{model, revision, task}`; body: a Blob or a text of JSON; signal: ends it at once.
/// - onPhase: is told `{phase: "asking" | "loading" | "waiting", seconds}`.
/// - Returns: `{json, text}` or `{picture}`, with `compute` and `trip` in seconds, `commit`, and whether the hub had
///   kept it (`isKept`).
/// - Throws: ``Problem``, or the signal's reason.
export async function ask(target, { body, headers, signal, onPhase, limit = LIMIT }) {
    const over = AbortSignal.timeout(limit);
    const both = AbortSignal.any([signal, over]);
    try {
        return await retrying(target, { body, headers, signal: both, onPhase });
    } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (over.aborted) throw new Problem(words.limit(limit / 1000));
        if (error instanceof Problem) throw error;
        throw new Problem(words.unreachable);
    }
}

async function retrying(target, { body, headers, signal, onPhase }) {
    let waits = {};
    for (;;) {
        onPhase({ phase: "asking" });
        const start = performance.now();
        const answer = await call(address(target), { method: "POST", body, signal, headers: { ...headers, ...waits } });
        if (answer.ok) {
            const result = await readAnswer(answer);
            const trip = (performance.now() - start) / 1000;
            // An answer that was kept tells how long it took at the time.
            return { ...result, trip, isKept: result.compute > trip };
        }
        const said = await answer.json().catch(() => ({}));
        if (answer.status === 503 && Number.isFinite(said.estimated_time)) {
            onPhase({ phase: "loading", seconds: said.estimated_time });
            await untilLoaded(target, said.estimated_time, signal);
            // The estimate is over or the model there: from now on the hub may keep the question until it is.
            waits = { "X-Wait-For-Model": "true" };
        } else if (answer.status === 429) {
            const seconds = retryAfter(answer);
            onPhase({ phase: "waiting", seconds });
            await pause(seconds * 1000, signal);
        } else {
            const message = typeof said.error === "string" ? said.error : words.refused(answer.status);
            throw new Problem(message, { isLasting: isLasting(answer.status) });
        }
    }
}
