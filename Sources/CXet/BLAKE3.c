// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

// Keyed BLAKE3 of a buffer. Sixteen, eight or four leaves of the tree are hashed side by side, one per vector lane,
// and so are their parents: one of 64 KiB has 64 leaves, so that the lanes are mostly full without hashing several
// inputs at once.

#include "BLAKE3.h"
#include "CXet.h"

#include <string.h>

enum {
    leaf_length = 1024,
    subtree_leaves = 128, // 128 KiB, the longest chunk: one subtree is nearly always the whole tree
    subtree_length = leaf_length * subtree_leaves,
};

static inline uint32_t load32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static inline uint32_t rotate_right(uint32_t x, int n) { return x >> n | x << (32 - n); }

#define G(a, b, c, d, x, y)                                                                                            \
    v[a] += v[b] + (x), v[d] = rotate_right(v[d] ^ v[a], 16), v[c] += v[d], v[b] = rotate_right(v[b] ^ v[c], 12),      \
        v[a] += v[b] + (y), v[d] = rotate_right(v[d] ^ v[a], 8), v[c] += v[d], v[b] = rotate_right(v[b] ^ v[c], 7)

/// One compression. The last words of `block` beyond `length` bytes must be zero.
static void compress(uint32_t cv[8], const uint8_t block[64], uint32_t length, uint64_t counter, uint32_t flags) {
    uint32_t m[16], v[16];
    for (int i = 0; i < 16; i++) m[i] = load32(block + 4 * i);
    for (int i = 0; i < 8; i++) v[i] = cv[i];
    for (int i = 0; i < 4; i++) v[8 + i] = hub_blake3_iv[i];
    v[12] = (uint32_t)counter, v[13] = (uint32_t)(counter >> 32), v[14] = length, v[15] = flags;
#define ROUND(a, b, c, d, e, f, g, h, i, j, k, l, n, o, p, q)                                                          \
    G(0, 4, 8, 12, m[a], m[b]), G(1, 5, 9, 13, m[c], m[d]), G(2, 6, 10, 14, m[e], m[f]),                               \
        G(3, 7, 11, 15, m[g], m[h]), G(0, 5, 10, 15, m[i], m[j]), G(1, 6, 11, 12, m[k], m[l]),                         \
        G(2, 7, 8, 13, m[n], m[o]), G(3, 4, 9, 14, m[p], m[q]);
    HUB_BLAKE3_ROUNDS
#undef ROUND
    for (int i = 0; i < 8; i++) cv[i] = v[i] ^ v[i + 8];
}

/// Blocks one after another, as the vector kernels do them side by side.
static void hash_one(
    const uint8_t *input, size_t blocks, const uint32_t key[8], uint64_t counter, uint32_t flags, uint32_t first,
    uint32_t last, uint32_t cv[8]) {
    memcpy(cv, key, 32);
    for (size_t block = 0; block < blocks; block++) {
        uint32_t own = flags | (block == 0 ? first : 0) | (block + 1 == blocks ? last : 0);
        compress(cv, input + 64 * block, 64, counter, own);
    }
}

/// Hashes `count` inputs of `blocks` whole blocks each, `blocks * 64` bytes apart. A leaf's counter is its number.
static void hash_many(
    enum hub_blake3_path path, const uint8_t *input, size_t count, size_t blocks, const uint32_t key[8],
    uint64_t counter, bool counts, uint32_t flags, uint32_t first, uint32_t last, uint32_t (*output)[8]) {
    size_t done = 0;
    while (done < count) {
        size_t left = count - done;
        const uint8_t *from = input + done * blocks * 64;
        uint64_t number = counts ? counter + done : 0;
        struct hub_blake3_batch batch = {from, blocks, key, number, counts, flags, first, last, output[done]};
        size_t lanes = 1;
        // A wide kernel with idle lanes is still faster than narrower ones one after another.
#if HUB_BLAKE3_X86
        if (path == hub_blake3_lanes16 && left > 8) {
            lanes = left < 16 ? left : 16, hub_blake3_batch16(&batch, lanes);
        } else if (path >= hub_blake3_lanes8 && left > 3) {
            lanes = left < 8 ? left : 8, hub_blake3_batch8(&batch, lanes);
        } else
#endif
        if (path >= hub_blake3_lanes4 && left > 1) {
            lanes = left < 4 ? left : 4, hub_blake3_batch4(&batch, lanes);
        } else {
            hash_one(from, blocks, key, number, flags, first, last, output[done]);
        }
        done += lanes;
    }
}

