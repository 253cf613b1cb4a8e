// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CZlib
import HubCore

/// Unpacks zlib or gzip streams (RFC 1950, 1952), one after another, in pieces of whatever size they come in.
public final class Inflater {
    public enum State: Sendable { case goesOn, ended }
    public struct Malformed: Error, Sendable {}

    private let inflater: OpaquePointer

    /// - Throws: ``HubError/Code/overloaded`` if memory is short.
    public init() throws {
        guard let inflater = hub_inflater_new() else {
            throw HubError(.overloaded, "There is no memory left to unpack objects; try again")
        }
        self.inflater = inflater
    }

    deinit { hub_inflater_free(inflater) }

    /// The next byte begins another stream.
    public func reset() { hub_inflater_reset(inflater) }

    /// Takes some of `input` and fills some of `output`.
    /// - Throws: ``Malformed``.
    public func step(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(Malformed) -> (consumed: Int, written: Int, state: State) {
        var (consumed, written) = (0, 0)
        let end = hub_inflater_step(
            inflater,
            input.bindMemory(to: UInt8.self).baseAddress,
            input.count,
            &consumed,
            output.bindMemory(to: UInt8.self).baseAddress,
            output.count,
            &written
        )
        switch end {
        case hub_inflate_whole: return (consumed, written, .ended)
        case hub_inflate_full: return (consumed, written, .goesOn)
        default: throw Malformed()
        }
    }

    /// Unpacks one whole stream.
    /// - Parameter limit: in bytes; a stream that gives more is refused.
    /// - Returns: the bytes, and how many of `input` they took.
    /// - Throws: ``Malformed``, also for a stream that is cut short or gives more.
    public func whole(_ input: UnsafeRawBufferPointer, limit: Int) throws(Malformed) -> (bytes: [UInt8], consumed: Int)
    {
        reset()
        var output: [UInt8] = []
        var taken = 0
        var piece = [UInt8](repeating: 0, count: min(max(limit, 1), 64 << 10))
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: input[taken...])
            let step = piece.withUnsafeMutableBytes { space in
                // Typed errors do not pass through this closure.
                try? self.step(rest, into: space)
            }
            guard let (consumed, written, state) = step else { throw Malformed() }
            taken += consumed
            guard written <= limit - output.count else { throw Malformed() }
            output += piece.prefix(written)
            if state == .ended { return (output, taken) }
            guard consumed > 0 || written > 0 else { throw Malformed() }
        }
    }
}
