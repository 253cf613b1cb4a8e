// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HTTPTypes
public import HubCore
public import Hummingbird
public import Logging
import NIOCore

/// Bytes out of a blob, chunk after chunk.
public enum ByteStreaming {
    /// What is read and written at once; the guide has the measurement that chose it.
    public static let chunkSize = 256 << 10

    /// The bytes of `span` (everything by default) as a body with its length set.
    ///
    /// The reader is open before the head is written; each awaited write is the backpressure. When a read fails
    /// midway, the error is logged and the connection is closed: a client never sees a short body as a whole one.
    public static func body(_ reader: any BlobReader, span: ByteSpan? = nil, logger: Logger) throws -> ResponseBody {
        let span = span ?? ByteSpan(offset: 0, count: reader.size)
        guard let length = Int(exactly: span.count) else {
            throw HubError(.tooLarge, "Too many bytes for this machine")
        }
        guard length > 0 else { return ResponseBody() }
        return ResponseBody(contentLength: length) { writer in
            try await write(reader, span: span, to: &writer, logger: logger)
            try await writer.finish(nil)
        }
    }

    /// Writes the bytes of `span`, chunk after chunk.
    @concurrent static func write(
        _ reader: any BlobReader,
        span: ByteSpan,
        to writer: inout any ResponseBodyWriter,
        logger: Logger
    ) async throws {
        var position = span.offset
        var left = Int(clamping: span.count)
        while left > 0 {
            var chunk = try await read(reader, at: position, upTo: min(left, chunkSize), logger: logger)
            if chunk.readableBytes > left { chunk = chunk.getSlice(at: chunk.readerIndex, length: left) ?? chunk }
            position += Int64(chunk.readableBytes)
            left -= chunk.readableBytes
            try await writer.write(chunk)
        }
    }

    /// A read that never gives less than one byte. Its error is logged here since the head is out: nobody above can
    /// answer any more, and Hummingbird closes the connection in silence.
    private static func read(
        _ reader: any BlobReader,
        at position: Int64,
        upTo count: Int,
        logger: Logger
    ) async throws -> ByteBuffer {
        do {
            let chunk = try await reader.read(at: position, upTo: count)
            guard chunk.readableBytes > 0 else { throw HubError(.corrupt, "A blob ended before its size") }
            return chunk
        } catch {
            if !(error is CancellationError) {
                logger.error("A read failed after the head was sent", metadata: ["error": "\(error)"])
            }
            throw error
        }
    }
}

extension Response {
    /// Answers `GET` and `HEAD` for a blob: conditions, ranges and bytes (RFC 9110, 13 and 14).
    ///
    /// The answer is 200, 206, 304, 412, or 416 with `Content-Range: bytes */size`. `headers` go onto all but 416.
    /// - Parameters:
    ///   - size: in bytes.
    ///   - open: called only when bytes are to be sent, so that `HEAD` and 304 open no file.
    /// - Throws: ``HubError/Code/rangeNotSatisfiable``, ``HubError/Code/preconditionFailed``, what `open` throws.
    public static func bytes(
        for request: Request,
        context: HubContext,
        size: Int64,
        etag: ETag,
        headers: HTTPFields,
        open: () async throws -> any BlobReader
    ) async throws -> Response {
        var headers = headers
        headers[.eTag] = etag.description
        headers[.acceptRanges] = "bytes"
        if let condition = ETagCondition(request.headers[.ifMatch]), !condition.strongContains(etag) {
            throw HubError(.preconditionFailed, "The entity tag does not match")
        }
        if let condition = ETagCondition(request.headers[.ifNoneMatch]), condition.weakContains(etag) {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        var status = HTTPResponse.Status.ok
        var span = ByteSpan(offset: 0, count: size)
        // Only GET has ranges (RFC 9110, 14.2).
        let range = request.method == .get ? request.headers[.range] : nil
        switch HTTPRange(range, size: size, ifRange: request.headers[.ifRange], etag: etag) {
        case .whole: break
        case .span(let wanted):
            span = wanted
            status = .partialContent
            headers[.contentRange] = wanted.contentRange(of: size)
        case .unsatisfiable:
            throw HubError(.rangeNotSatisfiable, "The range starts past the end", totalSize: size)
        }
        headers[.contentLength] = String(span.count)
        guard request.method != .head, span.count > 0 else { return Response(status: status, headers: headers) }
        let reader = try await open()
        guard reader.size == size else { throw HubError(.corrupt, "A blob is not as long as it was") }
        let body = try ByteStreaming.body(reader, span: span, logger: context.logger)
        return Response(status: status, headers: headers, body: body)
    }
}
