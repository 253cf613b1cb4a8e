// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "CXet.h"

#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

static uint32_t tables[8][256];

// Slicing by eight: the n-th table moves a byte n places further.
__attribute__((constructor)) static void fill(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0x82F63B78U : 0);
        tables[0][i] = crc;
    }
    for (int n = 1; n < 8; n++)
        for (int i = 0; i < 256; i++) tables[n][i] = (tables[n - 1][i] >> 8) ^ tables[0][tables[n - 1][i] & 255];
}

static uint32_t portable(uint32_t crc, const uint8_t *p, size_t count) {
    for (; count >= 8; p += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        word ^= crc;
        crc = 0;
        for (int i = 0; i < 8; i++) crc ^= tables[7 - i][(word >> (8 * i)) & 255];
    }
    while (count--) crc = (crc >> 8) ^ tables[0][(crc ^ *p++) & 255];
    return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t fast(uint32_t crc, const uint8_t *p, size_t count) {
    uint64_t sum = crc;
    for (; count >= 8; p += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        sum = _mm_crc32_u64(sum, word);
    }
    crc = (uint32_t)sum;
    while (count--) crc = _mm_crc32_u8(crc, *p++);
    return crc;
}
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
static uint32_t fast(uint32_t crc, const uint8_t *p, size_t count) {
    for (; count >= 8; p += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        crc = __crc32cd(crc, word);
    }
    while (count--) crc = __crc32cb(crc, *p++);
    return crc;
}
#endif

uint32_t hub_crc32c(uint32_t crc, const uint8_t *input, size_t count) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return ~fast(~crc, input, count);
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
    return ~fast(~crc, input, count);
#endif
    return ~portable(~crc, input, count);
}
