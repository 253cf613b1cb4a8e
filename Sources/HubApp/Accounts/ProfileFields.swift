// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What a user says about themselves, as it is kept.
struct ProfileFields: Sendable {
    /// `nil` where nothing was said.
    let fullName: String?
    let email: String?

    /// - Throws: ``HubError/Code/badRequest``.
    init(fullName: String?, email: String?) throws {
        let fullName = PasswordService.trimmed(fullName ?? "")
        let email = PasswordService.trimmed(email ?? "")
        guard fullName.utf8.count <= 200, Self.isPlain(fullName) else {
            throw HubError(.badRequest, "A full name has at most 200 bytes, in one line")
        }
        self.fullName = fullName.isEmpty ? nil : fullName
        guard email.isEmpty || Self.isAddress(email) else {
            throw HubError(.badRequest, "'\(email.prefix(100))' is no address of mail")
        }
        self.email = email.isEmpty ? nil : email
    }

    /// One @ between what is no blank: what really is one, only a mail would tell.
    private static func isAddress(_ text: String) -> Bool {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, let user = halves.first, let host = halves.last else { return false }
        return text.utf8.count <= 254 && !user.isEmpty && !host.isEmpty && !host.hasPrefix(".") && !host.hasSuffix(".")
            && isPlain(text) && !text.contains(where: \.isWhitespace)
    }

    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control && !$0.properties.isNoncharacterCodePoint
        }
    }
}
