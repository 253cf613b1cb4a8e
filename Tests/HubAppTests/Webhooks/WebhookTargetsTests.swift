// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import HubApp

@Suite struct WebhookTargetsTests {
    @Test(arguments: [
        "127.0.0.1", "127.8.9.1", "169.254.169.254", "0.0.0.0", "::1", "fe80::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fd00:ec2::254", "100.100.100.200",
    ])
    func `this machine, links and credentials of clouds are refused`(_ address: String) {
        #expect(throws: (any Error).self) { try WebhookTargets.standard.check(address: address) }
    }

    @Test(arguments: ["10.0.0.1", "192.168.1.7", "172.16.0.1", "8.8.8.8", "2001:db8::1", "fd12:3456::1", "100.64.0.1"])
    func `private and public networks are not`(_ address: String) throws {
        try WebhookTargets.standard.check(address: address)
    }

    @Test func `a setting is a list of networks or none`() throws {
        #expect(WebhookTargets("none") != nil)
        #expect(WebhookTargets("10.0.0.0/8, fe80::/10")?.text == "10.0.0.0/8 fe80::/10")
        for text in ["", "10.0.0.0/33", "host.example", "10.0.0", "none 10.0.0.0/8"] {
            #expect(WebhookTargets(text) == nil, "\(text)")
        }
        try #require(WebhookTargets("none")).check(address: "127.0.0.1")
    }

    @Test(arguments: [
        ("http://example.org", "example.org"), ("HTTPS://example.org:8080/a?b#c", "example.org"),
        ("http://[::1]:80/", "::1"), ("http://10.0.0.7", "10.0.0.7"),
    ])
    func `the host of an address`(_ url: String, _ host: String) {
        #expect(WebhookTargets.host(of: url) == host)
    }

    @Test(arguments: [
        "ftp://example.org", "http://", "http://user:secret@example.org/", "http://a b/", "example.org", "http://[::1/",
        "http://example.org:99999/", "http://evil.example\\@good.example/",
    ])
    func `what is no address of the web`(_ url: String) {
        #expect(WebhookTargets.host(of: url) == nil)
    }
}
