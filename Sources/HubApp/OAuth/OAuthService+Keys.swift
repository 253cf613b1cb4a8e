// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import CryptoExtras
import Dispatch
public import HubCore
import HubStore
import JWTKit

/// ID tokens, and the key they are signed with.
extension OAuthService {
    /// The public half of the key, for `/oauth/jwks`.
    public func keys() async throws -> JSONValue {
        let key = try await signingKey()
        let (modulus, exponent) = try key.publicKey.getKeyPrimitives()
        return [
            "keys": [
                [
                    "kty": "RSA", "use": "sig", "alg": "RS256", "kid": .string(try Self.keyID(key)),
                    "n": .string(Base64URL.encode(modulus)), "e": .string(Base64URL.encode(exponent)),
                ]
            ]
        ]
    }

    /// Who was let in, signed for the program to check.
    func idToken(_ issued: Issued, base: String) async throws -> String {
        let now = hub.clock.now.seconds
        let scopes = issued.grant.scopes.compactMap(OAuthScope.init(rawValue:))
        let claims = Self.claims(issued.account, issued.memberships, scopes, base: base)
        let payload = IDTokenPayload(
            iss: base,
            sub: issued.account.publicID,
            aud: issued.app.clientID,
            exp: now + 3600,
            iat: now,
            nonce: issued.grant.nonce,
            name: claims["name"]?.stringValue,
            username: claims["preferred_username"]?.stringValue,
            profile: claims["profile"]?.stringValue,
            picture: claims["picture"]?.stringValue,
            email: claims["email"]?.stringValue,
            isEmailVerified: claims["email_verified"]?.boolValue
        )
        let key = try await signingKey()
        let keys = JWTKeyCollection()
        let kid = JWKIdentifier(string: try Self.keyID(key))
        await keys.add(rsa: key, digestAlgorithm: .sha256, kid: kid)
        return try await keys.sign(payload, kid: kid)
    }

    private static let keySetting = "oauth-signing-key"

    /// From the database, or made on first use.
    private func signingKey() async throws -> JWTKit.Insecure.RSA.PrivateKey {
        let stored: [UInt8]
        if let found = try await hub.store.read({ try $0.setting(Self.keySetting) }) {
            stored = found
        } else {
            // Looking for primes takes a while, which is no time to hold a transaction or a shared thread.
            let made = try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(
                        with: Result {
                            try Array(_RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation.utf8)
                        }
                    )
                }
            }
            stored = try await hub.store.write(durable: true) { tx in
                if let found = try tx.read.setting(Self.keySetting) { return found }
                try tx.set(made, forSetting: Self.keySetting)
                return made
            }
        }
        return try JWTKit.Insecure.RSA.PrivateKey(pem: String(decoding: stored, as: UTF8.self))
    }

    private static func keyID(_ key: JWTKit.Insecure.RSA.PrivateKey) throws -> String {
        Hex.encode(SHA256.hash(data: key.publicKey.derRepresentation).prefix(8))
    }
}

private struct IDTokenPayload: JWTPayload {
    let iss: String
    let sub: String
    let aud: String
    let exp: Int64
    let iat: Int64
    let nonce: String?
    let name: String?
    let username: String?
    let profile: String?
    let picture: String?
    let email: String?
    let isEmailVerified: Bool?

    private enum CodingKeys: String, CodingKey {
        case iss, sub, aud, exp, iat, nonce, name
        case username = "preferred_username"
        case profile, picture, email
        case isEmailVerified = "email_verified"
    }

    /// Ours; others check it.
    func verify(using algorithm: some JWTAlgorithm) {}
}
