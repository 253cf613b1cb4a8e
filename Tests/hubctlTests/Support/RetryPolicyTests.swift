// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import NIOCore
import NIOHTTP1
import Testing

@testable import hubctl

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(attempts: 4, firstPause: 1, longestPause: 3)

    private func refusal(_ status: Int, retryAfter: String? = nil) -> HTTPFailure {
        var headers = HTTPHeaders()
        if let retryAfter { headers.add(name: "Retry-After", value: retryAfter) }
        return HTTPFailure(
            method: .GET,
            url: "http://h/",
            status: HTTPResponseStatus(statusCode: status),
            headers: headers,
            body: ByteBuffer(),
            hadToken: false
        )
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 3), (4, nil)] as [(Int, Double?)])
    func `pauses double up to the longest, and end`(attempt: Int, pause: Double?) {
        #expect(policy.pause(after: attempt, refusal(500), retry: .always) == pause)
    }

    @Test(arguments: [400, 401, 403, 404, 409, 412, 413, 507])
    func `what will not pass is not tried again`(status: Int) {
        #expect(policy.pause(after: 1, refusal(status), retry: .always) == nil)
    }

    @Test(arguments: [408, 429, 500, 502, 503, 504])
    func `what may pass is tried again`(status: Int) {
        #expect(policy.pause(after: 1, refusal(status), retry: .always) != nil)
    }

    @Test(arguments: [(429, true), (503, true), (500, false), (502, false), (504, false), (408, false)])
    func `a call that must not happen twice is repeated only if it surely did not happen`(status: Int, again: Bool) {
        #expect((policy.pause(after: 1, refusal(status), retry: .untouched) != nil) == again)
    }

    @Test(
        arguments: [("7", 7), ("0", 0), ("100000", nil), ("Wed, 21 Oct 2026 07:28:00 GMT", 1)] as [(String, Double?)]
    )
    func `the server says when`(header: String, pause: Double?) {
        #expect(policy.pause(after: 1, refusal(429, retryAfter: header), retry: .always) == pause)
    }

    @Test(arguments: [
        (NetworkFailure.Kind.closed, true), (.timeout, true), (.unknownHost, false), (.tls, false), (.refused, true),
    ])
    func `connections that broke are tried again`(kind: NetworkFailure.Kind, again: Bool) {
        let failure = NetworkFailure(kind: kind, origin: "http://h:80", detail: "")
        #expect((policy.pause(after: 1, failure, retry: .always) != nil) == again)
    }
}
