// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// What a program may ask for, by the Hub's names.
public enum OAuthScope: String, Sendable, CaseIterable {
    case openID = "openid"
    case profile
    case email
    case readRepos = "read-repos"
    case gatedRepos = "gated-repos"
    case inference = "inference-api"
    case writeRepos = "write-repos"
    case manageRepos = "manage-repos"

    /// What granting it means, for whoever is asked; `nil` where that goes without saying.
    public var explanation: String? {
        switch self {
        case .openID: "Know who you are"
        case .profile: "Read your name and your organisations"
        case .email: "Read your email address"
        case .readRepos: "Read your repos and those of your organisations, private ones too"
        case .gatedRepos: "Read the public gated repos that were opened to you"
        case .inference: nil
        case .writeRepos, .manageRepos:
            "Read, create, change and delete repos of yours and of your organisations, like you"
        }
    }

    /// The known ones of a space-separated list: what is not known is not granted, and the answer says what was.
    static func known(_ text: String) -> [OAuthScope] {
        let asked = Set(text.split(separator: " ").map(String.init))
        return allCases.filter { asked.contains($0.rawValue) }
    }

    /// What a program gets that asks for nothing: `hf auth login` does, and works with repos.
    static func unasked(isDevice: Bool) -> [OAuthScope] {
        isDevice
            ? [.openID, .profile, .readRepos, .gatedRepos, .inference, .writeRepos, .manageRepos] : [.openID, .profile]
    }

    /// The access token that does what the scopes say.
    static func token(_ scopes: [OAuthScope]) -> (role: TokenRole, canReadGated: Bool) {
        if scopes.contains(.writeRepos) || scopes.contains(.manageRepos) { return (.write, false) }
        if scopes.contains(.readRepos) { return (.read, false) }
        return (.fineGrained, scopes.contains(.gatedRepos))
    }
}
