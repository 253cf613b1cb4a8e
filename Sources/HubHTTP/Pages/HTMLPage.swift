// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import Hummingbird
import NIOCore

/// The frame of a page: what is in it comes escaped.
struct HTMLPage {
    /// Above the heading, small.
    var overline = ""
    /// Of the window and the page.
    let title: String
    /// HTML.
    let body: String
    /// Where its forms may lead, besides the hub itself.
    var formTargets: [String] = []

    func response(status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        let html = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(HTMLText.escape(overline.isEmpty ? title : "\(overline) \(title)"))</title>
            <link rel="icon" href="/favicon.svg">
            <link rel="stylesheet" href="/assets/style.css">
            <main class="alone">
            <a class="brand" href="/"><svg aria-hidden="true" viewBox="0 0 32 32"><use href="/assets/icons.svg#mark"/></svg>Vitrine</a>
            \(overline.isEmpty ? "" : "<p class=\"status\">\(HTMLText.escape(overline))</p>")
            <h1>\(HTMLText.escape(title))</h1>
            \(body)
            </main>
            </html>

            """
        let targets = (["'self'"] + formTargets).joined(separator: " ")
        var headers = headers
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action \(targets); "
            + "frame-ancestors 'none'; base-uri 'none'"
        return .full(
            ByteBuffer(string: html),
            contentType: "text/html; charset=utf-8",
            status: status,
            headers: headers
        )
    }

    /// What was wrong with what was sent.
    static func problem(_ text: String?) -> String {
        text.map { "<p class=\"problem\" role=\"alert\">\(HTMLText.escape($0))</p>" } ?? ""
    }

    /// A form's hidden field.
    static func hidden(_ name: String, _ value: String) -> String {
        "<input type=\"hidden\" name=\"\(HTMLText.escape(name))\" value=\"\(HTMLText.escape(value))\">"
    }
}
