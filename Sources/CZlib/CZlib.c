// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "CZlib.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

// The header and trailer of a gzip member without a name.
enum { gzip_frame = 18, gzip_window = 15 + 16, raw_window = -15, any_window = 15 + 32 };

size_t hub_gzip_bound(size_t count) {
    if (count > UINT_MAX / 2) return 0;
    return compressBound(count) + gzip_frame;
}

size_t hub_gzip(const uint8_t *input, size_t count, uint8_t *output, size_t capacity, int level) {
    size_t bound = hub_gzip_bound(count);
    if (bound == 0 || capacity < bound || capacity > UINT_MAX) return 0;
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (deflateInit2(&stream, level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = (Bytef *)input;
    stream.avail_in = (uInt)count;
    stream.next_out = output;
    stream.avail_out = (uInt)capacity;
    int end = deflate(&stream, Z_FINISH);
    size_t written = stream.total_out;
    deflateEnd(&stream);
    return end == Z_STREAM_END ? written : 0;
}

enum hub_inflate_end hub_inflate(
    const uint8_t *input, size_t count, uint8_t *output, size_t capacity, size_t *written) {
    *written = 0;
    if (count > UINT_MAX || capacity > UINT_MAX) return hub_inflate_malformed;
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (inflateInit2(&stream, raw_window) != Z_OK) return hub_inflate_memory;
    stream.next_in = (Bytef *)input;
    stream.avail_in = (uInt)count;
    stream.next_out = output;
    stream.avail_out = (uInt)capacity;
    int end = inflate(&stream, Z_FINISH);
    *written = stream.total_out;
    int full = stream.avail_out == 0;
    inflateEnd(&stream);
    if (end == Z_STREAM_END) return hub_inflate_whole;
    if (end == Z_MEM_ERROR) return hub_inflate_memory;
    if (full && (end == Z_OK || end == Z_BUF_ERROR)) return hub_inflate_full;
    return hub_inflate_malformed;
}

struct hub_deflater {
    z_stream stream;
};

hub_deflater *hub_deflater_new(int level) {
    hub_deflater *deflater = calloc(1, sizeof *deflater);
    if (deflater == NULL) return NULL;
    if (deflateInit(&deflater->stream, level) == Z_OK) return deflater;
    free(deflater);
    return NULL;
}

void hub_deflater_free(hub_deflater *deflater) {
    if (deflater == NULL) return;
    deflateEnd(&deflater->stream);
    free(deflater);
}

size_t hub_deflater_bound(size_t count) {
    return count > UINT_MAX / 2 ? 0 : compressBound(count);
}

size_t hub_deflater_pack(
    hub_deflater *deflater, const uint8_t *input, size_t count, uint8_t *output, size_t capacity) {
    size_t bound = hub_deflater_bound(count);
    if (bound == 0 || capacity < bound) return 0;
    z_stream *stream = &deflater->stream;
    if (deflateReset(stream) != Z_OK) return 0;
    stream->next_in = (Bytef *)input;
    stream->avail_in = (uInt)count;
    stream->next_out = output;
    stream->avail_out = (uInt)(capacity > UINT_MAX ? UINT_MAX : capacity);
    return deflate(stream, Z_FINISH) == Z_STREAM_END ? stream->total_out : 0;
}

struct hub_inflater {
    z_stream stream;
};

hub_inflater *hub_inflater_new(void) {
    hub_inflater *inflater = calloc(1, sizeof *inflater);
    if (inflater == NULL) return NULL;
    if (inflateInit2(&inflater->stream, any_window) == Z_OK) return inflater;
    free(inflater);
    return NULL;
}

void hub_inflater_free(hub_inflater *inflater) {
    if (inflater == NULL) return;
    inflateEnd(&inflater->stream);
    free(inflater);
}

void hub_inflater_reset(hub_inflater *inflater) { inflateReset(&inflater->stream); }

enum hub_inflate_end hub_inflater_step(
    hub_inflater *inflater, const uint8_t *input, size_t count, size_t *consumed,
    uint8_t *output, size_t capacity, size_t *written) {
    z_stream *stream = &inflater->stream;
    uInt given = count > UINT_MAX ? UINT_MAX : (uInt)count;
    uInt room = capacity > UINT_MAX ? UINT_MAX : (uInt)capacity;
    stream->next_in = (Bytef *)input;
    stream->avail_in = given;
    stream->next_out = output;
    stream->avail_out = room;
    int end = inflate(stream, Z_NO_FLUSH);
    *consumed = given - stream->avail_in;
    *written = room - stream->avail_out;
    if (end == Z_STREAM_END) return hub_inflate_whole;
    if (end == Z_OK || end == Z_BUF_ERROR) return hub_inflate_full;
    return end == Z_MEM_ERROR ? hub_inflate_memory : hub_inflate_malformed;
}
