// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { modelState } from "./api.js";

/// How often, in milliseconds, and how many times a model that somebody else loads is looked at.
const LOOK = 3_000;
const LOOKS = 40;

/// Looks at a model's state, and goes on looking while it loads.
///
/// - isAsking: says whether a question is under way, which then knows better; onState: is told the hub's
///   `{state, error?}`.
export async function watch({ target, signal, isAsking, onState, isOnce = false }) {
    try {
        for (let times = 0; times < (isOnce ? 1 : LOOKS); times += 1) {
            const said = await modelState(target, signal);
            if (isAsking()) return;
            onState(said);
            if (said.state !== "Loading") return;
            await new Promise((resolve) => setTimeout(resolve, LOOK));
        }
    } catch {
        // Not reachable now: a question will say so.
        if (!isAsking() && !signal.aborted) onState({ state: "unknown" });
    }
}
