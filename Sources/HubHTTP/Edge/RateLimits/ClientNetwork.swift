// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import Hummingbird
import NIOCore

/// Where requests without a token come from, as far as one party can be told from another: an IPv4 address, or the
/// first half of an IPv6 address, all of which a household or a machine has for itself.
enum ClientNetwork: Hashable, Sendable {
    case v4(UInt32)
    case v6(UInt64)
    case unknown

    init(_ address: SocketAddress?) {
        switch address {
        case .v4(let address):
            // sockaddr_in: family, port, four bytes of address.
            self = .v4(withUnsafeBytes(of: address.address) { Self.number($0.dropFirst(4).prefix(4)) })
        case .v6(let address):
            // sockaddr_in6: family, port, flow, sixteen bytes of address.
            let bytes = withUnsafeBytes(of: address.address) { Array($0.dropFirst(8).prefix(16)) }
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes.dropFirst(10).prefix(2) == [0xFF, 0xFF]
            self = isMapped ? .v4(Self.number(bytes.suffix(4))) : .v6(Self.number(bytes.prefix(8)))
        default: self = .unknown
        }
    }

    private static func number<Number: FixedWidthInteger>(_ bytes: some Sequence<UInt8>) -> Number {
        bytes.reduce(0) { $0 << 8 | Number($1) }
    }
}

extension HubContext {
    /// Where a request comes from: the peer of the socket, or whom a trusted proxy names.
    ///
    /// The last address of `X-Forwarded-For` is what the proxy itself saw; those before it are what it was told.
    func clientAddress(_ request: Request) -> SocketAddress? {
        guard publicURL.trustsForwardedHeaders,
            let last = request.headers[.forwardedFor]?.split(separator: ",").last?.filter({ !$0.isWhitespace })
        else { return remoteAddress }
        // What is no address was not written by a proxy that we should trust.
        return (try? SocketAddress(ipAddress: String(last), port: 0)) ?? remoteAddress
    }
}
