// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

// Argon2id by the system's libargon2, one hash at a time.

#ifndef HUB_CARGON2_H
#define HUB_CARGON2_H

#include <stddef.h>
#include <stdint.h>

/// Bytes of the text that `hub_argon2_hash` writes, with its zero, for salts and hashes of up to 64 bytes.
enum { hub_argon2_text_capacity = 256 };

enum hub_argon2_end {
    hub_argon2_ok = 0,
    hub_argon2_mismatch,
    hub_argon2_no_memory,
    hub_argon2_malformed,
};

/// Writes the PHC text of a password's hash with one lane. `memory` is in KiB.
/// - Returns: ok, no_memory or malformed.
enum hub_argon2_end hub_argon2_hash(
    const uint8_t *password, size_t password_count, const uint8_t *salt, size_t salt_count, size_t hash_count,
    uint32_t memory, uint32_t passes, char *text);

/// Compares a password with a PHC text, in a time that does not depend on where they differ.
enum hub_argon2_end hub_argon2_verify(const char *text, const uint8_t *password, size_t password_count);

#endif
