// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CArgon2
import HubCore

/// A password's hash as the text that is kept: `$argon2id$v=19$m=32768,t=2,p=1$<salt>$<hash>`.
struct PasswordHash: Sendable, Hashable {
    /// What a hash costs.
    struct Cost: Sendable, Hashable {
        /// KiB.
        var memory: UInt32
        var passes: UInt32

        /// 32 MiB and two passes: more than OWASP's least (19 MiB, two passes), and 80 ms on two small cores.
        static let standard = Cost(memory: 32 << 10, passes: 2)
        /// What a stored hash may cost at most: it is read from the database, and a damaged one is not to fill the memory.
        static let maximum = Cost(memory: 1 << 20, passes: 100)
    }

    static let saltBytes = 16
    static let hashBytes = 32

    let text: String
    let cost: Cost

    /// - Throws: ``HubError/Code/corrupt`` for a text that is no hash of ours.
    init(stored text: String) throws {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19",
            let cost = Self.cost(parts[3]), cost.memory <= Cost.maximum.memory, cost.passes <= Cost.maximum.passes
        else { throw Self.damaged }
        self.text = text
        self.cost = cost
    }

    /// Hashes; takes the cost's memory and time on this thread.
    init(of password: String, cost: Cost) throws {
        let salt = RandomID.bytes(Self.saltBytes)
        let bytes = Array(password.utf8)
        var text = [CChar](repeating: 0, count: Int(hub_argon2_text_capacity))
        let end = hub_argon2_hash(
            bytes,
            bytes.count,
            salt,
            salt.count,
            Self.hashBytes,
            cost.memory,
            cost.passes,
            &text
        )
        guard end == hub_argon2_ok else { throw Self.failure(end) }
        self.text = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.cost = cost
    }

    /// Compares; takes the hash's memory and time on this thread.
    func matches(_ password: String) throws -> Bool {
        let bytes = Array(password.utf8)
        switch hub_argon2_verify(text, bytes, bytes.count) {
        case hub_argon2_ok: return true
        case hub_argon2_mismatch: return false
        case let end: throw Self.failure(end)
        }
    }

    /// Whether a hash made today would cost more.
    func isWeaker(than wanted: Cost) -> Bool { cost.memory < wanted.memory || cost.passes < wanted.passes }

    /// `m=32768,t=2,p=1`
    private static func cost(_ text: Substring) -> Cost? {
        var values: [Substring: UInt32] = [:]
        for pair in text.split(separator: ",") {
            let halves = pair.split(separator: "=", omittingEmptySubsequences: false)
            guard halves.count == 2, let key = halves.first, let value = halves.last.flatMap({ UInt32($0) }) else {
                return nil
            }
            values[key] = value
        }
        guard values.count == 3, let memory = values["m"], let passes = values["t"], values["p"] == 1 else {
            return nil
        }
        return Cost(memory: memory, passes: passes)
    }

    private static let damaged = HubError(.corrupt, "A password's hash is damaged; an administrator can set a new one")

    private static func failure(_ end: hub_argon2_end) -> HubError {
        end == hub_argon2_no_memory
            ? HubError(.unavailable, "There is no memory to check a password; try again later") : damaged
    }
}
