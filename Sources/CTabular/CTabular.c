// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "CTabular.h"

#include <limits.h>
#include <lz4.h>
#include <snappy-c.h>
#include <zstd.h>

int hub_unpack_snappy(const uint8_t *input, size_t count, uint8_t *output, size_t size) {
    size_t promised = 0;
    if (snappy_uncompressed_length((const char *)input, count, &promised) != SNAPPY_OK || promised != size) return 0;
    size_t written = size;
    return snappy_uncompress((const char *)input, count, (char *)output, &written) == SNAPPY_OK && written == size;
}

int hub_unpack_zstd(const uint8_t *input, size_t count, uint8_t *output, size_t size) {
    size_t written = ZSTD_decompress(output, size, input, count);
    return !ZSTD_isError(written) && written == size;
}

int hub_unpack_lz4(const uint8_t *input, size_t count, uint8_t *output, size_t size) {
    if (count > INT_MAX || size > INT_MAX) return 0;
    return LZ4_decompress_safe((const char *)input, (char *)output, (int)count, (int)size) == (int)size;
}
