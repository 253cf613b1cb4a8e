// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HTTPTypes
public import Hummingbird
public import NIOCore

extension Response {
    /// An answer that is JSON, already written.
    public static func json(
        _ body: ByteBuffer,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        full(body, contentType: "application/json; charset=utf-8", status: status, headers: headers)
    }

    public static func json(
        _ body: String,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        json(ByteBuffer(string: body), status: status, headers: headers)
    }

    /// Plain text, UTF-8.
    public static func text(
        _ body: String,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        full(ByteBuffer(string: body), contentType: "text/plain; charset=utf-8", status: status, headers: headers)
    }

    /// An answer that is in memory; its `Content-Length` is set.
    public static func full(
        _ body: ByteBuffer,
        contentType: String,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = contentType
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
