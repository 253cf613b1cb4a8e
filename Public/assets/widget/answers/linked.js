// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Rows of a list and marks on the picture that light up together: under the pointer, under the focus, or chosen.
///
/// - items: `{row, marks, target?}`; `row` is a button, `target` what is pointed at on the picture.
export function linked(layer, items) {
    let chosen = null;

    function light(item) {
        const lit = item ?? chosen;
        layer.classList.toggle("w-some-lit", Boolean(lit));
        for (const one of items) {
            const isLit = one === lit;
            one.row.classList.toggle("w-lit", isLit);
            for (const mark of one.marks) mark.classList.toggle("w-lit", isLit);
        }
    }

    for (const item of items) {
        item.row.setAttribute("aria-pressed", "false");
        const between = (place, enter, leave) => {
            place?.addEventListener(enter, () => light(item));
            place?.addEventListener(leave, () => light(null));
        };
        between(item.row, "focus", "blur");
        for (const place of [item.row, item.target]) between(place, "pointerenter", "pointerleave");
        const choose = () => {
            chosen = chosen === item ? null : item;
            for (const one of items) one.row.setAttribute("aria-pressed", String(one === chosen));
            light(null);
        };
        item.row.addEventListener("click", choose);
        item.target?.addEventListener("click", choose);
    }
}
