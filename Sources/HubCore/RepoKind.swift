// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What a repo holds. The three kinds share their storage and differ in cards, tags and URLs.
public enum RepoKind: String, Sendable, CaseIterable, Hashable, Codable {
    case model, dataset, space

    /// The segment after `/api/`: `models`, `datasets`, `spaces`.
    public var plural: String { rawValue + "s" }

    /// What stands before the repo id in web, resolve and LFS URLs: nothing for models.
    public var urlPrefix: String {
        switch self {
        case .model: ""
        case .dataset, .space: plural + "/"
        }
    }

    /// `nil` unless `plural` is `models`, `datasets` or `spaces`.
    public init?(plural: some StringProtocol) {
        guard let kind = Self.allCases.first(where: { $0.plural == plural }) else { return nil }
        self = kind
    }
}
