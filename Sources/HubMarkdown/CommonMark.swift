// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

internal import CMarkdown

/// The parser, as one call.
enum CommonMark {
    /// HTML that is not safe yet, or nil if the text takes more memory or time than it may.
    static func html(_ text: [UInt8], hardBreaks: Bool) -> [UInt8]? {
        let budget = Markdown.budget(bytes: text.count)
        var result = hub_markdown_result()
        text.withUnsafeBytes { bytes in
            hub_markdown_render(
                bytes.bindMemory(to: CChar.self).baseAddress,
                bytes.count,
                hardBreaks ? 1 : 0,
                budget.memory,
                budget.milliseconds,
                &result
            )
        }
        guard result.status == Int32(HUB_MARKDOWN_OK), let html = result.html else { return nil }
        defer { hub_markdown_free(html) }
        return Array(UnsafeRawBufferPointer(start: html, count: result.count))
    }
}
