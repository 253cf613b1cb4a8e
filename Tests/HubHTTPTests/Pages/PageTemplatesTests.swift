// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubTestSupport
import Testing

@testable import HubHTTP

@Suite struct PageTemplatesTests {
    @Test("values are escaped; what is empty is false and hides what surrounds it")
    func values() throws {
        let templates = try PageTemplates([
            "page":
                "{{text}}|{{#none}}x{{/none}}{{^none}}none{{/none}}|{{#items}}[{{name}}{{note}}]{{/items}}|{{{html}}}"
        ])
        let html = try templates.render(
            "page",
            [
                "text": "<b>\"&'", "none": "", "note": "outer", "html": "<i>",
                "items": [["name": "a", "note": .null], ["name": "b"]],
            ]
        )
        #expect(html == "&lt;b&gt;&quot;&amp;&#39;|none|[a][bouter]|<i>")
    }

    @Test("a template that cannot be parsed is named")
    func broken() {
        let error = #expect(throws: HubError.self) { try PageTemplates(["odd": "{{#a}}"]) }
        #expect(error?.message.contains("odd.mustache") == true)
    }

    @Test("every template of Public is parsed, and each that is asked for is there")
    func own() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let files = try PublicFiles(directory: root.appending(path: "Public").path)
        let templates = try #require(files.templates)
        let sources = root.appending(path: "Sources/HubHTTP/Pages")
        var names: Set<String> = ["layout", "bare"]
        for case let file as URL in FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
            ?? .init()
        {
            guard file.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /(?:site\.|try )page\(\s*"([a-z-]+)"/) { names.insert(String(match.1)) }
        }
        #expect(names.count > 20)
        for name in names {
            #expect(throws: Never.self, "\(name)") { try templates.render(name, ["title": "t"]) }
        }
        #expect(!files.files.keys.contains { $0.hasSuffix(".mustache") })
    }
}
