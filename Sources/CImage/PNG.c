// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "Support.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

typedef struct {
    const uint8_t *bytes;
    size_t count;
    size_t at;
    hub_image *image;
    png_bytep *rows;
    uint8_t *wide;
} reading;

static void fail(png_structp png, png_const_charp message) {
    reading *self = png_get_error_ptr(png);
    if (self->image->status == HUB_IMAGE_OK) {
        hub_image_fail(self->image, HUB_IMAGE_CORRUPT, "the PNG is damaged: %.150s", message);
    }
    png_longjmp(png, 1);
}

static void quiet(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void take(png_structp png, png_bytep target, png_size_t wanted) {
    reading *self = png_get_io_ptr(png);
    if (wanted > self->count - self->at) {
        hub_image_fail(self->image, HUB_IMAGE_CORRUPT, "the PNG is truncated");
        png_longjmp(png, 1);
    }
    memcpy(target, self->bytes + self->at, wanted);
    self->at += wanted;
}

static void decode(png_structp png, png_infop info, reading *self, uint64_t maximum_pixels) {
    hub_image *result = self->image;
    png_set_read_fn(png, self, take);
    // Text, profiles and suggested palettes are nobody's concern here: do not even unpack them.
    static const png_byte skipped[] = "iCCP\0iTXt\0tEXt\0zTXt\0sPLT\0hIST\0eXIf";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, skipped, (int)(sizeof skipped / 5));
    png_set_user_limits(png, INT32_MAX, INT32_MAX);
    png_read_info(png, info);
    png_uint_32 width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    int depth = png_get_bit_depth(png, info), color = png_get_color_type(png, info);
    if (hub_image_allocate(result, width, height, maximum_pixels)) png_longjmp(png, 1);
    // Grey of 16 bits keeps them; all else of 16 bits keeps the upper eight.
    int wide = depth == 16 && color == PNG_COLOR_TYPE_GRAY;
    if (!wide) {
        if (depth == 16) png_set_strip_16(png);
        if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
        if (color == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
        if (color == PNG_COLOR_TYPE_GRAY || color == PNG_COLOR_TYPE_GRAY_ALPHA) png_set_gray_to_rgb(png);
        png_set_strip_alpha(png);
    }
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    size_t row_bytes = (size_t)width * (wide ? 2 : 3);
    if (png_get_rowbytes(png, info) != row_bytes) png_error(png, "rows of an unexpected size");
    self->rows = malloc((size_t)height * sizeof *self->rows);
    if (wide) self->wide = malloc(row_bytes * height);
    if (self->rows == NULL || (wide && self->wide == NULL)) {
        hub_image_fail(result, HUB_IMAGE_NO_MEMORY, "no memory for the picture");
        png_longjmp(png, 1);
    }
    uint8_t *base = wide ? self->wide : result->pixels;
    for (size_t y = 0; y < height; y++) self->rows[y] = base + y * row_bytes;
    png_read_image(png, self->rows);
    if (!wide) return;
    // As the Python imaging library converts: not scaled, but held within 0…255.
    for (size_t i = 0; i < (size_t)width * height; i++) {
        uint8_t grey = self->wide[2 * i] ? 255 : self->wide[2 * i + 1];
        memset(result->pixels + 3 * i, grey, 3);
    }
}

void hub_image_decode_png(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, hub_image *result) {
    memset(result, 0, sizeof *result);
    result->orientation = 1;
    reading self = {bytes, count, 0, result, NULL, NULL};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &self, fail, quiet);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (info == NULL) {
        png_destroy_read_struct(&png, NULL, NULL);
        hub_image_fail(result, HUB_IMAGE_NO_MEMORY, "no memory to read a PNG");
        return;
    }
    if (!setjmp(png_jmpbuf(png))) decode(png, info, &self, maximum_pixels);
    png_destroy_read_struct(&png, &info, NULL);
    free(self.rows);
    free(self.wide);
}

typedef struct {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
} writing;

static void give(png_structp png, png_bytep source, png_size_t count) {
    writing *self = png_get_io_ptr(png);
    if (count > self->capacity - self->count) {
        size_t capacity = self->capacity * 2 + count + 4096;
        uint8_t *larger = realloc(self->bytes, capacity);
        if (larger == NULL) png_error(png, "no memory");
        self->bytes = larger;
        self->capacity = capacity;
    }
    memcpy(self->bytes + self->count, source, count);
    self->count += count;
}

static void flush(png_structp png) { (void)png; }

static void abandon(png_structp png, png_const_charp message) {
    (void)message;
    png_longjmp(png, 1);
}

int hub_image_encode_png(
    const uint8_t *pixels, uint32_t width, uint32_t height, int channels, uint8_t **encoded, size_t *count) {
    int color = channels == 1 ? PNG_COLOR_TYPE_GRAY : channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGBA;
    writing self = {NULL, 0, 0};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, abandon, quiet);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (info == NULL) {
        png_destroy_write_struct(&png, NULL);
        return -1;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        free(self.bytes);
        return -1;
    }
    png_set_write_fn(png, &self, give, flush);
    png_set_IHDR(
        png, info, width, height, 8, color, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    // Masks and depths: the fastest search for repeats finds nearly all there are.
    png_set_compression_level(png, 3);
    png_write_info(png, info);
    for (size_t y = 0; y < height; y++) png_write_row(png, pixels + y * width * (size_t)channels);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    *encoded = self.bytes;
    *count = self.count;
    return 0;
}
