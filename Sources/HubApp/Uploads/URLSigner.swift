// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import HubStore

/// Addresses that open by themselves for a while: LFS transfers carry no token, so the address is the right.
///
/// The signature is HMAC-SHA256 over everything that matters: what may be done, to which object, until when.
public struct URLSigner: Sendable {
    private let key: SymmetricKey

    init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    static func loadKey(_ store: MetadataStore) async throws -> [UInt8] {
        let name = "url-signing-key"
        if let key = try await store.read({ try $0.setting(name) }) { return key }
        return try await store.write { tx in
            if let key = try tx.read.setting(name) { return key }
            let key = RandomID.bytes(32)
            try tx.set(key, forSetting: name)
            return key
        }
    }

    /// Hex of the signature of `fields`; no field may hold a line break.
    public func sign(_ fields: [String]) -> String {
        Hex.encode(HMAC<SHA256>.authenticationCode(for: message(fields), using: key))
    }

    /// Whether `signature` is that of `fields`; takes the same time whatever differs.
    public func isValid(_ signature: String, for fields: [String]) -> Bool {
        guard let code = Hex.decode(signature) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message(fields), using: key)
    }

    private func message(_ fields: [String]) -> [UInt8] { Array(fields.joined(separator: "\n").utf8) }
}
