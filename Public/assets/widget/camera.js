// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { button, h } from "./dom.js";
import { words } from "./strings.js";

/// Whether there is a camera to ask for. Browsers have none to give on addresses that are not secure.
export async function hasCamera() {
    try {
        const devices = await navigator.mediaDevices.enumerateDevices();
        return devices.some((device) => device.kind === "videoinput");
    } catch {
        return false;
    }
}

/// Shows what the camera sees in `place` until a picture is taken or the camera closed.
/// - Returns: the picture, or `null`.
/// - Throws: an Error with words for people.
export async function openCamera(place, signal) {
    let stream;
    try {
        const video = { facingMode: "environment", width: { ideal: 1280 } };
        stream = await navigator.mediaDevices.getUserMedia({ video });
    } catch (error) {
        throw new Error(error.name === "NotAllowedError" ? words.cameraRefused : words.cameraMissing);
    }
    const video = h("video", {
        class: "w-video", autoplay: true, playsInline: true, muted: true, "aria-label": words.cameraPreview,
    });
    video.srcObject = stream;
    try {
        return await new Promise((resolve) => {
            const take = button(words.take, async () => {
                if (video.videoWidth) resolve(await frame(video));
            }, { class: "w-loud w-take" });
            const stop = button(words.stopCamera, () => resolve(null));
            const box = h("div", { class: "w-camera" }, video, h("div", { class: "w-bar" }, take, stop));
            box.addEventListener("keydown", (event) => {
                if (event.key === "Escape") resolve(null);
            });
            signal.addEventListener("abort", () => resolve(null), { once: true });
            place.replaceChildren(box);
            take.focus();
        });
    } finally {
        for (const track of stream.getTracks()) track.stop();
        place.replaceChildren();
    }
}

function frame(video) {
    const canvas = h("canvas", { width: video.videoWidth, height: video.videoHeight });
    canvas.getContext("2d").drawImage(video, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
}
