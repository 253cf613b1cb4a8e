// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What has become of a request to read a gated repo's files.
public enum AccessRequestStatus: String, Sendable, CaseIterable, Codable {
    /// Waits for the owner.
    case pending
    /// Opens the files.
    case accepted
    case rejected
}
