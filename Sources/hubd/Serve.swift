// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import Foundation
import HubApp
import HubBlobs
import HubCore
import HubHTTP
import Logging
import ServiceLifecycle
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves the hub in a data folder.",
        discussion: """
            Each option can also be set by the environment (VITRINE_PORT) or in a file (port = 8080); --set reaches the \
            settings that have no option of their own. docs/configuration.md lists all.
            """
    )

    @Option(help: "Where database and blobs are.") var dataDir: String?
    @Option(help: "The address to listen on.") var host: String?
    @Option(help: "The port; 0 takes a free one.") var port: String?
    @Option(name: [.customLong("tls-certificate"), .customLong("tls-cert")], help: "A PEM file.")
    var tlsCertificate: String?
    @Option(help: "A PEM file.") var tlsKey: String?
    @Option(help: "The address clients know the hub by.") var publicURL: String?
    @Option(help: "The least to log.") var logLevel: String?
    @Option(help: "text or json.") var logFormat: String?
    @Option(name: .customLong("set"), help: ArgumentHelp("Any setting.", valueName: "key=value")) var settings:
        [String] = []
    @Option(help: "A file of key = value lines.") var config: String?
    @Option(help: "A file to write the bound port to.") var portFile: String?

    func run() async throws {
        let settings = try resolve()
        Process.prepare()
        let json = settings.logsJSON
        LoggingSystem.bootstrap { LineLogHandler(label: $0, isJSON: json) }
        var logger = Logger(label: "hubd")
        logger.logLevel = Logger.Level(rawValue: settings.logLevel) ?? .info
        logger.info("Descriptors", metadata: ["limit": "\(Process.raiseDescriptorLimit())"])

        let lock = try DataFolderLock(dataFolder: settings.dataDirectory)
        let hub = try await Hub.open(dataFolder: settings.dataDirectory, limits: settings.limits)
        let metrics = Metrics()
        Process.register(in: metrics)
        StorageMetrics.register(hub, in: metrics)
        let isTLS = settings.tlsCertificate != nil
        let publicURL = PublicURL(
            configured: settings.publicURL,
            trustsForwardedHeaders: settings.trustForwardedHeaders,
            isTLS: isTLS
        )
        let scheme = isTLS ? "https" : "http"
        let publicFiles = try Self.publicFiles(settings, logger: logger)
        let web = OutgoingWeb()
        let server = try HubServer(
            responder: buildRouter(
                hub,
                publicURL: publicURL,
                publicFiles: publicFiles,
                limiter: RateLimiter(settings.rateLimits),
                corsOrigins: settings.corsOrigins,
                inference: settings.inference ? InferenceProcess(inference(settings), logger: logger) : nil,
                signOn: try signOn(hub, settings, web),
                settings: settings.effective,
                metrics: metrics
            ),
            options: options(settings),
            metrics: metrics,
            logger: logger,
            onListening: { [portFile, logger] port in
                logger.notice("Listening on \(scheme)://\(settings.host):\(port)")
                guard let portFile else { return }
                do {
                    try "\(port)\n".write(toFile: portFile, atomically: true, encoding: .utf8)
                } catch {
                    logger.error("The port file cannot be written", metadata: ["error": "\(error)"])
                }
            }
        )
        let sweeper = UploadSweeper(hub: hub) { [logger] error in
            logger.error("Sweeping failed", metadata: ["error": "\(error)"])
        }
        let scanner = ScanRunner(hub: hub) { [logger] error in
            logger.error("Scanning failed", metadata: ["error": "\(error)"])
        }
        let chunker = ChunkingRunner(hub: hub) { [logger] error in
            logger.error("Cutting a file into chunks failed", metadata: ["error": "\(error)"])
        }
        let auditWriter = AuditWriter(
            hub: hub,
            dataFolder: settings.dataDirectory,
            rotationBytes: settings.auditFileBytes
        ) { [logger] error in
            logger.error("The audit log's file cannot be written", metadata: ["error": "\(error)"])
        }
        let webhooks = WebhookRunner(hub: hub, sender: WebhookWeb()) { [logger] problem in
            logger.warning("Webhooks", metadata: ["problem": "\(problem)"])
        }
        let services: [any Service] = [
            hub.downloadCounter, auditWriter, sweeper, scanner, chunker, collection(hub, settings, metrics, logger),
            webhooks, server,
        ]
        var group = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        group.maximumGracefulShutdownDuration = .seconds(settings.drainTimeout)
        try await ServiceGroup(configuration: group).run()
        try await web.shutDown()
        withExtendedLifetime(lock) {}
    }

    /// A folder that was asked for must be there; without one that is found, pages come without style.
    private static func publicFiles(_ settings: Configuration, logger: Logger) throws -> PublicFiles {
        let program = CommandLine.arguments.first ?? ""
        guard let directory = settings.publicDirectory ?? PublicFiles.directory(program: program) else {
            logger.warning("There is no Public folder: pages come without style", metadata: ["setting": "public-dir"])
            return .none
        }
        return try PublicFiles(directory: directory)
    }

    private func collection(
        _ hub: Hub,
        _ settings: Configuration,
        _ metrics: Metrics,
        _ logger: Logger
    ) -> GarbageCollectionService {
        let gauges = CollectionMetrics(metrics)
        return GarbageCollectionService(
            hub: hub,
            intervalSeconds: settings.gcInterval,
            graceSeconds: settings.gcGrace
        ) { outcome in
            gauges.note(outcome)
            switch outcome {
            case .success(let report):
                logger.notice(
                    "Collected garbage",
                    metadata: [
                        "gc.blobs": "\(report.blobs)", "gc.bytes": "\(report.bytes)", "gc.commits": "\(report.commits)",
                        "gc.ms": "\(report.milliseconds)",
                    ]
                )
            case .failure(let error):
                logger.error("Garbage collection failed", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Everything from flags, environment and file.
    /// - Throws: `ValidationError` with all that is wrong.
    private func resolve() throws -> Configuration {
        var flags: [String: String] = [:]
        for setting in settings {
            let halves = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let key = halves.first, let value = halves.last else {
                throw ValidationError("--set wants key=value, not \(setting)")
            }
            flags[String(key)] = String(value)
        }
        let named = [
            ("data-dir", dataDir), ("host", host), ("port", port), ("tls-certificate", tlsCertificate),
            ("tls-key", tlsKey), ("public-url", publicURL), ("log-level", logLevel), ("log-format", logFormat),
        ]
        for (key, value) in named { flags[key] = value ?? flags[key] }
        do {
            let file = try config.map { try String(contentsOfFile: $0, encoding: .utf8) }
            return try Configuration(flags: flags, environment: ProcessInfo.processInfo.environment, file: file)
        } catch let problems as Configuration.Problems {
            throw ValidationError(problems.description)
        }
    }

    private func signOn(_ hub: Hub, _ settings: Configuration, _ web: OutgoingWeb) throws -> SignOnService? {
        guard let issuer = settings.oidcIssuer else { return nil }
        guard issuer.hasPrefix("https://") || issuer.hasPrefix("http://") else {
            throw HubError(.badRequest, "oidc-issuer must start with https:// (or http://)")
        }
        guard let clientID = settings.oidcClientID else {
            throw HubError(.badRequest, "oidc-issuer needs oidc-client-id: this hub's id at the identity provider")
        }
        return SignOnService(
            hub: hub,
            settings: OIDCSettings(
                issuer: issuer,
                clientID: clientID,
                clientSecret: settings.oidcClientSecret,
                name: settings.oidcName,
                scopes: settings.oidcScopes,
                usernameClaim: settings.oidcUsernameClaim,
                createsUsers: settings.oidcCreatesUsers
            ),
            web: web
        )
    }

    private func inference(_ settings: Configuration) -> InferenceProcess.Options {
        InferenceProcess.Options(
            memory: settings.inferenceMemory,
            models: settings.inferenceModelBytes,
            threads: settings.inferenceThreads,
            timeout: settings.inferenceTimeout,
            queue: settings.inferenceQueue,
            batch: settings.inferenceBatch,
            library: settings.onnxruntimeLibrary
        )
    }

    private func options(_ settings: Configuration) -> ServerOptions {
        var options = ServerOptions()
        options.host = settings.host
        options.port = settings.port
        options.tlsCertificatePath = settings.tlsCertificate
        options.tlsKeyPath = settings.tlsKey
        options.http2 = settings.http2
        options.idleSeconds = settings.idleTimeout
        options.headSeconds = settings.headTimeout
        options.bodySeconds = settings.bodyTimeout
        options.headBytes = Int(clamping: settings.maxHeaderBytes)
        options.connections = Int(clamping: settings.maxConnections)
        return options
    }
}
