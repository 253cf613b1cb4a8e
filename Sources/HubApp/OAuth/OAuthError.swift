// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A refusal in OAuth's own words: `{"error": code, "error_description": message}`.
public struct OAuthError: Error, Sendable, Hashable {
    /// The registered names of RFC 6749, RFC 8628 and OpenID Connect; clients compare them.
    public enum Code: String, Sendable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case invalidScope = "invalid_scope"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case authorizationPending = "authorization_pending"
        case slowDown = "slow_down"
        case accessDenied = "access_denied"
        case expiredToken = "expired_token"
        case loginRequired = "login_required"
        case temporarilyUnavailable = "temporarily_unavailable"
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
