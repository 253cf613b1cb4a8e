// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Everything about a server that an operator may choose. `docs/configuration.md` lists the keys.
public struct Configuration: Sendable {
    public var dataDirectory = "data"
    /// What browsers need beside pages; `nil` looks beside the program and in the current folder.
    public var publicDirectory: String?
    public var host = "127.0.0.1"
    public var port = 8080
    /// Without a slash at the end; `nil` takes the address each request came to.
    public var publicURL: String?
    public var tlsCertificate: String?
    public var tlsKey: String?
    public var http2 = true
    public var trustForwardedHeaders = false
    /// One of swift-log's level names.
    public var logLevel = "info"
    /// Whether log lines are JSON objects.
    public var logsJSON = false
    /// Seconds.
    public var idleTimeout: Int64 = 75
    /// Seconds.
    public var headTimeout: Int64 = 20
    /// Seconds.
    public var bodyTimeout: Int64 = 60
    /// Seconds.
    public var drainTimeout: Int64 = 20
    /// Bytes.
    public var maxHeaderBytes: Int64 = 64 << 10
    public var maxConnections: Int64 = 10_000
    public var limits = HubLimits()
    public var rateLimits = RateLimits()
    public var corsOrigins = AllowedOrigins.any
    /// Bytes.
    public var auditFileBytes = AuditWriter.defaultRotationBytes
    /// Seconds; 0 is never.
    public var gcInterval: Int64 = 86_400
    /// Seconds.
    public var gcGrace = GarbageCollector.defaultGraceSeconds
    /// ONNX Runtime's shared library; `nil` looks in the usual places.
    public var onnxruntimeLibrary: String?
    /// The identity provider's address; `nil` is none.
    public var oidcIssuer: String?
    public var oidcClientID: String?
    public var oidcClientSecret: String?
    public var oidcName = "single sign-on"
    public var oidcScopes = "openid profile email"
    public var oidcUsernameClaim = "preferred_username"
    /// Whether who signs in for the first time gets an account.
    public var oidcCreatesUsers = true
    /// Whether models answer about pictures.
    public var inference = true
    /// Of one answer.
    public var inferenceThreads: Int64 = 2
    /// Bytes of the worker's own memory.
    public var inferenceMemory: Int64 = 4 << 30
    /// Bytes of the weights of loaded models.
    public var inferenceModelBytes: Int64 = 2 << 30
    /// Seconds.
    public var inferenceTimeout: Int64 = 60
    /// Requests that wait for one model.
    public var inferenceQueue: Int64 = 32
    public var inferenceBatch: Int64 = 4

    public init() {}

    /// Several things wrong with what was configured, all told at once.
    public struct Problems: Error, CustomStringConvertible {
        public let list: [String]
        public var description: String { list.joined(separator: "\n") }
    }

    /// Builds the configuration: flags win over the environment, that over the file, that over defaults.
    /// - Parameters:
    ///   - flags: by key, as in the table.
    ///   - file: lines `key = value`; empty lines and those that start with `#` are skipped.
    /// - Throws: ``Problems``.
    public init(flags: [String: String], environment: [String: String], file: String?) throws {
        var problems: [String] = []
        let known = Set(Self.settings.map(\.key))
        let filed = Self.parse(file ?? "", known: known, problems: &problems)
        for key in flags.keys.sorted() where !known.contains(key) {
            problems.append("\(key): no such setting")
        }
        for setting in Self.settings {
            let variable = setting.environmentName
            let choices = [
                (flags[setting.key], "--\(setting.key)"), (environment[variable], variable),
                (filed[setting.key], "\(setting.key) in the configuration file"),
            ]
            guard let (value, origin) = choices.first(where: { $0.0 != nil }), let value else { continue }
            if let problem = setting.apply(&self, value) { problems.append("\(origin): \(problem)") }
        }
        if (tlsCertificate == nil) != (tlsKey == nil) {
            problems.append("tls-certificate and tls-key belong together")
        }
        guard problems.isEmpty else { throw Problems(list: problems) }
    }

    private static func parse(_ file: String, known: Set<String>, problems: inout [String]) -> [String: String] {
        var values: [String: String] = [:]
        for (index, line) in file.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let text = trimmed(line)
            guard !text.isEmpty, !text.hasPrefix("#") else { continue }
            let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let name = halves.first, let value = halves.last else {
                problems.append("configuration file, line \(index + 1): not `key = value`")
                continue
            }
            let key = trimmed(name)
            if !known.contains(key) { problems.append("configuration file, line \(index + 1): no setting \(key)") }
            values[key] = trimmed(value)
        }
        return values
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var rest = Substring(text)
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }
}
