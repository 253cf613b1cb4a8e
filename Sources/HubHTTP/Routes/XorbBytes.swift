// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubCore
import Hummingbird
import NIOCore

/// Ranges of a xorb as an answer: 206 with one, `multipart/byteranges` (RFC 9110, 14.6) with several.
struct XorbBytes {
    let reader: any BlobReader
    /// At least one.
    let ranges: [Range<Int>]

    func response(_ context: HubContext) throws -> Response {
        let (reader, logger) = (reader, context.logger)
        let spans = ranges.map { ByteSpan(offset: Int64($0.lowerBound), count: Int64($0.count)) }
        guard spans.allSatisfy({ $0.offset + $0.count <= reader.size }), let first = spans.first else {
            throw HubError(.rangeNotSatisfiable, "The xorb has \(reader.size) bytes", totalSize: reader.size)
        }
        guard spans.count > 1 else {
            return Response(
                status: .partialContent,
                headers: [
                    .contentType: "application/octet-stream", .contentRange: first.contentRange(of: reader.size),
                    .contentLength: String(first.count), .cacheControl: "private, max-age=600",
                ],
                body: try ByteStreaming.body(reader, span: first, logger: logger)
            )
        }
        // The parts are packed chunks: nothing in them can be foreseen, so the line between them is random enough.
        let boundary = "xorb-\(context.requestID)"
        let heads = spans.map { span in
            "--\(boundary)\r\nContent-Type: application/octet-stream\r\n"
                + "Content-Range: \(span.contentRange(of: reader.size))\r\n\r\n"
        }
        let end = "--\(boundary)--\r\n"
        let length = zip(heads, spans).reduce(end.utf8.count) { $0 + $1.0.utf8.count + Int($1.1.count) + 2 }
        return Response(
            status: .partialContent,
            headers: [
                .contentType: "multipart/byteranges; boundary=\(boundary)", .contentLength: String(length),
            ],
            body: ResponseBody(contentLength: length) { writer in
                for (head, span) in zip(heads, spans) {
                    try await writer.write(ByteBuffer(string: head))
                    try await ByteStreaming.write(reader, span: span, to: &writer, logger: logger)
                    try await writer.write(ByteBuffer(string: "\r\n"))
                }
                try await writer.write(ByteBuffer(string: end))
                try await writer.finish(nil)
            }
        )
    }
}
