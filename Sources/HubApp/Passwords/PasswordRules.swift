// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What a password may be: long enough not to be guessed at the speed that sign-in allows, and nothing that everybody can
/// see. No rules on which characters: they make passwords worse.
public enum PasswordRules {
    /// Characters.
    public static let minimum = 10
    /// Bytes.
    public static let maximum = 1024

    /// - Throws: ``HubError/Code/unprocessable`` that says what is wrong.
    public static func check(_ password: String, name: String, email: String? = nil) throws {
        guard password.count >= minimum else {
            throw HubError(.unprocessable, "A password has at least \(minimum) characters")
        }
        guard password.utf8.count <= maximum else {
            throw HubError(.unprocessable, "A password has at most \(maximum) bytes")
        }
        guard !password.utf8.contains(0) else { throw HubError(.unprocessable, "A password has no zero bytes") }
        let lower = password.lowercased()
        guard lower != name.lowercased(), lower != email?.lowercased() else {
            throw HubError(.unprocessable, "The password must not be your name or address")
        }
        guard Set(lower).count > 3 else {
            throw HubError(.unprocessable, "The password repeats the same few characters; take another one")
        }
    }
}
