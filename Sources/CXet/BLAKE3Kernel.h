// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

// Included once for each width, with LANES, NAME and TARGET. Word i of every lane's block is vector m[i]: sixteen
// bytes (or 32, or 64) of each input are loaded as they are and transposed, since gathering words costs more than
// hashing them.

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define VECTOR PASTE(hub_words, LANES)
#define BYTES PASTE(hub_bytes, LANES)

typedef uint32_t VECTOR __attribute__((vector_size(4 * LANES)));
#if LANES > 4
typedef uint8_t BYTES __attribute__((vector_size(4 * LANES)));
#endif

#if LANES == 4
#define LOW32(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH32(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define LOW64(a, b) __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define HIGH64(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7)
#elif LANES == 8
#define LOW32(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define HIGH32(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define LOW64(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define HIGH64(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define LOW128(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define HIGH128(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#else
#define LOW32(a, b)                                                                                                    \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define HIGH32(a, b)                                                                                                   \
    __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define LOW64(a, b)                                                                                                    \
    __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define HIGH64(a, b)                                                                                                   \
    __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
// 128-bit quarters: the even ones of both, and the odd ones.
#define LOW128(a, b)                                                                                                   \
    __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define HIGH128(a, b)                                                                                                  \
    __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#endif

// Rotations by whole bytes are one shuffle where there is a byte shuffle; AVX-512 has rotations of its own.
#define SHIFTED(x, n) ((x) >> (n) | (x) << (32 - (n)))
#if LANES == 8
#define BYTEWISE(x, ...) ((VECTOR)__builtin_shufflevector((BYTES)(x), (BYTES)(x), __VA_ARGS__))
#define ROTATE16(x)                                                                                                    \
    BYTEWISE(                                                                                                          \
        x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13, 18, 19, 16, 17, 22, 23, 20, 21, 26, 27, 24, 25, 30,   \
        31, 28, 29)
#define ROTATE8(x)                                                                                                     \
    BYTEWISE(                                                                                                          \
        x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12, 17, 18, 19, 16, 21, 22, 23, 20, 25, 26, 27, 24, 29,   \
        30, 31, 28)
#else
#define ROTATE16(x) SHIFTED(x, 16)
#define ROTATE8(x) SHIFTED(x, 8)
#endif

#define GV(a, b, c, d, x, y)                                                                                           \
    v[a] += v[b] + (x), v[d] ^= v[a], v[d] = ROTATE16(v[d]), v[c] += v[d], v[b] ^= v[c], v[b] = SHIFTED(v[b], 12),     \
        v[a] += v[b] + (y), v[d] ^= v[a], v[d] = ROTATE8(v[d]), v[c] += v[d], v[b] ^= v[c], v[b] = SHIFTED(v[b], 7)
// The four columns, then the four diagonals; independent ones stand side by side for the scheduler.
#define ROUND(a, b, c, d, e, f, g, h, i, j, k, l, n, o, p, q)                                                          \
    GV(0, 4, 8, 12, m[a], m[b]), GV(1, 5, 9, 13, m[c], m[d]), GV(2, 6, 10, 14, m[e], m[f]),                            \
        GV(3, 7, 11, 15, m[g], m[h]), GV(0, 5, 10, 15, m[i], m[j]), GV(1, 6, 11, 12, m[k], m[l]),                      \
        GV(2, 7, 8, 13, m[n], m[o]), GV(3, 4, 9, 14, m[p], m[q]);

TARGET void NAME(const struct hub_blake3_batch *batch, size_t lanes) {
    const uint8_t *input[LANES];
    VECTOR h[8], low, high;
    size_t length = batch->blocks * 64;
    // Idle lanes hash the last input again.
    for (size_t lane = 0; lane < LANES; lane++) {
        size_t own = lane < lanes ? lane : lanes - 1;
        uint64_t counter = batch->counter + (batch->counts ? own : 0);
        input[lane] = batch->input + own * length;
        low[lane] = (uint32_t)counter, high[lane] = (uint32_t)(counter >> 32);
    }
    for (int i = 0; i < 8; i++) h[i] = batch->key[i] - (VECTOR){};
    for (size_t block = 0; block < batch->blocks; block++) {
        VECTOR m[16], v[16];
        for (int part = 0; part < 16; part += LANES) {
            VECTOR *t = m + part;
            for (int lane = 0; lane < LANES; lane++) memcpy(&t[lane], input[lane] + 64 * block + 4 * part, 4 * LANES);
            for (int i = 0; i < LANES; i += 4) {
                VECTOR a = LOW32(t[i], t[i + 1]), b = HIGH32(t[i], t[i + 1]);
                VECTOR c = LOW32(t[i + 2], t[i + 3]), d = HIGH32(t[i + 2], t[i + 3]);
                t[i] = LOW64(a, c), t[i + 1] = HIGH64(a, c), t[i + 2] = LOW64(b, d), t[i + 3] = HIGH64(b, d);
            }
#if LANES == 8
            for (int i = 0; i < 4; i++) {
                VECTOR a = t[i], b = t[i + 4];
                t[i] = LOW128(a, b), t[i + 4] = HIGH128(a, b);
            }
#elif LANES == 16
            for (int i = 0; i < 4; i++) {
                VECTOR a = LOW128(t[i], t[i + 4]), b = HIGH128(t[i], t[i + 4]);
                VECTOR c = LOW128(t[i + 8], t[i + 12]), d = HIGH128(t[i + 8], t[i + 12]);
                t[i] = LOW128(a, c), t[i + 8] = HIGH128(a, c), t[i + 4] = LOW128(b, d), t[i + 12] = HIGH128(b, d);
            }
#endif
        }
        uint32_t flags = batch->flags | (block == 0 ? batch->first : 0);
        if (block + 1 == batch->blocks) flags |= batch->last;
        for (int i = 0; i < 8; i++) v[i] = h[i];
        for (int i = 0; i < 4; i++) v[8 + i] = hub_blake3_iv[i] - (VECTOR){};
        v[12] = low, v[13] = high, v[14] = 64 - (VECTOR){}, v[15] = flags - (VECTOR){};
        HUB_BLAKE3_ROUNDS
        for (int i = 0; i < 8; i++) h[i] = v[i] ^ v[i + 8];
    }
    for (size_t lane = 0; lane < lanes; lane++) {
        for (int i = 0; i < 8; i++) batch->output[8 * lane + i] = h[i][lane];
    }
}

#undef PASTE_
#undef PASTE
#undef VECTOR
#undef BYTES
#undef LOW32
#undef HIGH32
#undef LOW64
#undef HIGH64
#undef LOW128
#undef HIGH128
#undef SHIFTED
#undef BYTEWISE
#undef ROTATE16
#undef ROTATE8
#undef GV
#undef ROUND
#undef LANES
#undef NAME
#undef TARGET
