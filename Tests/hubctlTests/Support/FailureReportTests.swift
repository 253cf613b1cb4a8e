// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore
import NIOHTTP1
import Testing

@testable import hubctl

@Suite struct FailureReportTests {
    private func report(_ status: Int, _ headers: HTTPHeaders = [:], body: String = "", token: Bool = false)
        -> CommandFailure
    {
        FailureReport.failure(
            for: HTTPFailure(
                method: .GET,
                url: "http://h/",
                status: HTTPResponseStatus(statusCode: status),
                headers: headers,
                body: ByteBuffer(string: body),
                hadToken: token
            )
        )
    }

    @Test func `the server's words and the request's id are shown`() {
        let failure = report(
            404,
            ["X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found", "X-Request-Id": "r1"]
        )
        #expect(failure.message == "Repository not found (404) [request r1]")
        #expect(failure.hint?.contains("--type") == true)
        #expect(failure.status == .input)
    }

    @Test func `without a header the body speaks`() {
        #expect(report(400, body: #"{"error":"bad name"}"#).message == "bad name (400)")
        #expect(report(400, body: #"{"errors":[{"message":"a"},{"message":"b"}]}"#).message == "a; b (400)")
        #expect(report(500, body: "<html>").message == "500 Internal Server Error")
    }

    @Test func `no token and a bad token are told apart`() {
        #expect(report(401).hint?.contains("hubctl login") == true)
        #expect(report(401, token: true).hint?.contains("revoked") == true)
    }

    @Test(arguments: [
        (400, CommandFailure.Status.input), (413, .input), (429, .input), (500, .fault), (503, .fault), (507, .fault),
    ])
    func `refusals are the user's, faults are the server's`(status: Int, expected: CommandFailure.Status) {
        #expect(report(status).status == expected)
    }

    @Test(arguments: [403, 409, 412, 413, 429, 502, 507])
    func `statuses with a known way out have a hint`(status: Int) {
        #expect(report(status).hint != nil)
    }

    @Test func `a refused connection asks whether hubd is running`() {
        let failure = FailureReport.failure(for: NetworkFailure(kind: .refused, origin: "http://h:1", detail: ""))
        #expect(failure.hint?.contains("hubd") == true)
        #expect(failure.status == .fault)
    }

    @Test func `a bad name is the user's, a corrupt store is not`() {
        #expect(FailureReport.failure(for: HubError(.badRequest, "x")).status == .input)
        #expect(FailureReport.failure(for: HubError(.corrupt, "x")).status == .fault)
    }
}
