// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

// What chunks are packed with: byte grouping, LZ4 frames, and the checksum of the packed whole.

#include "CXet.h"

#include <lz4frame.h>
#include <pthread.h>
#include <string.h>

void hub_bg4_split(const uint8_t *input, size_t count, uint8_t *output) {
    size_t quads = count / 4, rest = count % 4;
    uint8_t *group[4] = {output};
    for (size_t k = 1; k < 4; k++) group[k] = group[k - 1] + quads + (k - 1 < rest);
    uint8_t *restrict a = group[0], *restrict b = group[1], *restrict c = group[2], *restrict d = group[3];
    for (size_t i = 0; i < quads; i++) {
        a[i] = input[4 * i], b[i] = input[4 * i + 1], c[i] = input[4 * i + 2], d[i] = input[4 * i + 3];
    }
    for (size_t k = 0; k < rest; k++) group[k][quads] = input[4 * quads + k];
}

void hub_bg4_join(const uint8_t *input, size_t count, uint8_t *restrict output) {
    size_t quads = count / 4, rest = count % 4;
    const uint8_t *group[4] = {input};
    for (size_t k = 1; k < 4; k++) group[k] = group[k - 1] + quads + (k - 1 < rest);
    const uint8_t *a = group[0], *b = group[1], *c = group[2], *d = group[3];
    for (size_t i = 0; i < quads; i++) {
        output[4 * i] = a[i], output[4 * i + 1] = b[i], output[4 * i + 2] = c[i], output[4 * i + 3] = d[i];
    }
    for (size_t k = 0; k < rest; k++) output[4 * quads + k] = group[k][quads];
}

static uint64_t crc_table[8][256];

static void make_crc_table(void) {
    for (unsigned byte = 0; byte < 256; byte++) {
        uint64_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0x9A6C9329AC4BC9B5 : 0);
        crc_table[0][byte] = crc;
    }
    for (unsigned byte = 0; byte < 256; byte++) {
        for (int i = 1; i < 8; i++) {
            uint64_t before = crc_table[i - 1][byte];
            crc_table[i][byte] = before >> 8 ^ crc_table[0][before & 0xFF];
        }
    }
}

uint64_t hub_crc64_nvme(uint64_t crc, const uint8_t *input, size_t count) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_crc_table);
    crc = ~crc;
    size_t at = 0;
    for (; count - at >= 8; at += 8) {
        for (int i = 0; i < 8; i++) crc ^= (uint64_t)input[at + i] << (8 * i);
        crc = crc_table[7][crc & 0xFF] ^ crc_table[6][crc >> 8 & 0xFF] ^ crc_table[5][crc >> 16 & 0xFF]
            ^ crc_table[4][crc >> 24 & 0xFF] ^ crc_table[3][crc >> 32 & 0xFF] ^ crc_table[2][crc >> 40 & 0xFF]
            ^ crc_table[1][crc >> 48 & 0xFF] ^ crc_table[0][crc >> 56];
    }
    for (; at < count; at++) crc = crc >> 8 ^ crc_table[0][(crc ^ input[at]) & 0xFF];
    return ~crc;
}

// As hf-xet's own: independent blocks as large as the chunk needs, no checksums, since the chunk's hash says more.
static LZ4F_preferences_t preferences(void) {
    LZ4F_preferences_t preferences;
    memset(&preferences, 0, sizeof preferences);
    preferences.frameInfo.blockSizeID = LZ4F_max256KB;
    preferences.frameInfo.blockMode = LZ4F_blockIndependent;
    return preferences;
}

size_t hub_lz4_bound(size_t count) {
    LZ4F_preferences_t own = preferences();
    return LZ4F_compressFrameBound(count, &own);
}

size_t hub_lz4_pack(const uint8_t *input, size_t count, uint8_t *output, size_t capacity) {
    LZ4F_preferences_t own = preferences();
    size_t written = LZ4F_compressFrame(output, capacity, input, count, &own);
    return LZ4F_isError(written) ? 0 : written;
}

enum hub_lz4_end hub_lz4_unpack(const uint8_t *input, size_t count, uint8_t *output, size_t length) {
    LZ4F_dctx *context;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) return hub_lz4_memory;
    enum hub_lz4_end end = hub_lz4_malformed;
    size_t read = 0, written = 0;
    LZ4F_decompressOptions_t options;
    memset(&options, 0, sizeof options);
    options.stableDst = 1;
    for (;;) {
        size_t in = count - read, out = length - written;
        size_t hint = LZ4F_decompress(context, output + written, &out, input + read, &in, &options);
        if (LZ4F_isError(hint)) {
            // The codes are in the library's unstable half, the names are not.
            if (strcmp(LZ4F_getErrorName(hint), "ERROR_allocation_failed") == 0) end = hub_lz4_memory;
            break;
        }
        read += in, written += out;
        if (hint == 0) {
            if (read == count) end = written == length ? hub_lz4_whole : hub_lz4_length;
            break;
        }
        if (in == 0 && out == 0) {
            if (written == length && read < count) end = hub_lz4_length;
            break;
        }
    }
    LZ4F_freeDecompressionContext(context);
    return end;
}
