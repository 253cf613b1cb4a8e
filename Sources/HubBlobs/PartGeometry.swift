// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// How a blob is cut into parts: all of one length but the last.
struct PartGeometry: Hashable, Sendable {
    /// In bytes.
    let size: Int64
    /// In bytes.
    let partSize: Int64
    /// None for an empty blob.
    let partCount: Int

    /// - Throws: ``HubError/Code/unprocessable`` for sizes that make no sense.
    init(size: Int64, partSize: Int64) throws(HubError) {
        guard size >= 0, partSize > 0 else {
            throw HubError(.unprocessable, "An upload of \(size) bytes in parts of \(partSize) is not possible")
        }
        let (whole, rest) = size.quotientAndRemainder(dividingBy: partSize)
        guard let count = Int(exactly: rest == 0 ? whole : whole + 1) else {
            throw HubError(.unprocessable, "An upload of \(size) bytes in parts of \(partSize) has too many parts")
        }
        self.size = size
        self.partSize = partSize
        partCount = count
    }

    /// Where part `number` (from 1) starts, in bytes; the end of the blob for the number after the last.
    func offset(ofPart number: Int) -> Int64 {
        number > partCount ? size : Int64(number - 1) * partSize
    }

    func length(ofPart number: Int) -> Int64? {
        guard number >= 1, number <= partCount else { return nil }
        return min(partSize, size - offset(ofPart: number))
    }

    /// - Throws: ``HubError/Code/unprocessable`` if there is no such part.
    func requiredLength(ofPart number: Int) throws(HubError) -> Int64 {
        if let length = length(ofPart: number) { return length }
        throw HubError(.unprocessable, "There is no part \(number); this upload has \(partCount) parts, from 1")
    }

    /// - Throws: ``HubError/Code/unprocessable`` naming the first few parts that are not in `done`.
    func requireAll(_ done: Set<Int>) throws(HubError) {
        guard done.count < partCount else { return }
        let missing = (1...partCount).lazy.filter { !done.contains($0) }.prefix(8).map(String.init)
        let count = partCount - done.count
        let list = missing.joined(separator: ", ") + (count > 8 ? ", …" : "")
        throw HubError(.unprocessable, "\(count) of \(partCount) parts are missing: \(list)")
    }

    /// The error of a part that goes on past its end.
    static func longPart(_ number: Int, length: Int64) -> HubError {
        HubError(.tooLarge, "Part \(number) is longer than its \(length) bytes")
    }

    /// The error of a part that ended early.
    static func shortPart(_ number: Int, length: Int64, got: Int64) -> HubError {
        HubError(.unprocessable, "Part \(number) must have \(length) bytes, got \(got)")
    }
}
