// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CTabular
import CZlib

/// Unpacks the bytes of pages.
enum PageCodec {
    /// - Parameter size: of the unpacked bytes, which the page's head says and which is within limits.
    static func unpack(_ bytes: ArraySlice<UInt8>, codec: Int, size: Int) throws -> ArraySlice<UInt8> {
        switch codec {
        case 0:
            guard bytes.count == size else { throw TabularError.page }
            return bytes
        case 1: return try unpack(bytes, size, "Snappy", hub_unpack_snappy)
        case 2: return try gunzip(bytes, size)
        case 5: return try hadoopLZ4(bytes, size)
        case 6: return try unpack(bytes, size, "Zstandard", hub_unpack_zstd)
        case 7: return try unpack(bytes, size, "LZ4", hub_unpack_lz4)
        case 3: throw TabularError("it is compressed with LZO, which this hub does not read")
        case 4: throw TabularError("it is compressed with Brotli, which this hub does not read")
        default: throw TabularError("it is compressed in a way that Parquet does not know (\(codec))")
        }
    }

    private typealias Unpacker = (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, Int) -> Int32

    private static func unpack(
        _ bytes: ArraySlice<UInt8>,
        _ size: Int,
        _ name: String,
        _ unpacker: Unpacker
    ) throws -> ArraySlice<UInt8> {
        let unpacked = [UInt8](unsafeUninitializedCapacity: size) { output, count in
            let done = bytes.withUnsafeBufferPointer { unpacker($0.baseAddress, $0.count, output.baseAddress, size) }
            count = done == 1 ? size : 0
        }
        guard unpacked.count == size else { throw TabularError("a page is not the \(name) data that it is to be") }
        return unpacked[...]
    }

    /// One gzip member or several.
    private static func gunzip(_ bytes: ArraySlice<UInt8>, _ size: Int) throws -> ArraySlice<UInt8> {
        let broken = TabularError("a page is not the gzip data that it is to be")
        guard let inflater = hub_inflater_new() else { throw TabularError("there is no memory to read it with") }
        defer { hub_inflater_free(inflater) }
        var failed = false
        let unpacked = [UInt8](unsafeUninitializedCapacity: size) { output, count in
            bytes.withUnsafeBufferPointer { input in
                var position = 0
                guard let from = input.baseAddress, let into = output.baseAddress else { return }
                while position < input.count {
                    var (consumed, written) = (0, 0)
                    let end = hub_inflater_step(
                        inflater,
                        from + position,
                        input.count - position,
                        &consumed,
                        into + count,
                        size - count,
                        &written
                    )
                    position += consumed
                    count += written
                    if end == hub_inflate_whole {
                        hub_inflater_reset(inflater)
                    } else if end != hub_inflate_full || (consumed == 0 && written == 0) {
                        failed = true
                        return
                    }
                }
            }
        }
        guard !failed, unpacked.count == size else { throw broken }
        return unpacked[...]
    }

    /// Blocks, each after its sizes, highest byte first; or one bare block, which other writers mean by the same number.
    private static func hadoopLZ4(_ bytes: ArraySlice<UInt8>, _ size: Int) throws -> ArraySlice<UInt8> {
        var unpacked: [UInt8] = []
        var cursor = ByteCursor(bytes)
        do {
            while !cursor.rest.isEmpty {
                let whole = try bigEndian(&cursor)
                let packed = try cursor.take(try bigEndian(&cursor))
                guard whole <= size - unpacked.count else { throw TabularError.page }
                unpacked.append(contentsOf: try unpack(packed, whole, "LZ4", hub_unpack_lz4))
            }
            guard unpacked.count == size else { throw TabularError.page }
            return unpacked[...]
        } catch is TabularError {
            return try unpack(bytes, size, "LZ4", hub_unpack_lz4)
        }
    }

    private static func bigEndian(_ cursor: inout ByteCursor) throws -> Int {
        try cursor.take(4).reduce(0) { $0 << 8 | Int($1) }
    }
}
