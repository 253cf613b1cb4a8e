// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "CImage.h"

#include "Font.h"

const uint16_t *hub_font_rows(uint32_t code) {
    size_t low = 0, high = HUB_FONT_GLYPHS;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hub_font[middle].code == code) return hub_font[middle].rows;
        if (hub_font[middle].code < code) low = middle + 1;
        else high = middle;
    }
    return NULL;
}
