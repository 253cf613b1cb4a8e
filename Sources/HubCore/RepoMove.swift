// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A repo asked for by a name it no longer has.
public struct RepoMove: Sendable, Hashable {
    public let from: RepoID
    public let to: RepoID

    public init(from: RepoID, to: RepoID) {
        self.from = from
        self.to = to
    }
}
