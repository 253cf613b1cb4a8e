// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

// zlib as functions: its own interface is macros, which Swift does not see.

#ifndef VITRINE_CZLIB_H
#define VITRINE_CZLIB_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes that `hub_gzip` needs at most for `count` bytes of input, or 0 if that is more than it can take.
size_t hub_gzip_bound(size_t count);

/// Packs `count` bytes as one gzip member (RFC 1952).
/// Returns the bytes written, or 0 if `capacity` is less than the bound or memory is short.
size_t hub_gzip(const uint8_t *input, size_t count, uint8_t *output, size_t capacity, int level);

/// How `hub_inflate` ended.
enum hub_inflate_end {
    hub_inflate_whole = 0,     ///< the stream's end was reached
    hub_inflate_full = 1,      ///< the output is full and there is more
    hub_inflate_malformed = 2, ///< not DEFLATE data, or cut short
    hub_inflate_memory = 3     ///< memory is short
};

/// Unpacks raw DEFLATE data (RFC 1951) of `count` bytes into at most `capacity` bytes; `written` is how many came.
enum hub_inflate_end hub_inflate(
    const uint8_t *input, size_t count, uint8_t *output, size_t capacity, size_t *written);

/// Packs one piece after another, each as a zlib stream (RFC 1950) of its own, with one allocation for all.
typedef struct hub_deflater hub_deflater;

/// `NULL` if memory is short.
hub_deflater *hub_deflater_new(int level);
void hub_deflater_free(hub_deflater *deflater);

/// Bytes that `hub_deflater_pack` needs at most for `count` bytes of input, or 0 if that is more than it can take.
size_t hub_deflater_bound(size_t count);

/// Packs `count` bytes; returns the bytes written, or 0 if `capacity` is less than the bound.
size_t hub_deflater_pack(
    hub_deflater *deflater, const uint8_t *input, size_t count, uint8_t *output, size_t capacity);

/// Unpacks one zlib or gzip stream after another, piece by piece.
typedef struct hub_inflater hub_inflater;

/// `NULL` if memory is short.
hub_inflater *hub_inflater_new(void);
void hub_inflater_free(hub_inflater *inflater);

/// Forgets the stream it was in; the next byte begins another.
void hub_inflater_reset(hub_inflater *inflater);

/// Takes up to `count` bytes and gives up to `capacity`; `consumed` and `written` say how many.
/// `hub_inflate_whole` at the stream's end, `hub_inflate_full` when there is more to take or to give.
enum hub_inflate_end hub_inflater_step(
    hub_inflater *inflater, const uint8_t *input, size_t count, size_t *consumed,
    uint8_t *output, size_t capacity, size_t *written);

#ifdef __cplusplus
}
#endif

#endif
