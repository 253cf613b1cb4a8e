// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "Support.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void hub_image_fail(hub_image *image, int32_t status, const char *format, ...) {
    free(image->pixels);
    image->pixels = NULL;
    image->status = status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(image->message, sizeof image->message, format, arguments);
    va_end(arguments);
}

int hub_image_allocate(hub_image *image, uint64_t width, uint64_t height, uint64_t maximum_pixels) {
    if (width == 0 || height == 0) {
        hub_image_fail(image, HUB_IMAGE_CORRUPT, "the picture has no pixels");
        return -1;
    }
    if (width > INT32_MAX || height > INT32_MAX || width > maximum_pixels / height) {
        hub_image_fail(
            image, HUB_IMAGE_TOO_LARGE, "the picture has %llu x %llu pixels; at most %llu pixels are read",
            (unsigned long long)width, (unsigned long long)height, (unsigned long long)maximum_pixels);
        return -1;
    }
    image->pixels = malloc((size_t)(width * height * 3));
    if (image->pixels == NULL) {
        hub_image_fail(image, HUB_IMAGE_NO_MEMORY, "no memory for the picture");
        return -1;
    }
    image->width = (uint32_t)width;
    image->height = (uint32_t)height;
    return 0;
}

void hub_image_free(hub_image *image) {
    free(image->pixels);
    image->pixels = NULL;
}

void hub_image_free_bytes(uint8_t *bytes) { free(bytes); }
