// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "CImage.h"

#include <math.h>

// Fused multiplications, as the reference's vector code has them: two masks that are both 1 at a pixel must not change
// places by a rounding. The clone has the instruction, the other calls the library.
#if defined(__x86_64__) && defined(__linux__) && defined(__clang__)
#define HUB_FUSED __attribute__((target_clones("arch=haswell", "default")))
#else
#define HUB_FUSED
#endif

HUB_FUSED
void hub_bilinear_row(
    const float *top, const float *bottom, float down, const int32_t *left, const int32_t *right, const float *across,
    size_t count, float *row) {
    float up = 1.0f - down;
    for (size_t x = 0; x < count; x++) {
        float after = across[x], before = 1.0f - after;
        float above = __builtin_fmaf(top[left[x]], before, top[right[x]] * after);
        float below = __builtin_fmaf(bottom[left[x]], before, bottom[right[x]] * after);
        row[x] = __builtin_fmaf(above, up, below * down);
    }
}

static void cubic_weights(float t, float weights[4]) {
    const float a = -0.75f;
    float far = t + 1.0f, near = t, other = 1.0f - t, last = 2.0f - t;
    weights[0] = ((a * far - 5.0f * a) * far + 8.0f * a) * far - 4.0f * a;
    weights[1] = ((a + 2.0f) * near - (a + 3.0f)) * near * near + 1.0f;
    weights[2] = ((a + 2.0f) * other - (a + 3.0f)) * other * other + 1.0f;
    weights[3] = ((a * last - 5.0f * a) * last + 8.0f * a) * last - 4.0f * a;
}

static size_t held(long index, size_t count) {
    return index < 0 ? 0 : (size_t)index >= count ? count - 1 : (size_t)index;
}

void hub_bicubic_plane(
    const float *plane, size_t width, size_t height, float *output, size_t output_width, size_t output_height) {
    float scale_x = (float)width / (float)output_width, scale_y = (float)height / (float)output_height;
    for (size_t y = 0; y < output_height; y++) {
        float real_y = scale_y * ((float)y + 0.5f) - 0.5f, floor_y = floorf(real_y);
        float down[4];
        cubic_weights(real_y - floor_y, down);
        const float *rows[4];
        for (int i = 0; i < 4; i++) rows[i] = plane + held((long)floor_y - 1 + i, height) * width;
        for (size_t x = 0; x < output_width; x++) {
            float real_x = scale_x * ((float)x + 0.5f) - 0.5f, floor_x = floorf(real_x);
            float across[4];
            cubic_weights(real_x - floor_x, across);
            size_t columns[4];
            for (int i = 0; i < 4; i++) columns[i] = held((long)floor_x - 1 + i, width);
            float sum = 0;
            for (int i = 0; i < 4; i++) {
                const float *row = rows[i];
                sum += down[i]
                    * (across[0] * row[columns[0]] + across[1] * row[columns[1]] + across[2] * row[columns[2]]
                       + across[3] * row[columns[3]]);
            }
            output[y * output_width + x] = sum;
        }
    }
}

void hub_keep_greatest(const float *row, int32_t index, size_t count, float *best, int32_t *indices) {
    for (size_t x = 0; x < count; x++) {
        if (row[x] > best[x]) {
            best[x] = row[x];
            indices[x] = index;
        }
    }
}
