// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { words } from "./strings.js";

/// JSON for people to look at: what is long is named, not shown. Copies have all of it.

const TEXT = 120;
const ITEMS = 40;
const NUMBERS = 8;
/// A list that begins with a number and holds no other lists.
const ROW = /\[\s+(-?[\d.][^[\]{}]*?)\s+\]/g;

function shorter(value) {
    if (typeof value === "string" && value.length > TEXT) return value.slice(0, 48) + words.shortened(value.length);
    if (Array.isArray(value)) {
        const most = value.every((one) => typeof one === "number" || Array.isArray(one)) ? NUMBERS : ITEMS;
        const shown = value.slice(0, most).map(shorter);
        return value.length > most ? [...shown, words.shortenedItems(value.length - most)] : shown;
    }
    if (!value || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shorter(one)]));
}

export function preview(value) {
    // Numbers of a row stay in one line.
    return JSON.stringify(shorter(value), null, 2).replace(ROW, (_, inner) => `[${inner.replace(/\s*\n\s*/g, " ")}]`);
}
