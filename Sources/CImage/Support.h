// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#ifndef HUB_CIMAGE_SUPPORT_H
#define HUB_CIMAGE_SUPPORT_H

#include "CImage.h"

// Takes down why a picture was not decoded, and frees what there is of it.
void hub_image_fail(hub_image *image, int32_t status, const char *format, ...) __attribute__((format(printf, 3, 4)));

// Notes the size and gets the pixels' memory; 0 when that went well, else the failure is taken down.
int hub_image_allocate(hub_image *image, uint64_t width, uint64_t height, uint64_t maximum_pixels);

// Ink to light, as the Python imaging library does it: white less black, less each ink's share of that.
static inline uint8_t hub_light(uint32_t ink, uint32_t black) {
    uint32_t white = 255 - black;
    uint32_t product = ink * white + 128;
    return (uint8_t)(white - (((product >> 8) + product) >> 8));
}

#endif
