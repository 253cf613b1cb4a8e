// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import { mount } from "./mount.js";

/// The widget of a model's page: every `[data-widget]` becomes one. What it says without this script stays when it
/// cannot be made.
for (const section of document.querySelectorAll("[data-widget]")) {
    try {
        mount(section);
    } catch (error) {
        console.error(error);
    }
}
