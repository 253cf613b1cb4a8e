// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#ifndef VITRINE_BLAKE3_H
#define VITRINE_BLAKE3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#define HUB_BLAKE3_X86 1
#else
#define HUB_BLAKE3_X86 0
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "chaining values are hashed as they lie in memory: little-endian machines only"
#endif

enum { flag_chunk_start = 1, flag_chunk_end = 2, flag_parent = 4, flag_root = 8, flag_keyed = 16 };

static const uint32_t hub_blake3_iv[4] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A};

// The message permutation, applied once more for each round.
#define HUB_BLAKE3_ROUNDS                                                                                              \
    ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)                                                        \
    ROUND(2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)                                                        \
    ROUND(3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1)                                                        \
    ROUND(10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6)                                                        \
    ROUND(12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4)                                                        \
    ROUND(9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7)                                                        \
    ROUND(11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13)

/// Inputs of `blocks` whole blocks each, one after another in memory.
struct hub_blake3_batch {
    const uint8_t *input;
    size_t blocks;
    const uint32_t *key;
    uint64_t counter;
    bool counts; ///< whether each input's counter is one more than the last one's
    uint32_t flags, first, last;
    uint32_t *output; ///< eight words for each input
};

/// `lanes` is how many inputs there are, at most as many as the name says and at least one.
void hub_blake3_batch4(const struct hub_blake3_batch *batch, size_t lanes);
#if HUB_BLAKE3_X86
void hub_blake3_batch8(const struct hub_blake3_batch *batch, size_t lanes);
void hub_blake3_batch16(const struct hub_blake3_batch *batch, size_t lanes);
#endif

#endif
