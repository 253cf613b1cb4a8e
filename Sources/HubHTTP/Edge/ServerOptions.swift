// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// How the server listens and how long it waits for a peer.
public struct ServerOptions: Sendable {
    public var host = "127.0.0.1"
    /// 0 takes a free one; ``HubServer`` reports which.
    public var port = 8080
    /// PEM files; TLS is on when both are set.
    public var tlsCertificatePath: String?
    public var tlsKeyPath: String?
    /// Whether HTTP/2 is offered on TLS.
    public var http2 = true
    /// Seconds a connection may wait for its next request.
    public var idleSeconds: Int64 = 75
    /// Seconds from accepting a connection to its first request's whole head, TLS included.
    public var headSeconds: Int64 = 20
    /// Seconds without one byte of a body that we wait for.
    public var bodySeconds: Int64 = 60
    /// Seconds for which a client may take nothing of a full send buffer.
    public var writeSeconds: Int64 = 120
    /// Bytes of a request's head; more is answered 431.
    public var headBytes = 64 << 10
    public var connections = 10_000

    public init() {}
}
