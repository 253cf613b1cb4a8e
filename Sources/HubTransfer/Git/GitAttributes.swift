// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The part of `.gitattributes` that decides whether a file goes to LFS: patterns with `filter=lfs`.
///
/// Patterns follow gitignore's rules for what they match: one without a slash matches the file's name in any folder,
/// one with a slash the whole path; `*`, `?`, `[…]` stay within a segment, `**` crosses segments. Later lines win.
public struct GitAttributes: Sendable {
    private struct Rule: Sendable {
        let pattern: [UInt8]
        let wholePath: Bool
        let isLFS: Bool
    }

    private let rules: [Rule]

    /// What every new repo's `.gitattributes` says, as on the Hugging Face Hub.
    public static let initial: String = lfsPatterns.map { "\($0) filter=lfs diff=lfs merge=lfs -text\n" }.joined()

    private static let lfsPatterns = [
        "*.7z", "*.arrow", "*.avro", "*.bin", "*.bz2", "*.ckpt", "*.ftz", "*.gguf", "*.gz", "*.h5", "*.joblib",
        "*.lfs.*", "*.mlmodel", "*.model", "*.msgpack", "*.npy", "*.npz", "*.onnx", "*.ot", "*.parquet", "*.pb",
        "*.pickle", "*.pkl", "*.pt", "*.pth", "*.rar", "*.safetensors", "saved_model/**/*", "*.tar.*", "*.tar",
        "*.tflite", "*.tgz", "*.wasm", "*.xz", "*.zip", "*.zst", "*tfevents*",
    ]

    public init(parsing text: some StringProtocol) {
        var rules: [Rule] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            // Only lines that speak of the filter decide; `-filter` and `filter=` of another kind switch LFS off.
            guard let filter = words.dropFirst().last(where: { $0.hasPrefix("filter") || $0.hasSuffix("-filter") })
            else { continue }
            let pattern = first.hasPrefix("/") ? first.dropFirst() : first[...]
            rules.append(
                Rule(pattern: Array(pattern.utf8), wholePath: first.contains("/"), isLFS: filter == "filter=lfs")
            )
        }
        self.rules = rules
    }

    /// Whether the file at `path` (from the root of the repo) is to be stored through LFS.
    public func isLFS(_ path: String) -> Bool {
        let whole = Array(path.utf8)
        let name = path.split(separator: "/").last.map { Array($0.utf8) } ?? whole
        return rules.last { Glob.matches($0.pattern, $0.wholePath ? whole : name) }?.isLFS ?? false
    }
}
