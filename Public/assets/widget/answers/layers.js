// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Masks as coloured layers of one canvas. A mask's brightness is its layer's opacity: soft masks stay soft.

/// Longest side at which masks are drawn: many of them take memory.
const side = (count) => (count > 32 ? 512 : 1024);

/// - images: decoded masks of one size; colours: one for each.
/// - Returns: `{canvas, shares, draw(shown, lit), at(event, shown)}`; `shares` are parts of the picture's area.
export function layers(images, colours) {
    const [{ naturalWidth, naturalHeight }] = images;
    const ratio = Math.min(1, side(images.length) / Math.max(naturalWidth, naturalHeight));
    const width = Math.max(1, Math.round(naturalWidth * ratio));
    const height = Math.max(1, Math.round(naturalHeight * ratio));
    const made = images.map((image, index) => layer(image, colours[index], width, height));

    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height, className: "w-canvas" });
    const context = canvas.getContext("2d");
    return {
        canvas,
        shares: made.map((one) => one.share),
        draw(shown, lit) {
            context.clearRect(0, 0, width, height);
            for (const [index, one] of made.entries()) {
                if (!shown[index] && index !== lit) continue;
                context.globalAlpha = lit === -1 || index === lit ? 1 : 0.18;
                context.drawImage(one.canvas, 0, 0);
            }
        },
        /// The index of the smallest mask under the pointer, or -1.
        at(event, shown) {
            const box = canvas.getBoundingClientRect();
            const x = Math.floor(((event.clientX - box.left) / box.width) * width);
            const y = Math.floor(((event.clientY - box.top) / box.height) * height);
            if (x < 0 || y < 0 || x >= width || y >= height) return -1;
            let best = -1;
            for (const [index, one] of made.entries()) {
                if (!shown[index] || one.opacity[y * width + x] < 128) continue;
                if (best === -1 || one.share < made[best].share) best = index;
            }
            return best;
        },
    };
}

function layer(image, [red, green, blue], width, height) {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0, width, height);
    const pixels = context.getImageData(0, 0, width, height);
    const opacity = new Uint8ClampedArray(width * height);
    let inside = 0;
    for (let at = 0; at < opacity.length; at += 1) {
        const value = pixels.data[4 * at];
        opacity[at] = value;
        if (value >= 128) inside += 1;
        pixels.data[4 * at] = red;
        pixels.data[4 * at + 1] = green;
        pixels.data[4 * at + 2] = blue;
        pixels.data[4 * at + 3] = value;
    }
    context.putImageData(pixels, 0, 0);
    return { canvas, opacity, share: inside / opacity.length };
}
