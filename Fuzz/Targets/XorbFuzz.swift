// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore

/// Xorbs as clients upload them: the first byte says in what pieces the rest comes in.
extension FuzzTarget {
    static let xorb = FuzzTarget("xorb", run: XorbFuzz.run)
}

private enum XorbFuzz {
    static let limits = XorbLimits(chunks: 64, unpackedLength: 1 << 20)

    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let body = bytes.dropFirst()
        let whole = parse(body, piece: max(1, body.count))
        let pieces = parse(body, piece: Int(first) + 1)
        precondition(whole == pieces, "pieces change nothing")
        guard let whole else { return }
        precondition(whole.packedLength <= body.count && whole.chunkCount <= limits.chunks, "within what there is")
        precondition(whole.unpackedLength <= limits.unpackedLength, "the limit holds")
        // What was taken in is found again by its layout alone.
        let records = body.prefix(whole.packedLength)
        precondition(parse(records, piece: records.count) == whole, "a footer changes nothing")
        precondition((try? XorbLayout(footer: whole.encodedFooter())) == whole, "the footer says the same")
    }

    private static func parse(_ body: ArraySlice<UInt8>, piece: Int) -> XorbLayout? {
        var parser = XorbParser(limits: limits)
        var rest = body
        while !rest.isEmpty {
            guard (try? parser.feed(ByteBuffer(bytes: rest.prefix(piece)))) != nil else { return nil }
            rest = rest.dropFirst(piece)
        }
        return try? parser.finish()
    }
}
