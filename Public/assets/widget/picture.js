// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { words } from "./strings.js";

/// A picture as it is sent. Its bytes are the file's own, so that answers equal those of the API; only what is larger
/// than ``LARGE`` is drawn smaller.

const LARGE = 10e6;
const SIDE = 2048;
/// Of the hub, for a body that carries the picture in base64.
const LARGEST = 24e6;

/// `{blob, url, name, width, height, note}`; without width and height if the browser cannot show the format.
/// - Throws: an Error whose message is for people.
export async function prepare(file, name) {
    if (file.type && !file.type.startsWith("image/")) throw new Error(words.notPicture);
    const url = URL.createObjectURL(file);
    const element = await decoded(url);
    if (!element) {
        URL.revokeObjectURL(url);
        // A format that browsers do not know, such as TIFF, has an image's type all the same.
        if (!file.type) throw new Error(words.notPicture);
        if (file.size > LARGEST) throw new Error(words.tooLarge(file.size));
        return { blob: file, url: null, name, note: words.cannotShow };
    }
    const picture = { blob: file, url, name, width: element.naturalWidth, height: element.naturalHeight };
    if (file.size <= LARGE) return picture;
    const smaller = await scaledDown(element);
    URL.revokeObjectURL(url);
    if (!smaller) throw new Error(words.tooLarge(file.size));
    const note = words.scaled(file.size, smaller.blob.size, smaller.width, smaller.height);
    return { ...smaller, url: URL.createObjectURL(smaller.blob), name, note };
}

/// The picture as an element that is ready to be drawn; `null` if the browser does not know the format.
export async function decoded(url) {
    const element = new Image();
    element.src = url;
    try {
        await element.decode();
        return element.naturalWidth > 0 ? element : null;
    } catch {
        return null;
    }
}

async function scaledDown(element) {
    const ratio = Math.min(1, SIDE / Math.max(element.naturalWidth, element.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(element.naturalWidth * ratio));
    canvas.height = Math.max(1, Math.round(element.naturalHeight * ratio));
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    // JPEG has no opacity; the hub drops it, which leaves what is below, mostly black.
    context.drawImage(element, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
    return blob && { blob, width: canvas.width, height: canvas.height };
}

/// The bytes in base64.
export function base64(blob) {
    return new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(blob);
    });
}
