// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

// The codecs of Parquet pages, each a whole block into memory of a known size.

#ifndef VITRINE_CTABULAR_H
#define VITRINE_CTABULAR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Each unpacks `count` bytes into exactly `size` bytes of `output` and returns 1; 0 for anything that is not that.
int hub_unpack_snappy(const uint8_t *input, size_t count, uint8_t *output, size_t size);
int hub_unpack_zstd(const uint8_t *input, size_t count, uint8_t *output, size_t size);
int hub_unpack_lz4(const uint8_t *input, size_t count, uint8_t *output, size_t size);

#ifdef __cplusplus
}
#endif

#endif
