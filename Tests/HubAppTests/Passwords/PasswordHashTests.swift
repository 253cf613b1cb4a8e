// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct PasswordHashTests {
    private static let cheap = PasswordHash.Cost(memory: 64, passes: 1)

    @Test func `a hash knows its password and no other, and is salted`() throws {
        let hash = try PasswordHash(of: "correct horse", cost: Self.cheap)
        #expect(hash.text.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$"))
        #expect(try hash.matches("correct horse"))
        #expect(try !hash.matches("correct horsf"))
        #expect(try !hash.matches(""))
        #expect(try PasswordHash(of: "correct horse", cost: Self.cheap).text != hash.text)
    }

    /// From libargon2's own test.c: `hashtest(version, 2, 16, 1, "password", "somesalt", …, Argon2_id)`, which
    /// `argon2 somesalt -id -t 2 -m 16 -p 1` of the reference prints too.
    @Test func `the reference's hash is understood`() throws {
        let text =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        let hash = try PasswordHash(stored: text)
        #expect(hash.cost == PasswordHash.Cost(memory: 65_536, passes: 2))
        #expect(try hash.matches("password"))
        #expect(try !hash.matches("Password"))
        #expect(hash.isWeaker(than: .init(memory: 65_536, passes: 3)))
        #expect(!hash.isWeaker(than: .standard))
    }

    @Test(arguments: [
        "", "$argon2id$", "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$aaaa", "$argon2id$v=16$m=64,t=1,p=1$c29tZXNhbHQ$aaaa",
        "$argon2id$v=19$m=64,t=1,p=2$c29tZXNhbHQ$aaaa", "$argon2id$v=19$m=64,t=1$c29tZXNhbHQ$aaaa",
        // Four terabytes.
        "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$aaaa", "$argon2id$v=19$m=64,t=4294967295,p=1$c29tZXNhbHQ$aaaa",
    ]) func `what is no hash of ours is damage`(_ text: String) {
        #expect(codeThrown { try PasswordHash(stored: text) } == .corrupt)
    }

    @Test func `costs at least what OWASP asks for`() {
        #expect(PasswordHash.Cost.standard.memory >= 19 << 10)
        #expect(PasswordHash.Cost.standard.passes >= 2)
    }

    @Test func `more than may wait are refused, and those that waited are answered`() async throws {
        let hasher = PasswordHasher(cost: .init(memory: 8 << 10, passes: 4), threadCount: 1, queueLimit: 3)
        let codes = await withTaskGroup(of: HubError.Code?.self) { group in
            for _ in 0..<40 {
                group.addTask { await asyncCodeThrown { try await hasher.hash("correct horse") } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.contains(.overloaded))
        #expect(codes.count { $0 == nil } >= 4)
        #expect(codes.allSatisfy { $0 == nil || $0 == .overloaded })
        // Nothing is counted as waiting for ever.
        _ = try await hasher.hash("correct horse")
    }

    @Test(arguments: [
        ("short", false), ("123456789", false), ("aaaaaaaaaaaa", false), ("alice.example", false),
        ("ALICE.EXAMPLE", false), ("me@example.org", false), ("zehn Zeichen", true), ("pässwörter", true),
        (String(repeating: "abcd", count: 256), true), (String(repeating: "abcd", count: 256) + "e", false),
        ("with\0zero bytes", false),
    ]) func `rules of a password`(_ password: String, _ isGood: Bool) {
        let code = codeThrown {
            try PasswordRules.check(password, name: "alice.example", email: "me@example.org")
        }
        #expect(code == (isGood ? nil : .unprocessable))
    }
}
