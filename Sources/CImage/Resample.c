// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "CImage.h"

#include <stdlib.h>
#include <string.h>

// The same code twice, the faster chosen when the program is loaded: 32-bit products need more than the baseline.
#if defined(__x86_64__) && defined(__linux__) && defined(__clang__)
#define HUB_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define HUB_CLONES
#endif

static inline uint8_t clip(int32_t sum, int precision) {
    int32_t value = sum >> precision;
    return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

HUB_CLONES
void hub_resample_rows(
    const uint8_t *input, size_t input_width, size_t height, size_t channels, const int32_t *starts,
    const int32_t *taps, const int32_t *weights, size_t stride, int precision, uint8_t *output, size_t output_width) {
    const int32_t half = 1 << (precision - 1);
    for (size_t y = 0; y < height; y++) {
        const uint8_t *row = input + y * input_width * channels;
        uint8_t *target = output + y * output_width * channels;
        if (channels == 3) {
            for (size_t x = 0; x < output_width; x++) {
                const uint8_t *source = row + (size_t)starts[x] * 3;
                const int32_t *weight = weights + x * stride;
                int32_t red = half, green = half, blue = half;
                for (int32_t tap = 0; tap < taps[x]; tap++) {
                    red += source[3 * tap] * weight[tap];
                    green += source[3 * tap + 1] * weight[tap];
                    blue += source[3 * tap + 2] * weight[tap];
                }
                target[3 * x] = clip(red, precision);
                target[3 * x + 1] = clip(green, precision);
                target[3 * x + 2] = clip(blue, precision);
            }
            continue;
        }
        for (size_t x = 0; x < output_width; x++) {
            const int32_t *weight = weights + x * stride;
            for (size_t channel = 0; channel < channels; channel++) {
                const uint8_t *source = row + (size_t)starts[x] * channels + channel;
                int32_t sum = half;
                for (int32_t tap = 0; tap < taps[x]; tap++) sum += source[(size_t)tap * channels] * weight[tap];
                target[x * channels + channel] = clip(sum, precision);
            }
        }
    }
}

HUB_CLONES
void hub_resample_columns(
    const uint8_t *input, size_t row_bytes, const int32_t *starts, const int32_t *taps, const int32_t *weights,
    size_t stride, int precision, uint8_t *output, size_t output_height) {
    // Blocks of a row that fit in the first-level cache together with their sums.
    enum { block = 2048 };
    int32_t sums[block];
    const int32_t half = 1 << (precision - 1);
    for (size_t y = 0; y < output_height; y++) {
        for (size_t from = 0; from < row_bytes; from += block) {
            size_t length = row_bytes - from < block ? row_bytes - from : block;
            for (size_t i = 0; i < length; i++) sums[i] = half;
            for (int32_t tap = 0; tap < taps[y]; tap++) {
                const uint8_t *source = input + ((size_t)starts[y] + (size_t)tap) * row_bytes + from;
                int32_t weight = weights[y * stride + (size_t)tap];
                for (size_t i = 0; i < length; i++) sums[i] += source[i] * weight;
            }
            uint8_t *target = output + y * row_bytes + from;
            for (size_t i = 0; i < length; i++) target[i] = clip(sums[i], precision);
        }
    }
}

HUB_CLONES
void hub_planes_from_samples(
    const uint8_t *samples, size_t width, size_t height, const float *shift, const float *scale, int multiply, int unit,
    float *planes, size_t row_length, size_t plane_length) {
    for (size_t channel = 0; channel < 3; channel++) {
        // There are 256 answers for each channel.
        float table[256];
        for (int sample = 0; sample < 256; sample++) {
            float value = unit ? (float)sample / 255.0f : (float)sample;
            table[sample] = multiply ? value * scale[channel] : (value - shift[channel]) / scale[channel];
        }
        for (size_t y = 0; y < height; y++) {
            const uint8_t *source = samples + y * width * 3 + channel;
            float *target = planes + channel * plane_length + y * row_length;
            for (size_t x = 0; x < width; x++) target[x] = table[source[3 * x]];
        }
    }
}
