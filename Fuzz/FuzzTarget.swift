// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// One entry of the code that takes bytes from outside.
struct FuzzTarget: Sendable {
    /// The name of its folder in `Fuzz/Corpus`.
    let name: String

    /// Takes any bytes: refuses them with an error or takes them, and holds to what it promises either way.
    ///
    /// A trap is a finding; so is a `precondition` of the target about what the code must keep.
    let run: @Sendable ([UInt8]) -> Void

    init(_ name: String, run: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.run = run
    }

    /// Every target; one line per file.
    static let all: [FuzzTarget] = [
        .card,
        .chunk,
        .commit,
        .delta,
        .git,
        .image,
        .json,
        .lfs,
        .markdown,
        .pack,
        .parquet,
        .path,
        .pickle,
        .pktline,
        .range,
        .safetensors,
        .shard,
        .table,
        .tokenizer,
        .xorb,
        .xorbFooter,
        .zip,
    ]

    /// The one this process fuzzes: chosen by the environment, since libFuzzer owns the arguments.
    static func named(_ name: String) -> FuzzTarget {
        for target in all where target.name == name { return target }
        fatalError("HUB_FUZZ_TARGET must be one of \(all.map(\.name).joined(separator: ", "))")
    }
}
