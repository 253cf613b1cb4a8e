// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore

/// What git clients send: lines, requests, packs, deltas, and the objects in them.
extension FuzzTarget {
    static let pktline = FuzzTarget("pktline", run: PackFuzz.lines)
    static let pack = FuzzTarget("pack", run: PackFuzz.pack)
    static let delta = FuzzTarget("delta", run: PackFuzz.delta)
}

private enum PackFuzz {
    static func lines(_ bytes: [UInt8]) {
        var buffer = ByteBuffer(bytes: bytes)
        while let line = try? PktLine.read(from: &buffer) { _ = line.text }
        _ = try? GitCommand(parsing: ByteBuffer(bytes: bytes))
        if let request = try? FetchRequest(version0: ByteBuffer(bytes: bytes)) {
            precondition((request.depth.commits ?? 1) > 0, "a depth is positive")
        }
        var push = PushRequest()
        var rest = ByteBuffer(bytes: bytes)
        if (try? push.read(from: &rest)) == true {
            precondition(Set(push.commands.map(\.ref)).count == push.commands.count, "a ref is changed once")
        }
    }

    /// The first byte says in what pieces the rest comes: what is found must not depend on that.
    static func pack(_ bytes: [UInt8]) {
        guard let step = bytes.first else { return }
        let whole = scan(bytes.dropFirst(), pieces: Int.max)
        let pieces = scan(bytes.dropFirst(), pieces: Int(step) + 1)
        precondition(whole == pieces, "a pack is the same in pieces")
    }

    private static func scan(_ bytes: ArraySlice<UInt8>, pieces: Int) -> [GitOID?]? {
        var limits = PackLimits()
        limits.unpackedBytes = 1 << 20
        limits.objects = 1000
        guard let scanner = try? PackScanner(limits: limits) else { return nil }
        var rest = bytes
        do {
            while !rest.isEmpty {
                try scanner.feed(ByteBuffer(bytes: rest.prefix(pieces)))
                rest = rest.dropFirst(pieces)
            }
            try scanner.finish()
        } catch { return nil }
        precondition(scanner.unpackedBytes <= limits.unpackedBytes, "the limit holds")
        return scanner.objects.map(\.oid)
    }

    /// Two halves, parted by the length in the first two bytes: as base and delta, then as trees and commits.
    static func delta(_ bytes: [UInt8]) {
        guard bytes.count > 2 else { return }
        let length = min(Int(bytes[0]) << 8 | Int(bytes[1]), bytes.count - 2)
        let first = Array(bytes[2..<(2 + length)])
        let second = Array(bytes[(2 + length)...])
        first.withUnsafeBytes { base in
            second.withUnsafeBytes { delta in
                if let result = try? PackDelta.apply(delta, to: base, limit: 1 << 16) {
                    precondition(result.count <= 1 << 16, "the limit holds")
                }
                if let made = try? TreeDelta.make(from: base, to: delta) {
                    let back = made.withUnsafeBytes { try? PackDelta.apply($0, to: base, limit: 1 << 20) }
                    precondition(back == second, "a delta gives what it was made from")
                }
                _ = try? TreeCheck.check(delta)
                _ = try? TreeDifference(from: base, to: delta)
            }
        }
        _ = try? CommitText(parsing: second)
        _ = TagText(parsing: second)
        _ = CommitLinks(parsing: second)
    }
}
