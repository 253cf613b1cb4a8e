// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "CArgon2.h"

#include <argon2.h>

static enum hub_argon2_end end_of(int code) {
    switch (code) {
    case ARGON2_OK: return hub_argon2_ok;
    case ARGON2_VERIFY_MISMATCH: return hub_argon2_mismatch;
    case ARGON2_MEMORY_ALLOCATION_ERROR:
    case ARGON2_THREAD_FAIL: return hub_argon2_no_memory;
    default: return hub_argon2_malformed;
    }
}

enum hub_argon2_end hub_argon2_hash(
    const uint8_t *password, size_t password_count, const uint8_t *salt, size_t salt_count, size_t hash_count,
    uint32_t memory, uint32_t passes, char *text) {
    if (salt_count > 64 || hash_count > 64) return hub_argon2_malformed;
    return end_of(argon2id_hash_encoded(
        passes, memory, 1, password, password_count, salt, salt_count, hash_count, text, hub_argon2_text_capacity));
}

enum hub_argon2_end hub_argon2_verify(const char *text, const uint8_t *password, size_t password_count) {
    return end_of(argon2id_verify(text, password, password_count));
}
