// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension Configuration {
    /// One key: what it is called, what it means, how it gets in.
    struct Setting: Sendable {
        let key: String
        /// "bytes", "seconds", "path" …
        let unit: String
        let summary: String
        /// Takes a value in, or says what is wrong with it.
        let apply: @Sendable (inout Configuration, String) -> String?
        /// What the field holds, as text, for the table of defaults.
        let show: @Sendable (Configuration) -> String

        var environmentName: String {
            "VITRINE_" + key.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
        }
    }

    /// The table behind flags, environment, file and documentation. A new key is one entry here.
    static let settings: [Setting] = [
        text("data-dir", "path", "Database and blobs.", \.dataDirectory),
        optional(
            "public-dir",
            "path",
            "Style, icons and scripts of pages; without it, `share/vitrine/Public` beside `bin`, else `./Public`.",
            \.publicDirectory
        ),
        text("host", "address", "Where to listen. `0.0.0.0` and `::` are every interface.", \.host),
        Setting(
            key: "port",
            unit: "number",
            summary: "0 takes a free one.",
            apply: { configuration, value in
                guard let port = UInt16(value) else { return "not a port" }
                configuration.port = Int(port)
                return nil
            },
            show: { "\($0.port)" }
        ),
        Setting(
            key: "public-url",
            unit: "URL",
            summary: "The address in answers; without it, the one the request came to.",
            apply: { configuration, value in
                guard value.hasPrefix("http://") || value.hasPrefix("https://") else {
                    return "must start with http:// or https://"
                }
                guard value.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { return "not a URL" }
                var url = value
                while url.hasSuffix("/") { url.removeLast() }
                configuration.publicURL = url
                return nil
            },
            show: { $0.publicURL ?? "" }
        ),
        optional(
            "tls-certificate",
            "path",
            "PEM file, chain included. TLS is on with this and the key.",
            \.tlsCertificate
        ),
        optional("tls-key", "path", "PEM file.", \.tlsKey),
        flag("http2", "Offer HTTP/2 on TLS.", \.http2),
        flag(
            "trust-forwarded-headers",
            "Believe `X-Forwarded-Proto`, `-Host` and the last of `-For`: only behind a proxy that sets them.",
            \.trustForwardedHeaders
        ),
        choice("log-level", ["trace", "debug", "info", "notice", "warning", "error", "critical"], "The least to log.") {
            $0.logLevel = $1
        } show: {
            $0.logLevel
        },
        choice("log-format", ["text", "json"], "One line per event either way.") {
            $0.logsJSON = $1 == "json"
        } show: {
            $0.logsJSON ? "json" : "text"
        },
        number("idle-timeout", "seconds", "How long a connection may wait for its next request.", \.idleTimeout),
        number("head-timeout", "seconds", "How long a first request's head may take, TLS included.", \.headTimeout),
        number("body-timeout", "seconds", "How long a request's body may stand still.", \.bodyTimeout),
        number("drain-timeout", "seconds", "How long open requests may go on after SIGTERM.", \.drainTimeout),
        number("max-header-bytes", "bytes", "Of a request's head.", \.maxHeaderBytes),
        number("max-connections", "number", "More wait in the kernel's queue.", \.maxConnections),
        number("regular-file-bytes", "bytes", "Larger files go through LFS.", \.limits.regularFileBytes),
        number("lfs-multipart-threshold", "bytes", "Larger LFS objects come in parts.", \.limits.multipartThreshold),
        number("lfs-part-size", "bytes", "Of one part.", \.limits.partBytes),
        number("upload-url-ttl", "seconds", "How long an upload address opens.", \.limits.uploadURLSeconds),
        Setting(
            key: "cors-origins",
            unit: "origins",
            summary: "Whose pages may read answers in a browser: `*`, or origins with spaces between them, or none.",
            apply: { configuration, value in
                guard let origins = AllowedOrigins(value) else {
                    return "must be * or origins like https://example.org"
                }
                configuration.corsOrigins = origins
                return nil
            },
            show: { $0.corsOrigins.text }
        ),
        flag("rate-limits", "Refuse requests of who makes too many (429).", \.rateLimits.isOn),
        number("rate-limit-window", "seconds", "Within which requests are counted.", \.rateLimits.windowSeconds),
        quota("rate-limit-api", "Calls of the API, in a window; 0 is no limit.", \.rateLimits.api),
        quota("rate-limit-resolvers", "Files of repos.", \.rateLimits.resolvers),
        quota("rate-limit-pages", "Pages.", \.rateLimits.pages),
        choice(
            "organization-creation",
            OrganisationCreation.allCases.map(\.rawValue),
            "Who may make organisations over the network: every user, or those made with `--admin`."
        ) {
            $0.limits.organisationCreation = OrganisationCreation(rawValue: $1) ?? .users
        } show: {
            $0.limits.organisationCreation.rawValue
        },
        choice(
            "sign-up",
            SignUp.allCases.map(\.rawValue),
            "Who may make an account at `/join`: nobody, who was invited, or everybody."
        ) {
            $0.limits.signUp = SignUp(rawValue: $1) ?? .closed
        } show: {
            $0.limits.signUp.rawValue
        },
        choice(
            "scan-policy",
            ScanPolicy.allCases.map(\.rawValue),
            "What becomes of files that would run code when loaded."
        ) {
            $0.limits.scanPolicy = ScanPolicy(rawValue: $1) ?? .warn
        } show: {
            $0.limits.scanPolicy.rawValue
        },
        count(
            "storage-quota",
            "bytes",
            "What a user or organisation may store unless `hubctl admin quota` says otherwise; 0 is no limit.",
            \.limits.storageQuota
        ),
        count(
            "git-pack-cache",
            "bytes",
            "On the disk for packs that git clones are sent, until hubd stops; 0 keeps none.",
            \.limits.packCacheBytes
        ),
        choice(
            "xet-dedup",
            DedupDomain.allCases.map(\.rawValue),
            "Whose files share chunks: those of one user or organisation, or all of the hub's."
        ) {
            $0.limits.dedupDomain = DedupDomain(rawValue: $1) ?? .namespace
        } show: {
            $0.limits.dedupDomain.rawValue
        },
        Setting(
            key: "webhook-refuse",
            unit: "networks",
            summary: "Addresses that webhooks are never sent to, with spaces between them; `none` refuses nothing.",
            apply: { configuration, value in
                guard let targets = WebhookTargets(value) else {
                    return "must be none or networks like 169.254.0.0/16 fe80::/10"
                }
                configuration.limits.webhookTargets = targets
                return nil
            },
            show: { $0.limits.webhookTargets.text }
        ),
        number("webhook-attempts", "number", "After which a delivery has failed.", \.limits.webhookAttempts),
        number(
            "webhook-retry",
            "seconds",
            "Before the second attempt; each further one waits three times as long.",
            \.limits.webhookRetrySeconds
        ),
        number(
            "xet-token-lifetime",
            "seconds",
            "How long a token of the chunk store holds; clients fetch the next by themselves.",
            \.limits.xetTokenSeconds
        ),
        count("gc-interval", "seconds", "Between two garbage collections; 0 is never.", \.gcInterval),
        count("gc-grace", "seconds", "How long garbage collection spares what is unused.", \.gcGrace),
        number("audit-file-bytes", "bytes", "From this size on the audit log begins a new file.", \.auditFileBytes),
        optional(
            "onnxruntime-library",
            "path",
            "ONNX Runtime's shared library, for inference; without it, `lib` beside `bin`, else where `make` puts it.",
            \.onnxruntimeLibrary
        ),
        optional("oidc-issuer", "URL", "The identity provider to sign in with, as its ID tokens say.", \.oidcIssuer),
        optional("oidc-client-id", "text", "Of this hub at the provider.", \.oidcClientID),
        optional("oidc-client-secret", "text", "Better in the environment or file than in a flag.", \.oidcClientSecret),
        text("oidc-name", "text", "What people call the provider.", \.oidcName),
        text("oidc-scopes", "text", "What is asked of it.", \.oidcScopes),
        text("oidc-username-claim", "text", "The claim that user names are made of.", \.oidcUsernameClaim),
        flag("oidc-create-users", "Give who signs in for the first time an account.", \.oidcCreatesUsers),
        flag("inference", "Let models answer about pictures.", \.inference),
        number("inference-threads", "number", "That work on one answer.", \.inferenceThreads),
        number("inference-memory", "bytes", "Of the worker's own; mapped weights apart.", \.inferenceMemory),
        number("inference-model-bytes", "bytes", "Weights of the models kept loaded.", \.inferenceModelBytes),
        number("inference-timeout", "seconds", "How long an answer may take, waiting included.", \.inferenceTimeout),
        number("inference-queue", "number", "Requests that may wait for one model; more get 429.", \.inferenceQueue),
        number("inference-batch", "number", "Waiting requests that share a run of a small network.", \.inferenceBatch),
    ]

    /// The body of `docs/configuration.md`.
    public static var markdownTable: String {
        let defaults = Configuration()
        let rows = settings.map { setting in
            let value = setting.show(defaults)
            return "| `\(setting.key)` | `\(setting.environmentName)` | \(setting.unit) | "
                + (value.isEmpty ? "–" : "`\(value)`") + " | \(setting.summary) |"
        }
        return (["| key | environment | unit | default | |", "| --- | --- | --- | --- | --- |"] + rows)
            .joined(separator: "\n") + "\n"
    }

    private typealias Field<Value> = any WritableKeyPath<Configuration, Value> & Sendable

    private static func text(_ key: String, _ unit: String, _ summary: String, _ field: Field<String>) -> Setting {
        Setting(key: key, unit: unit, summary: summary) { configuration, value in
            guard !value.isEmpty else { return "must not be empty" }
            configuration[keyPath: field] = value
            return nil
        } show: {
            $0[keyPath: field]
        }
    }

    private static func optional(_ key: String, _ unit: String, _ summary: String, _ field: Field<String?>) -> Setting {
        Setting(key: key, unit: unit, summary: summary) { configuration, value in
            configuration[keyPath: field] = value.isEmpty ? nil : value
            return nil
        } show: {
            $0[keyPath: field] ?? ""
        }
    }

    private static func flag(_ key: String, _ summary: String, _ field: Field<Bool>) -> Setting {
        Setting(key: key, unit: "true or false", summary: summary) { configuration, value in
            switch value.lowercased() {
            case "true", "1", "yes", "on": configuration[keyPath: field] = true
            case "false", "0", "no", "off": configuration[keyPath: field] = false
            default: return "must be true or false"
            }
            return nil
        } show: {
            "\($0[keyPath: field])"
        }
    }

    private static func number(_ key: String, _ unit: String, _ summary: String, _ field: Field<Int64>) -> Setting {
        Setting(key: key, unit: unit, summary: summary) { configuration, value in
            guard let number = Int64(value), number > 0 else { return "must be a whole number above 0" }
            configuration[keyPath: field] = number
            return nil
        } show: {
            "\($0[keyPath: field])"
        }
    }

    /// A number that may be 0.
    private static func count(_ key: String, _ unit: String, _ summary: String, _ field: Field<Int64>) -> Setting {
        Setting(key: key, unit: unit, summary: summary) { configuration, value in
            guard let number = Int64(value), number >= 0 else { return "must be a whole number, 0 or above" }
            configuration[keyPath: field] = number
            return nil
        } show: {
            "\($0[keyPath: field])"
        }
    }

    private static func quota(_ key: String, _ summary: String, _ field: Field<RateLimits.Quota>) -> Setting {
        Setting(key: key, unit: "per account/per address", summary: summary) { configuration, value in
            guard let quota = RateLimits.Quota(value) else { return "must be two whole numbers, like 30000/15000" }
            configuration[keyPath: field] = quota
            return nil
        } show: {
            $0[keyPath: field].text
        }
    }

    private static func choice(
        _ key: String,
        _ choices: [String],
        _ summary: String,
        set: @escaping @Sendable (inout Configuration, String) -> Void,
        show: @escaping @Sendable (Configuration) -> String
    ) -> Setting {
        Setting(key: key, unit: choices.joined(separator: ", "), summary: summary) { configuration, value in
            guard choices.contains(value) else { return "must be one of \(choices.joined(separator: ", "))" }
            set(&configuration, value)
            return nil
        } show: {
            show($0)
        }
    }
}
