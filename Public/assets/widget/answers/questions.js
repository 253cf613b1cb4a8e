// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { h } from "../dom.js";
import { rowsOf, showRows } from "./bars.js";

/// `[{answer, score}]`: the best answer in large, then all of them with their shares.
function show(view, answer) {
    const rows = rowsOf(answer.json, "answer");
    const [best] = rows;
    if (best) view.panel.append(h("p", { class: "w-said" }, best.name));
    return showRows(view, rows);
}

export const questions = { needs: "question", show };
