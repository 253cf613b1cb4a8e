// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore

/// What hub and worker send each other: two lengths of four bytes, JSON, bytes. Calls block.
enum WorkerFrame {
    private static let maximumHeader = 16 << 20
    private static let maximumBody = 512 << 20

    /// Throws when the other side is gone.
    static func write(_ header: JSONValue, _ body: some Collection<UInt8>, to descriptor: Int32) throws {
        let text = Array(header.serialized.utf8)
        guard let first = UInt32(exactly: text.count), let second = UInt32(exactly: body.count) else {
            throw HubError(.tooLarge, "A message to the inference worker is too large")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + text.count + body.count)
        for length in [first, second] {
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
        }
        bytes += text
        bytes += body
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Foundation.write(descriptor, raw.baseAddress.map { $0 + sent }, raw.count - sent)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw HubError(.unavailable, "The inference worker is gone") }
            sent += count
        }
    }

    /// `nil` when the other side is gone or sends what is no message.
    static func read(from descriptor: Int32) -> (header: JSONValue, body: [UInt8])? {
        guard let lengths = read(8, from: descriptor) else { return nil }
        let numbers = lengths.map(Int.init)
        let header = numbers.prefix(4).reduce(0) { $0 << 8 | $1 }
        let body = numbers.suffix(4).reduce(0) { $0 << 8 | $1 }
        guard header <= maximumHeader, body <= maximumBody, let text = read(header, from: descriptor),
            let rest = read(body, from: descriptor)
        else { return nil }
        do { return (try JSONValue(parsing: text), rest) } catch { return nil }
    }

    private static func read(_ count: Int, from descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { raw in
                Foundation.read(descriptor, raw.baseAddress.map { $0 + filled }, count - filled)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            filled += got
        }
        return bytes
    }
}
