// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Colours of things and of values. All are `[red, green, blue]` of 0…255.

/// Told apart on photographs, and one from the next.
const THINGS = [
    [38, 166, 150], [240, 122, 62], [92, 128, 222], [224, 170, 20], [188, 96, 200], [112, 176, 62],
    [222, 80, 112], [58, 170, 206], [164, 130, 84], [128, 110, 228], [206, 136, 156], [84, 150, 106],
];

/// The colour of the `index`th kind of thing.
export function thing(index) {
    const known = THINGS[index];
    if (known) return known;
    // Beyond those: steps of the golden angle never meet.
    return hsl((index * 137.508) % 360, 0.6, 0.42 + 0.12 * (index % 3));
}

function hsl(hue, saturation, lightness) {
    const reach = saturation * Math.min(lightness, 1 - lightness);
    return [0, 8, 4].map((offset) => {
        const k = (offset + hue / 30) % 12;
        return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
    });
}

/// A colour for each distinct label, in the order in which labels come.
export function byLabel(labels) {
    const colours = new Map();
    for (const label of labels) if (!colours.has(label)) colours.set(label, thing(colours.size));
    return colours;
}

export const css = ([red, green, blue], alpha = 1) => `rgb(${red} ${green} ${blue} / ${alpha})`;

/// Black or white, whichever is easier to read on the colour (WCAG's relative luminance).
export function textOn(colour) {
    const [red, green, blue] = colour.map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#101414" : "#ffffff";
}

const polynomial = (coefficients) => (x) => coefficients.reduceRight((sum, factor) => sum * x + factor, 0);

/// Viridis and Turbo as the usual polynomials, exact to a few steps of 255.
const VIRIDIS = [
    [0.27773, 0.10509, -0.33086, -4.63423, 6.22827, 4.77638, -5.43546],
    [0.00541, 1.40461, 0.21485, -5.7991, 14.17993, -13.74515, 4.64585],
    [0.3341, 1.38459, 0.0951, -19.33244, 56.69055, -65.35303, 26.31244],
].map(polynomial);
const TURBO = [
    [0.13572, 4.61539, -42.66032, 132.13108, -152.94239, 59.28638],
    [0.0914, 2.19419, 4.84297, -14.18503, 4.2773, 2.82957],
    [0.10667, 12.64195, -60.58205, 110.36277, -89.90311, 27.34825],
].map(polynomial);

const byte = (value) => Math.round(255 * Math.min(1, Math.max(0, value)));
const table = (colourAt) => Array.from({ length: 256 }, (_, index) => colourAt(index / 255));

/// 256 colours by name.
export const maps = {
    viridis: table((x) => VIRIDIS.map((channel) => byte(channel(x)))),
    turbo: table((x) => TURBO.map((channel) => byte(channel(x)))),
    grey: table((x) => [byte(x), byte(x), byte(x)]),
};

/// -1…1 as blue over white to orange, for values with a sign.
export function signed(value) {
    const end = value < 0 ? [38, 98, 178] : [205, 96, 28];
    const part = Math.min(1, Math.abs(value)) ** 0.8;
    return [246, 246, 242].map((from, channel) => Math.round(from + (end[channel] - from) * part));
}
