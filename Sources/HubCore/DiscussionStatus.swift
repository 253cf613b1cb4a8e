// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Where a discussion or pull request stands.
public enum DiscussionStatus: String, Sendable, CaseIterable {
    /// Of a pull request that its author has not put forward yet.
    case draft
    case open, closed, merged

    /// Whether a pull request still takes commits and can be closed.
    public var isUnfinished: Bool { self == .draft || self == .open }
}
