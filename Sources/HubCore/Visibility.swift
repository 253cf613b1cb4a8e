// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Who may know that a repo exists.
public enum Visibility: String, Sendable, CaseIterable, Codable {
    case `public`, `private`
}

/// Who may read the files of a repo that everybody may know of.
public enum Gating: String, Sendable, CaseIterable, Codable {
    /// A request is granted as it is made.
    case auto
    /// A request waits for the owner.
    case manual
}
