// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubCore
public import Hummingbird
public import NIOCore

extension Request {
    /// The whole body in memory: for JSON and forms, never for files.
    /// - Parameter limit: in bytes.
    /// - Throws: ``HubError/Code/tooLarge``, before reading anything if the length is declared.
    public func collectBody(limit: Int) async throws -> ByteBuffer {
        if let declared = contentLength, declared > Int64(limit) { throw Self.tooLarge(limit) }
        var whole = ByteBuffer()
        for try await part in body {
            guard part.readableBytes <= limit - whole.readableBytes else { throw Self.tooLarge(limit) }
            whole.writeImmutableBuffer(part)
        }
        return whole
    }

    /// What `Content-Length` declares, in bytes.
    public var contentLength: Int64? {
        headers[.contentLength].flatMap { Int64($0) }
    }

    /// The media type without parameters, in lower case.
    public var mediaType: String? {
        headers[.contentType]?.split(separator: ";", maxSplits: 1).first?
            .filter { $0 != " " && $0 != "\t" }.lowercased()
    }

    private static func tooLarge(_ limit: Int) -> HubError {
        HubError(.tooLarge, "The request body is larger than \(limit) bytes")
    }
}
