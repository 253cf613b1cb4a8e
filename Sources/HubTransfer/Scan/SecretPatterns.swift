// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Finds credentials in text by the shapes that those who issue them gave them. Conservative: a shape, and randomness.
public enum SecretPatterns {
    public struct Finding: Sendable, Hashable {
        /// What it looks like: `AWS access key`.
        public let kind: String
        /// From 1.
        public let line: Int

        public init(kind: String, line: Int) {
            self.kind = kind
            self.line = line
        }
    }

    /// Findings beyond this many add nothing.
    private static let maximumFindings = 100

    /// A fixed beginning, an alphabet, and how many characters of it follow.
    private struct Shape {
        let kind: String
        let prefix: [UInt8]
        let lengths: ClosedRange<Int>
        let isMember: @Sendable (UInt8) -> Bool
    }

    private static let shapes: [Shape] = [
        shape("AWS access key", "AKIA", 16...16) { isUpper($0) || isDigit($0) },
        shape("AWS access key", "ASIA", 16...16) { isUpper($0) || isDigit($0) },
        shape("Hugging Face token", "hf_", 34...40) { isAlphanumeric($0) },
        shape("Hugging Face organisation token", "api_org_", 34...40) { isAlphanumeric($0) },
        shape("GitHub token", "ghp_", 36...40) { isAlphanumeric($0) },
        shape("GitHub token", "gho_", 36...40) { isAlphanumeric($0) },
        shape("GitHub token", "ghs_", 36...40) { isAlphanumeric($0) },
        shape("GitHub token", "ghu_", 36...40) { isAlphanumeric($0) },
        shape("GitHub token", "github_pat_", 70...100) { isAlphanumeric($0) || $0 == UInt8(ascii: "_") },
        shape("GitLab token", "glpat-", 20...40) { isWord($0) },
        shape("Slack token", "xoxb-", 30...90) { isWord($0) },
        shape("Slack token", "xoxp-", 30...90) { isWord($0) },
        shape("OpenAI key", "sk-proj-", 40...200) { isWord($0) },
        shape("Anthropic key", "sk-ant-", 40...200) { isWord($0) },
        shape("Stripe key", "sk_live_", 24...100) { isAlphanumeric($0) },
        shape("Google API key", "AIza", 35...35) { isWord($0) },
        shape("PyPI token", "pypi-AgEIcHlwaS5vcmc", 50...250) { isWord($0) },
        shape("npm token", "npm_", 36...36) { isAlphanumeric($0) },
    ]

    private static func shape(
        _ kind: String,
        _ prefix: String,
        _ lengths: ClosedRange<Int>,
        _ isMember: @escaping @Sendable (UInt8) -> Bool
    ) -> Shape {
        Shape(kind: kind, prefix: Array(prefix.utf8), lengths: lengths, isMember: isMember)
    }

    private static let privateKey = Array("PRIVATE KEY-----".utf8)
    private static let assignments = [
        "secret", "password", "passwd", "api_key", "apikey", "access_token", "auth_token",
    ]

    /// - Parameter text: UTF-8.
    public static func find(in text: some Collection<UInt8>) -> [Finding] {
        var findings: [Finding] = []
        var number = 0
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            // Minified data: what looks like a credential there is chance.
            guard line.count >= 16, line.count <= 4000 else { continue }
            for kind in kinds(in: Array(line)) {
                findings.append(Finding(kind: kind, line: number))
                if findings.count >= maximumFindings { return findings }
            }
        }
        return findings
    }

    private static func kinds(in line: [UInt8]) -> [String] {
        var kinds: [String] = []
        for place in line.indices {
            // A shape begins at the beginning of a word.
            if place > 0, isAlphanumeric(line[place - 1]) { continue }
            for shape in shapes where line[place] == shape.prefix.first && line[place...].starts(with: shape.prefix) {
                let tail = line[place...].dropFirst(shape.prefix.count).prefix { shape.isMember($0) }
                if shape.lengths.contains(tail.count), isRandom(tail) { kinds.append(shape.kind) }
            }
        }
        if contains(line, privateKey), line.starts(with: Array("-----BEGIN ".utf8)) { kinds.append("private key") }
        if kinds.isEmpty, isAssignment(line) { kinds.append("assigned secret") }
        return kinds
    }

    /// `api_key = "…"` with at least 24 random characters of three classes.
    private static func isAssignment(_ line: [UInt8]) -> Bool {
        guard let equals = line.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else {
            return false
        }
        let name = String(decoding: line[..<equals], as: UTF8.self).lowercased()
        guard assignments.contains(where: name.contains) else { return false }
        let value = line[equals...].dropFirst().drop { $0 == 0x20 || $0 == 0x22 || $0 == 0x27 }
        let secret = value.prefix { isWord($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") }
        let rest = value.dropFirst(secret.count)
        guard (24...200).contains(secret.count), rest.allSatisfy({ [0x20, 0x22, 0x27, 0x2c, 0x3b, 0x0d].contains($0) })
        else { return false }
        return isRandom(secret) && secret.contains(where: isDigit) && secret.contains(where: isUpper)
            && secret.contains(where: isLower)
    }

    /// Whether few characters repeat: `xxxxxxxx` and `EXAMPLEEXAMPLE` are what people write for a credential.
    private static func isRandom(_ text: ArraySlice<UInt8>) -> Bool {
        let upper = String(decoding: text, as: UTF8.self).uppercased()
        guard !upper.contains("EXAMPLE"), !upper.contains("XXXX"), !upper.contains("12345678") else { return false }
        return Set(text).count * 3 >= min(text.count, 36)
    }

    private static func contains(_ line: [UInt8], _ pattern: [UInt8]) -> Bool {
        line.indices.contains { line[$0] == pattern.first && line[$0...].starts(with: pattern) }
    }

    private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) }
    private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isUpper(byte) || isLower(byte) || isDigit(byte) }
    private static func isWord(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
