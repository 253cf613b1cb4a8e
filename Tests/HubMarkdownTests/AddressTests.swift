// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import HubMarkdown

@Suite struct AddressTests {
    @Test(arguments: [
        ("a.md", "/alice/vit/blob/main/docs/a.md"), ("./a.md", "/alice/vit/blob/main/docs/a.md"),
        ("../a.md", "/alice/vit/blob/main/a.md"),
        ("../../../../etc", "/alice/vit/blob/main/etc"), ("%2e%2E/%2e./x", "/alice/vit/blob/main/x"),
        ("..\\x", "/alice/vit/blob/main/x"),
        ("a b/ü%20c.md", "/alice/vit/blob/main/docs/a%20b/%C3%BC%20c.md"), ("a%2Fb", "/alice/vit/blob/main/docs/a%2Fb"),
        ("100%", "/alice/vit/blob/main/docs/100%25"),
        ("a.md?plain=1&x#L1", "/alice/vit/blob/main/docs/a.md?plain=1&x#L1"), ("a/", "/alice/vit/blob/main/docs/a/"),
        ("a//b", "/alice/vit/blob/main/docs/a/b"),
        ("a/b:c", "/alice/vit/blob/main/docs/a/b%3Ac"), ("/bob/x y", "/bob/x%20y"), ("#usage", "#user-content-usage"),
        ("#", "#"),
        ("#user-content-usage", "#user-content-usage"), (" \u{1}a\n.md\t", "/alice/vit/blob/main/docs/a.md"),
    ])
    func `addresses within the hub`(_ value: String, _ expected: String) {
        let addresses = Addresses(
            links: MarkdownLinks(image: nil, file: "/alice/vit/blob/main", folder: "docs"),
            idPrefix: "user-content-"
        )
        #expect(addresses.link(Array(value.utf8)) == .local(expected))
    }

    @Test(arguments: [
        ("https://example.org/ü?a=\"b\"", "https://example.org/%C3%BC?a=%22b%22", "example.org"),
        ("HTTP://example.org", "http://example.org", "example.org"),
        ("//example.org/x", "https://example.org/x", "example.org"),
        ("\\\\example.org", "https://example.org", "example.org"),
        ("/\t/example.org", "https://example.org", "example.org"),
        ("https://a.org@b.org:80/", "https://a.org@b.org:80/", "b.org:80"),
        ("mailto:a@b.c?subject=x y", "mailto:a@b.c?subject=x%20y", "mailto"),
    ])
    func `addresses elsewhere`(_ value: String, _ expected: String, _ host: String) {
        #expect(Addresses(links: .none, idPrefix: "").link(Array(value.utf8)) == .external(expected, host: host))
    }

    @Test(arguments: [
        "javascript:x", "JAVA\nSCRIPT:x", "\u{1}javascript:x", "data:text/html,x", "data:image/png;base64,AA",
        "vbscript:x", "file:///x",
        "java%0ascript:x", "a b:c", "http:x", "https:/x", "https://", "https:///x", "blob:https://x", "", "  ", "?x=y",
    ])
    func `addresses that are none`(_ value: String) {
        let addresses = Addresses(links: MarkdownLinks(image: "/i", file: "/f"), idPrefix: "")
        #expect(addresses.link(Array(value.utf8)) == nil)
    }

    @Test func `without a repo there is nothing to be relative to`() {
        #expect(
            Markdown.html("[a](b.md) ![c](d.png) [e](/f)", links: .none).html
                == "<p><a>a</a> c <a href=\"/f\">e</a></p>\n"
        )
    }

    @Test(arguments: [
        (
            "![a \"b\"](https://example.org/c.png)",
            "<p><a class=\"external-image\" href=\"https://example.org/c.png\" rel=\"nofollow noopener noreferrer\" title=\"example.org\">a &quot;b&quot;</a></p>"
        ),
        (
            "![](//example.org/c.png)",
            "<p><a class=\"external-image\" href=\"https://example.org/c.png\" rel=\"nofollow noopener noreferrer\" title=\"example.org\">example.org</a></p>"
        ),
        (
            "[![a](https://example.org/b.svg)](/x)",
            "<p><a href=\"/x\"><span class=\"external-image\" title=\"example.org\">a</span></a></p>"
        ),
        (
            "![a](data:image/png;base64,AAAA)",
            "<p><img src=\"data:image/png;base64,AAAA\" alt=\"a\" loading=\"lazy\"></p>"
        ),
        ("![a](data:image/svg+xml;base64,AAAA)", "<p>a</p>"), ("![a](javascript:x)", "<p>a</p>"),
        ("![a](../img/b.png)", "<p><img src=\"/alice/vit/resolve/main/img/b.png\" alt=\"a\" loading=\"lazy\"></p>"),
    ])
    func `pictures`(_ text: String, _ expected: String) {
        #expect(html(text, folder: "docs") == expected)
    }
}
