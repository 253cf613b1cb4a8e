// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "Support.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

// A small file can hold thousands of scans over a large picture, each costing a pass over all of it.
enum { maximum_scans = 200 };

typedef struct {
    // First, so that the library's pointer to it is a pointer to this.
    struct jpeg_error_mgr manager;
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    hub_image *image;
    uint8_t *row;
} state;

static void fail(j_common_ptr common) {
    state *self = (state *)common->err;
    char text[JMSG_LENGTH_MAX];
    common->err->format_message(common, text);
    hub_image_fail(self->image, HUB_IMAGE_CORRUPT, "the JPEG is damaged: %.150s", text);
    longjmp(self->escape, 1);
}

static void note(j_common_ptr common, int level) {
    state *self = (state *)common->err;
    // Other warnings mean a few odd blocks; this one means that the rest of the picture would be invented.
    if (level < 0 && common->err->msg_code == JWRN_JPEG_EOF) {
        hub_image_fail(self->image, HUB_IMAGE_CORRUPT, "the JPEG is truncated");
        longjmp(self->escape, 1);
    }
}

static void quiet(j_common_ptr common) { (void)common; }

static void watch(j_common_ptr common) {
    state *self = (state *)common->err;
    if (common->is_decompressor && ((j_decompress_ptr)common)->input_scan_number > maximum_scans) {
        hub_image_fail(self->image, HUB_IMAGE_TOO_LARGE, "the JPEG has more than %d scans", maximum_scans);
        longjmp(self->escape, 1);
    }
}

void hub_image_decode_jpeg(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, hub_image *result) {
    memset(result, 0, sizeof *result);
    result->orientation = 1;
    struct jpeg_decompress_struct decoder;
    memset(&decoder, 0, sizeof decoder);
    state self;
    memset(&self, 0, sizeof self);
    self.image = result;
    decoder.err = jpeg_std_error(&self.manager);
    self.manager.error_exit = fail;
    self.manager.emit_message = note;
    self.manager.output_message = quiet;
    self.progress.progress_monitor = watch;
    if (setjmp(self.escape)) {
        free(self.row);
        jpeg_destroy_decompress(&decoder);
        return;
    }
    jpeg_create_decompress(&decoder);
    decoder.progress = &self.progress;
    jpeg_mem_src(&decoder, (unsigned char *)bytes, (unsigned long)count);
    jpeg_read_header(&decoder, TRUE);
    switch (decoder.num_components) {
    case 1: decoder.out_color_space = JCS_GRAYSCALE; break;
    case 3: decoder.out_color_space = JCS_RGB; break;
    case 4: decoder.out_color_space = JCS_CMYK; break;
    default:
        hub_image_fail(
            result, HUB_IMAGE_UNSUPPORTED, "JPEGs of %d components are not supported", decoder.num_components);
        longjmp(self.escape, 1);
    }
    if (hub_image_allocate(result, decoder.image_width, decoder.image_height, maximum_pixels)) longjmp(self.escape, 1);
    jpeg_start_decompress(&decoder);
    size_t width = decoder.output_width;
    int components = decoder.output_components;
    if (width != result->width || decoder.output_height != result->height || components < 1 || components > 4) {
        hub_image_fail(result, HUB_IMAGE_CORRUPT, "the JPEG is not of the size that it announces");
        longjmp(self.escape, 1);
    }
    self.row = malloc(width * (size_t)components);
    if (self.row == NULL) {
        hub_image_fail(result, HUB_IMAGE_NO_MEMORY, "no memory for the picture");
        longjmp(self.escape, 1);
    }
    while (decoder.output_scanline < decoder.output_height) {
        uint8_t *target = result->pixels + (size_t)decoder.output_scanline * width * 3;
        JSAMPROW row = components == 3 ? target : self.row;
        if (jpeg_read_scanlines(&decoder, &row, 1) != 1) {
            hub_image_fail(result, HUB_IMAGE_CORRUPT, "the JPEG is truncated");
            longjmp(self.escape, 1);
        }
        if (components == 1) {
            for (size_t x = 0; x < width; x++) target[3 * x] = target[3 * x + 1] = target[3 * x + 2] = self.row[x];
        } else if (components == 4) {
            // By Adobe's custom the inks of a JPEG are stored inverted.
            for (size_t x = 0; x < width; x++) {
                const uint8_t *ink = self.row + 4 * x;
                for (int c = 0; c < 3; c++) target[3 * x + c] = hub_light(255 - ink[c], 255 - ink[3]);
            }
        }
    }
    free(self.row);
    // Not jpeg_finish_decompress: what follows the pixels does not matter.
    jpeg_destroy_decompress(&decoder);
}
