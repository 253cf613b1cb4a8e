// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import Testing

@testable import HubApp

@Suite struct ConfigurationTests {
    @Test func `flags win over the environment, that over the file, that over defaults`() throws {
        let file = "# comment\n\nhost = file\nport = 1\nlog-level = debug\n"
        let configuration = try Configuration(
            flags: ["host": "flag"],
            environment: ["VITRINE_HOST": "environment", "VITRINE_PORT": "2", "VITRINE_LFS_PART_SIZE": "1000000"],
            file: file
        )
        #expect(configuration.host == "flag")
        #expect(configuration.port == 2)
        #expect(configuration.logLevel == "debug")
        #expect(configuration.limits.partBytes == 1_000_000)
        #expect(configuration.dataDirectory == "data")
    }

    @Test func `everything wrong is told at once`() throws {
        let problems = #expect(throws: Configuration.Problems.self) {
            try Configuration(
                flags: ["port": "70000", "nope": "1", "tls-key": "k"],
                environment: ["VITRINE_HTTP2": "maybe", "VITRINE_IDLE_TIMEOUT": "-1"],
                file: "what\nodd = 1\n"
            )
        }
        #expect(problems?.list.count == 7)
    }

    @Test func `the page about configuration lists what there is`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/configuration.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text.hasSuffix(Configuration.markdownTable), "write this table there:\n\(Configuration.markdownTable)")
    }
}
