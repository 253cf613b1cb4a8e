// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import hubctl

@Suite struct URLTextTests {
    @Test func `a segment encodes slashes and a path keeps them`() {
        #expect(URLText.segment("refs/pr/1") == "refs%2Fpr%2F1")
        #expect(URLText.path("a b/ü+#?.txt") == "a%20b/%C3%BC%2B%23%3F.txt")
    }

    @Test(
        arguments: [
            ("http://Hub.Example:8080/a?b", "http://hub.example:8080"),
            ("https://hub.example", "https://hub.example:443"),
            ("http://hub.example/x:9", "http://hub.example:80"), ("http://[::1]:9/x", "http://[::1]:9"),
            ("http://[::1]/x", "http://[::1]:80"), ("http://user:pw@hub/", "http://hub:80"), ("ftp://hub/", nil),
            ("hub:8080", nil), ("http:///x", nil), ("http://hub.example@evil.example/", "http://evil.example:80"),
        ] as [(String, String?)]
    )
    func `an origin is scheme, host and port`(url: String, origin: String?) {
        #expect(URLText.origin(url) == origin)
    }

    @Test(
        arguments: [
            ("https://b/x", "https://b/x"), ("/y?z", "http://a:1/y?z"), ("y", "http://a:1/p/y"),
            ("//b/y", "http://b/y"),
            ("", nil), ("javascript://x", nil),
        ] as [(String, String?)]
    )
    func `a location is seen from the URL that sent it`(location: String, expected: String?) {
        #expect(URLText.resolve(location, from: "http://a:1/p/q?r=/s/") == expected)
    }

    @Test(
        arguments: [
            (#"<http://h/api?cursor=2>; rel="next""#, "http://h/api?cursor=2"),
            (#"<http://h/1>; rel="prev", <http://h/3>; rel="next""#, "http://h/3"), (#"<http://h/1>; rel="prev""#, nil),
            ("nonsense", nil),
        ] as [(String, String?)]
    )
    func `the next page is the link that says so`(header: String, expected: String?) {
        #expect(HubAnswer.nextPage(header) == expected)
    }
}
