// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The tensors of a checkpoint while a network is built from them; remembers which were used.
final class Weights {
    private let stored: [String: StoredTensor]
    private var ready: [String: Tensor] = [:]
    private(set) var used: Set<String> = []

    init(_ stored: [String: StoredTensor]) { self.stored = stored }

    var names: Dictionary<String, StoredTensor>.Keys { stored.keys }

    func has(_ name: String) -> Bool { stored[name] != nil }

    func shape(_ name: String) throws(HubError) -> [Int] { try find(name).shape }

    /// A tensor in 32-bit floating point.
    /// - Parameter shape: what it must be; checked where given.
    func tensor(_ name: String, shape: [Int]? = nil) throws(HubError) -> Tensor {
        let found = try find(name)
        if let shape, found.shape != shape {
            throw HubError(.unprocessable, "Tensor \(name) has the shape \(found.shape), expected \(shape)")
        }
        used.insert(name)
        if let tensor = ready[name] { return tensor }
        let tensor = try found.float32()
        ready[name] = tensor
        return tensor
    }

    /// Names that nothing has asked for, sorted.
    func unused(except isHarmless: (String) -> Bool) -> [String] {
        stored.keys.filter { !used.contains($0) && !isHarmless($0) }.sorted()
    }

    /// How many numbers follow `prefix` in names, as in `layers.0.`, `layers.1.`: one more than the largest.
    func count(of prefix: String) -> Int {
        var count = 0
        for name in stored.keys where name.hasPrefix(prefix) {
            let digits = name.dropFirst(prefix.count).prefix { $0.isASCII && $0.isNumber }
            if let index = Int(digits), index < 100_000 { count = max(count, index + 1) }
        }
        return count
    }

    private func find(_ name: String) throws(HubError) -> StoredTensor {
        guard let tensor = stored[name] else { throw HubError(.unprocessable, "The checkpoint lacks tensor \(name)") }
        return tensor
    }
}
