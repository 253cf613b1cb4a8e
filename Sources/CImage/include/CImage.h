// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

// Pictures in memory, decoded by the system's libraries, and the two passes of a resampling.
//
// libjpeg and libpng report errors by longjmp, which Swift cannot be jumped over: every call here is whole, catches what
// its library throws and answers with a status and a sentence.

#ifndef HUB_CIMAGE_H
#define HUB_CIMAGE_H

#include <stddef.h>
#include <stdint.h>

enum {
    HUB_IMAGE_OK = 0,
    // The bytes are damaged or end too early.
    HUB_IMAGE_CORRUPT = 1,
    // More pixels than the caller allows.
    HUB_IMAGE_TOO_LARGE = 2,
    // A variant of the format that is not read.
    HUB_IMAGE_UNSUPPORTED = 3,
    HUB_IMAGE_NO_MEMORY = 4,
};

typedef struct {
    // Rows from the top, three bytes (red, green, blue) a pixel without gaps; NULL unless the status is OK.
    uint8_t *pixels;
    uint32_t width;
    uint32_t height;
    // How the file says that it is to be turned, as EXIF counts (1…8); only TIFF fills this in.
    int32_t orientation;
    int32_t status;
    // What is wrong, when the status is not OK; always terminated.
    char message[200];
} hub_image;

// Each decodes one picture of at most `maximum_pixels`; what is too large is refused before memory is asked for.
// `result->pixels` is given back with hub_image_free.
void hub_image_decode_jpeg(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, hub_image *result);
void hub_image_decode_png(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, hub_image *result);
// The first frame of an animation.
void hub_image_decode_webp(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, hub_image *result);
void hub_image_decode_gif(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, hub_image *result);
// The first page.
void hub_image_decode_tiff(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, hub_image *result);
void hub_image_free(hub_image *image);

// Encodes 8-bit samples as PNG: 1 channel is grey, 3 is RGB, 4 is RGBA. Answers 0 and gives `*encoded` (to be freed with
// hub_image_free_bytes) and its size, else -1.
int hub_image_encode_png(
    const uint8_t *pixels, uint32_t width, uint32_t height, int channels, uint8_t **encoded, size_t *count);
void hub_image_free_bytes(uint8_t *bytes);

// One pass of a separable resampling in fixed point: every output sample is the sum of `taps[i]` input samples from
// `starts[i]` on, each times its weight, plus a half, shifted right by `precision` and held within 0…255.
// `weights` has `stride` places for each output. Sums stay within 32 bits: weights of one output add up to
// 2^precision, and precision is at most 22.
void hub_resample_rows(
    const uint8_t *input, size_t input_width, size_t height, size_t channels, const int32_t *starts,
    const int32_t *taps, const int32_t *weights, size_t stride, int precision, uint8_t *output, size_t output_width);
void hub_resample_columns(
    const uint8_t *input, size_t row_bytes, const int32_t *starts, const int32_t *taps, const int32_t *weights,
    size_t stride, int precision, uint8_t *output, size_t output_height);

// Interleaved samples to planes of floating point: (sample - shift[c]) / scale[c] for each channel, or
// sample * scale[c] when `multiply` is set. With `unit` samples are first divided by 255. Rows of a plane are
// `row_length` apart, planes `plane_length`, in numbers.
void hub_planes_from_samples(
    const uint8_t *samples, size_t width, size_t height, const float *shift, const float *scale, int multiply, int unit,
    float *planes, size_t row_length, size_t plane_length);

// One row of a plane of floating point in another width, bilinearly and without aligned corners: from the two rows that
// it lies between, `down` of the way from `top` to `bottom`; for each of `count` columns the two it lies between, and
// how much of the way.
void hub_bilinear_row(
    const float *top, const float *bottom, float down, const int32_t *left, const int32_t *right, const float *across,
    size_t count, float *row);

// A plane in another size, bicubically (a = -0.75) and without aligned corners.
void hub_bicubic_plane(
    const float *plane, size_t width, size_t height, float *output, size_t output_width, size_t output_height);

// A character of the font that labels are written in: 15 rows from the top, of which the nine lowest bits are pixels, the
// leftmost the highest. NULL for characters that the font has not.
enum { HUB_FONT_WIDTH = 9, HUB_FONT_HEIGHT = 15 };
const uint16_t *hub_font_rows(uint32_t code);

// Where `row` is greater than `best`, takes it over there and notes `index`.
void hub_keep_greatest(const float *row, int32_t index, size_t count, float *best, int32_t *indices);

#endif
