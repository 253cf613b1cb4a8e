// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// How much an account may store.
public enum StorageQuota: Sendable, Hashable {
    /// As the hub's configuration says.
    case standard
    case unlimited
    case bytes(Int64)
}
