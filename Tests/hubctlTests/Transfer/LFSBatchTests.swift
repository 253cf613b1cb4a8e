// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import hubctl

@Suite struct LFSBatchTests {
    private func multipart(_ header: JSONObject) -> JSONValue {
        ["oid": "x", "actions": ["upload": ["href": "http://h/done", "header": .object(header)]]]
    }

    @Test func `parts cover the file and the last is shorter`() throws {
        let header: JSONObject = ["chunk_size": "4", "1": "http://h/1", "2": "http://h/2", "3": "http://h/3"]
        guard case .multipart(let found) = try LFSTask(multipart(header), size: 10).transfer else {
            Issue.record("not multipart")
            return
        }
        #expect(found.completionURL == "http://h/done")
        #expect(found.parts.map(\.offset) == [0, 4, 8])
        #expect(found.parts.map(\.length) == [4, 4, 2])
        #expect(found.parts.map(\.url) == ["http://h/1", "http://h/2", "http://h/3"])
    }

    @Test(
        arguments: [
            ["chunk_size": "4", "1": "http://h/1"], ["chunk_size": "0", "1": "http://h/1"], ["chunk_size": "x"],
            ["chunk_size": "-4"],
        ] as [JSONObject]
    )
    func `parts that do not cover the file are refused`(header: JSONObject) {
        #expect(throws: CommandFailure.self) { try LFSTask(multipart(header), size: 10) }
    }

    @Test func `an object without actions is there already`() throws {
        guard case .none = try LFSTask(["oid": "x", "size": 3], size: 3).transfer else {
            Issue.record("an upload is asked for")
            return
        }
    }

    @Test func `an object the server refuses says why`() {
        #expect {
            try LFSTask(["oid": "x", "error": ["code": 413, "message": "too big"]], size: 3)
        } throws: {
            ($0 as? CommandFailure)?.message.contains("too big") == true
        }
    }
}
