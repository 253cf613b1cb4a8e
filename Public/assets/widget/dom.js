// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Makes elements. Text is always text: nothing here, or anywhere in the widget, parses HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, properties, children) {
    for (const [name, value] of Object.entries(properties ?? {})) {
        if (value === undefined || value === null || value === false) continue;
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else if (name === "style") for (const [key, to] of Object.entries(value)) element.style.setProperty(key, to);
        else if (name === "class") element.setAttribute("class", value);
        else if (name in element && !(element instanceof SVGElement) && !name.includes("-")) element[name] = value;
        else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
    return element;
}

/// An HTML element: `h("button", {class: "w-quiet", onclick: take}, "Take")`.
export const h = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);

/// An SVG element.
export const s = (tag, properties, ...children) => fill(document.createElementNS(SVG, tag), properties, children);

/// Line drawings of 24 × 24.
const ICONS = {
    picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
    file: "M12 16V5m0 0L8 9m4-4 4 4M5 15v4h14v-4",
    camera: "M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
    close: "M6 6l12 12M18 6 6 18",
    copy: "M9 9h10v11H9zM15 9V5H5v11h4",
    sides: "M9 7l-5 5 5 5M15 7l5 5-5 5",
};

/// A drawing beside a text that says the same.
export const icon = (name) => s(
    "svg", { class: "w-icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    s("path", { d: ICONS[name] }),
);

let count = 0;

/// An id that no other element of the page has.
export const fresh = (stem) => `w-${stem}-${(count += 1)}`;

/// A button with words, and perhaps a drawing before them.
export const button = (words, onclick, { drawing, ...properties } = {}) => h(
    "button", { type: "button", class: "w-quiet", onclick, ...properties },
    drawing && icon(drawing), h("span", {}, words),
);

/// A field of the browser's memory, which may be switched off: then nothing is remembered.
export const memory = {
    get(key) {
        try {
            return JSON.parse(localStorage.getItem(`vitrine.widget.${key}`));
        } catch {
            return null;
        }
    },
    set(key, value) {
        try {
            localStorage.setItem(`vitrine.widget.${key}`, JSON.stringify(value));
        } catch {
            // Full, or forbidden as in frames of other sites.
        }
    },
};
