// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A branch or tag name that git itself would accept (git-check-ref-format), of at most 250 bytes.
public enum RefName {
    public static let maximumLength = 250
    public static let headsPrefix = "refs/heads/"
    public static let tagsPrefix = "refs/tags/"
    public static let pullRequestsPrefix = "refs/pr/"
    public static let mainBranch = "main"

    /// The pull request that a ref in full is of: `7` of `refs/pr/7`.
    public static func pullRequestNumber(_ ref: some StringProtocol) -> Int64? {
        guard ref.hasPrefix(pullRequestsPrefix) else { return nil }
        let digits = ref.dropFirst(pullRequestsPrefix.count)
        // Numbers have one spelling.
        guard let number = Int64(digits), number > 0, String(number) == digits else { return nil }
        return number
    }

    /// Throws ``HubError/Code/badRequest`` unless `name` is good as the part after `refs/heads/` or `refs/tags/`.
    public static func check(_ name: some StringProtocol, what: String) throws {
        guard isValid(name) else {
            let shown = String(name.prefix(80).filter { $0.isASCII && !$0.isNewline && $0 != "\0" })
            throw HubError(.badRequest, "Invalid \(what) name '\(shown)'")
        }
    }

    public static func isValid(_ name: some StringProtocol) -> Bool {
        let bytes = Array(name.utf8)
        guard !bytes.isEmpty, bytes.count <= maximumLength, name != "@", name != "HEAD" else { return false }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !Self.forbidden.contains($0) }) else { return false }
        // Bytes, as git sees them: a combining mark would hide what is before it from `String`.
        guard !zip(bytes, bytes.dropFirst()).contains(where: { forbiddenPairs.contains([$0, $1]) }),
            bytes.last != UInt8(ascii: "."), bytes.first != UInt8(ascii: "-")
        else { return false }
        return bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0.first != UInt8(ascii: ".") && !$0.suffix(5).elementsEqual(".lock".utf8)
        }
    }

    private static let forbiddenPairs = [Array("..".utf8), Array("@{".utf8)]

    private static let forbidden = Set("~^:?*[\\".utf8)
}
