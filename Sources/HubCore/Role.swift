// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What a member may do in an organisation; each role includes the ones before it.
public enum Role: String, Sendable, CaseIterable, Codable, Comparable {
    /// See and download private repos.
    case read
    /// Create repos, and change those one has created.
    case contributor
    /// Create repos and change all of them.
    case write
    /// Members, settings and deletion too.
    case admin

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .read: 0
        case .contributor: 1
        case .write: 2
        case .admin: 3
        }
    }
}
