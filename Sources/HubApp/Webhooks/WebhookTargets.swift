// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Networks that webhooks are never sent to: a member could have the hub ask machines that the member cannot reach.
public struct WebhookTargets: Sendable, Hashable {
    private struct Network: Hashable {
        /// 4 or 16 bytes.
        let address: [UInt8]
        let bits: Int

        func contains(_ other: [UInt8]) -> Bool {
            guard other.count == address.count else { return false }
            for index in address.indices {
                let wanted = min(8, max(0, bits - index * 8))
                guard wanted > 0 else { return true }
                let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - wanted))
                guard address[index] & mask == other[index] & mask else { return false }
            }
            return true
        }
    }

    /// This machine, addresses of a link only, and where clouds keep the credentials of a machine. Private networks are
    /// allowed: they are where a hub of one's own delivers to.
    public static let standard = WebhookTargets(
        unchecked: "0.0.0.0/8 127.0.0.0/8 169.254.0.0/16 100.100.100.200/32 ::/128 ::1/128 fe80::/10 fd00:ec2::254/128"
    )

    /// As it is written in the settings.
    public let text: String
    private let networks: [Network]

    /// `nil` for what is no list of networks.
    public init?(_ text: String) {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "," })
        if words == ["none"] {
            (self.text, networks) = ("none", [])
            return
        }
        var networks: [Network] = []
        for word in words {
            let halves = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = halves.first, let address = Self.bytes(of: String(first)) else { return nil }
            var bits = address.count * 8
            if halves.count == 2 {
                guard let last = halves.last, let given = Int(last), (0...bits).contains(given) else { return nil }
                bits = given
            }
            networks.append(Network(address: address, bits: bits))
        }
        guard !networks.isEmpty else { return nil }
        self.text = words.joined(separator: " ")
        self.networks = networks
    }

    private init(unchecked text: String) {
        let parsed = WebhookTargets(text)
        self.text = text
        networks = parsed?.networks ?? []
    }

    /// - Throws: ``HubError/Code/badRequest`` for what is no web address, or names one that is refused.
    func check(url: String) throws {
        guard let host = Self.host(of: url) else {
            throw HubError(.badRequest, "\"url\" must be an address that begins with http:// or https://")
        }
        if Self.bytes(of: host) != nil { try check(address: host) }
    }

    /// Checks what a host's name stands for, as it is about to be connected to.
    /// - Parameter address: an IP address.
    /// - Throws: ``HubError/Code/badRequest`` if it is refused.
    public func check(address: String) throws {
        guard let bytes = Self.bytes(of: address) else { throw HubError(.badRequest, "\(address) is no IP address") }
        guard !networks.contains(where: { $0.contains(bytes) }) else {
            throw HubError(.badRequest, "Webhooks are not sent to \(address) by this hub (the setting webhook-refuse)")
        }
    }

    /// The host that a web address names, without brackets; `nil` for no web address, or one with a password in it.
    public static func host(of url: String) -> String? {
        guard url.utf8.count <= 2000, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C }) else {
            return nil
        }
        let scheme = ["https://", "http://"].first { url.lowercased().hasPrefix($0) }
        guard let scheme else { return nil }
        let authority = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { return nil }
        var host = authority
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
        } else if let colon = authority.firstIndex(of: ":") {
            guard UInt16(authority[authority.index(after: colon)...]) != nil else { return nil }
            host = authority[..<colon]
        }
        return host.isEmpty ? nil : String(host)
    }

    /// 4 or 16 bytes; an IPv4 address that stands in an IPv6 one is itself.
    private static func bytes(of address: String) -> [UInt8]? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, address, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, address, &sixteen) == 1 else { return nil }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
        return [mapped, translated].contains(Array(sixteen.prefix(12))) ? Array(sixteen.suffix(4)) : sixteen
    }
}
