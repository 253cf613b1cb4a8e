// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The identity provider that people sign in with.
public struct OIDCSettings: Sendable {
    /// Its address, exactly as its ID tokens say.
    public var issuer: String
    public var clientID: String
    /// `nil` for a public client.
    public var clientSecret: String?
    /// What people call it, on the button.
    public var name: String
    public var scopes: String
    /// The claim that user names are made of.
    public var usernameClaim: String
    /// Whether who is not known yet gets an account.
    public var createsUsers: Bool

    public init(
        issuer: String,
        clientID: String,
        clientSecret: String?,
        name: String,
        scopes: String,
        usernameClaim: String,
        createsUsers: Bool
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.name = name
        self.scopes = scopes
        self.usernameClaim = usernameClaim
        self.createsUsers = createsUsers
    }
}