/// The last leaf: all its blocks but the last, and that one's bytes, padded with zeros, in `block`.
static uint32_t open_last_block(
    const uint8_t *input, size_t count, const uint32_t key[8], uint64_t counter, uint32_t cv[8], uint8_t block[64],
    uint32_t *length) {
    memcpy(cv, key, 32);
    size_t blocks = count == 0 ? 1 : (count + 63) / 64;
    for (size_t i = 0; i + 1 < blocks; i++) {
        compress(cv, input + 64 * i, 64, counter, flag_keyed | (i == 0 ? flag_chunk_start : 0));
    }
    size_t rest = count - 64 * (blocks - 1);
    memset(block, 0, 64);
    if (rest > 0) memcpy(block, input + 64 * (blocks - 1), rest);
    *length = (uint32_t)rest;
    return flag_keyed | flag_chunk_end | (blocks == 1 ? flag_chunk_start : 0);
}

/// The nodes above all leaves of at most 128 KiB, until two are left, or one when there is only one leaf.
static size_t subtree(
    enum hub_blake3_path path, const uint8_t *input, size_t count, const uint32_t key[8], uint64_t counter,
    uint32_t (*cvs)[8]) {
    size_t whole = count / leaf_length, nodes = whole;
    hash_many(path, input, whole, 16, key, counter, true, flag_keyed, flag_chunk_start, flag_chunk_end, cvs);
    if (count % leaf_length != 0) {
        uint8_t block[64];
        uint32_t length;
        uint32_t flags = open_last_block(
            input + whole * leaf_length, count % leaf_length, key, counter + whole, cvs[nodes], block, &length);
        compress(cvs[nodes], block, length, counter + whole, flags);
        nodes++;
    }
    // Neighbours in pairs, an odd one rises as it is: that is BLAKE3's left-full tree.
    while (nodes > 2) {
        uint32_t parents[subtree_leaves / 2][8];
        size_t pairs = nodes / 2;
        hash_many(path, (const uint8_t *)cvs, pairs, 1, key, 0, false, flag_keyed | flag_parent, 0, 0, parents);
        if (nodes % 2 != 0) memcpy(cvs[pairs], cvs[nodes - 1], 32);
        memcpy(cvs, parents, pairs * 32);
        nodes = pairs + nodes % 2;
    }
    return nodes;
}

static void parent(const uint32_t left[8], const uint32_t right[8], const uint32_t key[8], bool root, uint32_t cv[8]) {
    uint8_t block[64];
    memcpy(block, left, 32), memcpy(block + 32, right, 32);
    memcpy(cv, key, 32);
    compress(cv, block, 64, 0, flag_keyed | flag_parent | (root ? flag_root : 0));
}

void hub_blake3_keyed_on(
    enum hub_blake3_path path, const uint8_t key_bytes[32], const uint8_t *input, size_t count, uint8_t output[32]) {
    uint32_t key[8], root[8];
    for (int i = 0; i < 8; i++) key[i] = load32(key_bytes + 4 * i);
    if (count <= leaf_length) {
        uint8_t block[64];
        uint32_t length, flags = open_last_block(input, count, key, 0, root, block, &length);
        compress(root, block, length, 0, flags | flag_root);
    } else {
        uint32_t cvs[subtree_leaves][8], stack[64][8];
        size_t depth = 0, done = 0;
        // Whole subtrees before the last one are merged as in a binary counter.
        while (count - done > subtree_length) {
            subtree(path, input + done, subtree_length, key, done / leaf_length, cvs);
            parent(cvs[0], cvs[1], key, false, stack[depth++]);
            done += subtree_length;
            for (size_t number = done / subtree_length; number % 2 == 0; number /= 2, depth--) {
                parent(stack[depth - 2], stack[depth - 1], key, false, stack[depth - 2]);
            }
        }
        if (subtree(path, input + done, count - done, key, done / leaf_length, cvs) == 2) {
            parent(cvs[0], cvs[1], key, depth == 0, root);
        } else {
            memcpy(root, cvs[0], 32);
        }
        for (; depth > 0; depth--) parent(stack[depth - 1], root, key, depth == 1, root);
    }
    for (int i = 0; i < 8; i++) {
        for (int byte = 0; byte < 4; byte++) output[4 * i + byte] = (uint8_t)(root[i] >> (8 * byte));
    }
}

enum hub_blake3_path hub_blake3_best(void) {
#if HUB_BLAKE3_X86
    if (__builtin_cpu_supports("avx512f")) return hub_blake3_lanes16;
    if (__builtin_cpu_supports("avx2")) return hub_blake3_lanes8;
#endif
    return hub_blake3_lanes4;
}

void hub_blake3_keyed(const uint8_t key[32], const uint8_t *input, size_t count, uint8_t output[32]) {
    hub_blake3_keyed_on(hub_blake3_best(), key, input, count, output);
}
