// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import JWTKit

/// What an identity provider says of itself and its keys, asked once and again when a key is not among them.
actor IdentityProvider {
    /// Its discovery document, as far as it matters here.
    struct Description: Sendable {
        let authorizationEndpoint: String
        let tokenEndpoint: String
        let keysAddress: String
        /// Whether the secret goes into the form; else into `Authorization: Basic`.
        let takesSecretInForm: Bool
    }

    /// Seconds for which the description holds.
    private static let lifetime: Duration = .seconds(3600)

    private let issuer: String
    private let web: any WebClient
    private var described: (description: Description, at: ContinuousClock.Instant)?
    private var keys: [String: JWK] = [:]
    /// Keys without a name.
    private var unnamed: [JWK] = []

    init(issuer: String, web: any WebClient) {
        self.issuer = issuer
        self.web = web
    }

    /// - Throws: ``HubError/Code/unavailable``.
    func description() async throws -> Description {
        if let described, described.at + Self.lifetime > .now { return described.description }
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        let json = try await get(base + "/.well-known/openid-configuration")
        guard json["issuer"]?.stringValue == issuer else {
            throw refused("it calls itself '\(json["issuer"]?.stringValue?.prefix(200) ?? "")'")
        }
        func endpoint(_ key: String) throws -> String {
            guard let text = json[key]?.stringValue, text.hasPrefix("https://") || text.hasPrefix("http://") else {
                throw refused("its description has no \(key)")
            }
            // Whoever trusts the issuer by TLS is not to be sent on without it.
            guard text.hasPrefix("https://") || !issuer.hasPrefix("https://") else {
                throw refused("its \(key) is without TLS")
            }
            return text
        }
        let methods = json["token_endpoint_auth_methods_supported"]?.arrayValue?.compactMap(\.stringValue)
        let description = Description(
            authorizationEndpoint: try endpoint("authorization_endpoint"),
            tokenEndpoint: try endpoint("token_endpoint"),
            keysAddress: try endpoint("jwks_uri"),
            takesSecretInForm: methods.map { !$0.contains("client_secret_basic") && $0.contains("client_secret_post") }
                ?? false
        )
        described = (description, .now)
        return description
    }

    /// The claims of an ID token whose signature is the provider's. Nothing else of it is checked here.
    /// - Throws: ``HubError/Code/forbidden`` for a token that is not the provider's.
    func claims(of idToken: String) async throws -> JSONValue {
        let kid = Self.keyID(of: idToken)
        if kid.map({ keys[$0] == nil }) ?? (unnamed.isEmpty && keys.isEmpty) { try await loadKeys() }
        // A key may have been made anew under its old name.
        do { return try await verified(idToken, kid) } catch { try await loadKeys() }
        do { return try await verified(idToken, kid) } catch {
            throw HubError(
                .forbidden,
                "The identity provider's ID token is not signed by one of its keys",
                cause: error
            )
        }
    }

    private func verified(_ idToken: String, _ kid: String?) async throws -> JSONValue {
        let collection = JWTKeyCollection()
        if let kid, let key = keys[kid] {
            try await collection.add(jwk: key, isDefault: true)
        } else if kid == nil {
            for (place, key) in (unnamed + Array(keys.values)).enumerated() {
                var named = key
                named.keyIdentifier = JWKIdentifier(string: "\(place)")
                try await collection.add(jwk: named)
            }
        } else {
            throw HubError(.forbidden, "The ID token is signed with a key that the provider does not list")
        }
        // Signed with none of our keys, a token is not decoded.
        return try await collection.verify(idToken, as: AnyClaims.self, iteratingKeys: kid == nil).json
    }

    private func loadKeys() async throws {
        let json = try await get(try await description().keysAddress)
        keys = [:]
        unnamed = []
        for entry in json["keys"]?.arrayValue ?? [] where entry["use"]?.stringValue.map({ $0 == "sig" }) ?? true {
            // Keys of kinds that are not known here are for others.
            guard var key = try? JSONDecoder().decode(JWK.self, from: Data(entry.serialized.utf8)) else { continue }
            if key.algorithm == nil, key.keyType == .rsa { key.algorithm = .rs256 }
            if let kid = key.keyIdentifier?.string { keys[kid] = key } else { unnamed.append(key) }
        }
    }

    private func get(_ url: String) async throws -> JSONValue {
        let answer: WebAnswer
        do { answer = try await web.send(WebRequest(url: url)) } catch {
            throw HubError(.unavailable, "The identity provider does not answer; try again later", cause: error)
        }
        guard answer.status == 200 else { throw refused("it answers \(answer.status)") }
        do { return try JSONValue(parsing: answer.body) } catch { throw refused("its answer is not JSON") }
    }

    private func refused(_ why: String) -> HubError {
        HubError(.unavailable, "The identity provider \(issuer) cannot be used: \(why)")
    }

    /// The name of the key that a token says it is signed with.
    private static func keyID(of token: String) -> String? {
        guard let head = token.split(separator: ".", omittingEmptySubsequences: false).first,
            let bytes = Base64URL.decode(String(head)), let json = try? JSONValue(parsing: bytes)
        else { return nil }
        return json["kid"]?.stringValue
    }
}

/// Whatever a token says.
private struct AnyClaims: JWTPayload {
    let json: JSONValue

    init(from decoder: any Decoder) throws {
        json = try Self.value(decoder)
    }

    func encode(to encoder: any Encoder) throws {}

    /// The signature only: ``SignOnService`` knows what the claims must be.
    func verify(using algorithm: some JWTAlgorithm) {}

    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static func value(_ decoder: any Decoder) throws -> JSONValue {
        let container = try decoder.container(keyedBy: Key.self)
        var object = JSONObject()
        for key in container.allKeys {
            // Claims of other forms say nothing to us.
            if let text = try? container.decode(String.self, forKey: key) {
                object[key.stringValue] = .string(text)
            } else if let flag = try? container.decode(Bool.self, forKey: key) {
                object[key.stringValue] = .bool(flag)
            } else if let number = try? container.decode(Int64.self, forKey: key) {
                object[key.stringValue] = .int(number)
            } else if let number = try? container.decode(Double.self, forKey: key),
                let whole = Int64(exactly: number.rounded(.down))
            {
                object[key.stringValue] = .int(whole)
            } else if let list = try? container.decode([String].self, forKey: key) {
                object[key.stringValue] = .array(list.map(JSONValue.string))
            }
        }
        return .object(object)
    }
}
