// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CZlib
import HTTPTypes
import Hummingbird
import NIOCore

/// Packs JSON answers with gzip for clients that take it.
///
/// Only answers of the API, written in memory. Never a file, whatever its type: clients compare the length and the digest
/// of what arrives. A file's answer has an `ETag`, an answer of the API has none.
struct JSONCompressionMiddleware: RouterMiddleware {
    typealias Context = HubContext

    /// Bytes below which packing saves no packet on the wire.
    static let smallest = 1024
    /// Bytes above which packing would hold the event loop too long.
    static let largest = 4 << 20
    /// zlib's fastest: packing runs on the connection's event loop.
    private static let level: Int32 = 1

    func handle(
        _ request: Request,
        context: HubContext,
        next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard
            let type = response.headers[.contentType], type.hasPrefix("application/json"),
            response.headers[.eTag] == nil, response.headers[.acceptRanges] == nil,
            response.headers[.contentEncoding] == nil
        else { return response }
        response.headers[.vary] = response.headers[.vary].map { $0 + ", Accept-Encoding" } ?? "Accept-Encoding"
        guard
            request.method != .head, Self.acceptsGzip(request.headers[values: .acceptEncoding]),
            let length = response.body.contentLength, (Self.smallest...Self.largest).contains(length)
        else { return response }
        let plain = CollectedBody()
        try await response.body.write(CollectingWriter(into: plain))
        response.body = ResponseBody(byteBuffer: plain.buffer)
        if let packed = Self.gzip(plain.buffer) {
            response.headers[.contentEncoding] = "gzip"
            response.headers[.contentLength] = nil
            response.body = ResponseBody(byteBuffer: packed)
        }
        return response
    }

    /// Whether `gzip` is among the encodings the client takes, by RFC 9110, 12.5.3.
    static func acceptsGzip(_ fields: [String]) -> Bool {
        var byName: [Substring: Bool] = [:]
        for entry in fields.joined(separator: ",").split(separator: ",") {
            let parts = entry.split(separator: ";").map { $0.trimmed.lowercased() }
            guard let name = parts.first else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            byName[Substring(name)] = weight > 0
        }
        return byName["gzip"] ?? byName["x-gzip"] ?? byName["*"] ?? false
    }

    /// `plain` as one gzip member, or `nil` if that is no shorter.
    static func gzip(_ plain: ByteBuffer) -> ByteBuffer? {
        let bound = hub_gzip_bound(plain.readableBytes)
        guard bound > 0 else { return nil }
        var packed = ByteBufferAllocator().buffer(capacity: bound)
        let written = packed.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { output in
            plain.withUnsafeReadableBytes { input in
                hub_gzip(
                    input.bindMemory(to: UInt8.self).baseAddress,
                    input.count,
                    output.bindMemory(to: UInt8.self).baseAddress,
                    output.count,
                    level
                )
            }
        }
        return written > 0 && written < plain.readableBytes ? packed : nil
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = self
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}

/// Where a ``CollectingWriter`` puts what it is given.
private final class CollectedBody {
    var buffer = ByteBuffer()
}

/// Takes the whole of a body that is in memory anyway.
private struct CollectingWriter: ResponseBodyWriter {
    private let body: CollectedBody

    init(into body: CollectedBody) { self.body = body }

    mutating func write(_ buffer: ByteBuffer) {
        if body.buffer.readableBytes == 0 { body.buffer = buffer } else { body.buffer.writeImmutableBuffer(buffer) }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) {}
}
