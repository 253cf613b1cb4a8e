// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

// The inner loops of the Xet formats: what is too slow in a debug build, or needs instructions chosen at run time.
// Nothing here keeps state between calls, and every function may be called from any thread.

#ifndef VITRINE_CXET_H
#define VITRINE_CXET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Which code hashes; a machine has those up to its best.
enum hub_blake3_path {
    hub_blake3_scalar = 0, ///< one block at a time
    hub_blake3_lanes4 = 1, ///< SSE2, NEON or whatever the compiler makes of four lanes
    hub_blake3_lanes8 = 2, ///< AVX2
    hub_blake3_lanes16 = 3 ///< AVX-512
};

/// The fastest path of this machine.
enum hub_blake3_path hub_blake3_best(void);

/// Keyed BLAKE3 of `count` bytes, 32 bytes long, on the fastest path.
void hub_blake3_keyed(const uint8_t key[32], const uint8_t *input, size_t count, uint8_t output[32]);

/// The same on a path of the caller's choice, which the machine must have.
void hub_blake3_keyed_on(
    enum hub_blake3_path path, const uint8_t key[32], const uint8_t *input, size_t count, uint8_t output[32]);

/// The bounds of a content-defined chunk, in bytes.
enum { hub_gear_min = 8192, hub_gear_max = 131072 };

/// A chunk that is not ended yet. All zero at a chunk's start.
struct hub_gear {
    uint64_t hash;
    uint64_t length; ///< bytes of it so far
};

/// Goes on with the open chunk. Returns how many of the `count` bytes belong to it; `ended` says whether it ends there.
size_t hub_gear_scan(struct hub_gear *state, const uint8_t *input, size_t count, bool *ended);

/// Byte grouping: bytes 0, 4, 8, …, then 1, 5, 9, …, then 2, 6, 10, …, then 3, 7, 11, …
void hub_bg4_split(const uint8_t *input, size_t count, uint8_t *output);
/// Undoes `hub_bg4_split`.
void hub_bg4_join(const uint8_t *input, size_t count, uint8_t *output);

/// CRC-64/NVME of bytes that come in pieces: begins with 0, and takes the result for the piece before.
uint64_t hub_crc64_nvme(uint64_t crc, const uint8_t *input, size_t count);

/// CRC-32C (Castagnoli) likewise; by the processor's own instruction where it has one.
uint32_t hub_crc32c(uint32_t crc, const uint8_t *input, size_t count);

/// Bytes that `hub_lz4_pack` needs at most.
size_t hub_lz4_bound(size_t count);
/// Packs as one LZ4 frame of independent blocks. Returns its length, or 0 when it does not fit or memory is short.
size_t hub_lz4_pack(const uint8_t *input, size_t count, uint8_t *output, size_t capacity);

/// How `hub_lz4_unpack` ended.
enum hub_lz4_end {
    hub_lz4_whole = 0,     ///< one frame, exactly as long as the room
    hub_lz4_malformed = 1, ///< no LZ4 frame, or one that is cut short or followed by something
    hub_lz4_length = 2,    ///< a frame of another length than the room's
    hub_lz4_memory = 3     ///< memory is short
};

/// Unpacks one LZ4 frame that must fill `output` exactly.
enum hub_lz4_end hub_lz4_unpack(const uint8_t *input, size_t count, uint8_t *output, size_t length);

#ifdef __cplusplus
}
#endif

#endif
