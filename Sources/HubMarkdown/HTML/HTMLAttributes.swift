// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The attributes of one tag: names in lower case, values as they stand in the source.
struct HTMLAttributes {
    /// More than these are passed over.
    static let maximum = 40

    private var entries: [(name: String, value: ArraySlice<UInt8>)] = []

    /// The first of a name counts, as in browsers.
    mutating func add(_ name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
        guard entries.count < Self.maximum, name.count <= HTMLTokenizer.maximumName else { return }
        let name = String(decoding: name.map(\.asciiLowercased), as: UTF8.self)
        guard self[name] == nil else { return }
        entries.append((name, value))
    }

    subscript(name: String) -> ArraySlice<UInt8>? { entries.first { $0.name == name }?.value }
}
