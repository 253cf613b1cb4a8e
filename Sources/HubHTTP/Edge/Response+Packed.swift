// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HTTPTypes
import HubCore
import Hummingbird
import NIOCore

extension Response {
    /// An answer in memory, with gzip for who takes it.
    static func packed(
        _ body: ByteBuffer,
        type: String,
        _ request: Request,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        let takesGzip = JSONCompressionMiddleware.acceptsGzip(request.headers[values: .acceptEncoding])
        let packed = takesGzip ? JSONCompressionMiddleware.gzip(body) : nil
        var headers = headers
        if packed != nil { headers[.contentEncoding] = "gzip" }
        if headers[.vary] == nil { headers[.vary] = "Accept-Encoding" }
        return .full(packed ?? body, contentType: type, status: status, headers: headers)
    }

    /// The same with a tag of its content, and 304 for who has it. The tag is weak: the same content, packed or not.
    static func tagged(
        _ body: ByteBuffer,
        type: String,
        _ request: Request,
        headers: HTTPFields = [:]
    ) -> Response {
        let etag = ETag(Hex.encode(SHA256.hash(data: body.readableBytesView).prefix(12)), isWeak: true)
        var headers = headers
        headers[.eTag] = etag.description
        if let condition = ETagCondition(request.headers[.ifNoneMatch]), condition.weakContains(etag) {
            return Response(status: .notModified, headers: headers)
        }
        return packed(body, type: type, request, headers: headers)
    }
}
