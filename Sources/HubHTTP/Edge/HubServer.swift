// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import HummingbirdTLS
public import Logging
public import NIOCore
public import NIOPosix
import NIOSSL
public import ServiceLifecycle

/// The listening server. As a service: it stops accepting on graceful shutdown and ends when open requests have.
public struct HubServer: Service {
    private let application: Application<RouterResponder<HubContext>>

    /// - Parameter onListening: told the port that was bound.
    /// - Throws: when a TLS file cannot be read or makes no sense.
    public init(
        responder: RouterResponder<HubContext>,
        options: ServerOptions,
        metrics: Metrics? = nil,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws {
        application = Application(
            responder: responder,
            server: try Self.builder(options, metrics: metrics),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: options.port),
                availableConnectionsDelegate: MaximumAvailableConnections(options.connections)
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? options.port) },
            eventLoopGroupProvider: .shared(eventLoopGroup),
            logger: logger
        )
    }

    public func run() async throws {
        try await application.run()
    }

    private static func builder(_ options: ServerOptions, metrics: Metrics?) throws -> HTTPServerBuilder {
        let connections = metrics?.gauge("vitrine_http_connections", help: "Open connections.")
        let limits = EdgeLimits(
            idle: .seconds(options.idleSeconds),
            body: .seconds(options.bodySeconds),
            write: .seconds(options.writeSeconds)
        )
        let http1 = HTTP1Channel.Configuration(
            additionalChannelHandlers: [EdgeHandler(limits: limits)],
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: options.headBytes,
                maxHeaderListSize: options.headBytes
            )
        )
        let headSeconds = options.headSeconds
        guard let certificate = options.tlsCertificatePath, let key = options.tlsKeyPath else {
            return HTTPServerBuilder { responder in
                PinnedChannel(
                    base: HTTP1Channel(responder: responder, configuration: http1),
                    headSeconds: headSeconds,
                    connections: connections
                )
            }
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        )
        guard options.http2 else {
            tls.applicationProtocols = ["http/1.1"]
            return HTTPServerBuilder { [tls] responder in
                PinnedChannel(
                    base: try TLSChannel(
                        HTTP1Channel(responder: responder, configuration: http1),
                        tlsConfiguration: tls
                    ),
                    headSeconds: headSeconds,
                    connections: connections
                )
            }
        }
        let http2 = HTTP2ChannelConfiguration(
            idleTimeout: .seconds(options.idleSeconds),
            gracefulCloseTimeout: .seconds(30),
            streamConfiguration: http1
        )
        return HTTPServerBuilder { [tls] responder in
            PinnedChannel(
                base: try HTTP2UpgradeChannel(tlsConfiguration: tls, configuration: http2, responder: responder),
                headSeconds: headSeconds,
                connections: connections
            )
        }
    }
}
