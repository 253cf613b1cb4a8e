// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOHTTP1

/// All checks, in an order in which the first that fails explains most.
struct DoctorChecks: Sendable {
    let probe: DoctorProbe
    /// Bytes of the file that is sent and fetched.
    let size: Int

    func run(_ report: inout DoctorReport) async throws {
        guard try await reach(&report) else { return }
        try await errors(&report)
        try await longRequests(&report)
        guard let name = try await whoAmI(&report) else { return }
        // A name that is not there, and that no two runs share.
        let repo = "\(name)/hubctl-doctor-\(UInt32.random(in: 0 ... .max))"
        let made = try await probe.ask(
            .POST,
            "/api/repos/create",
            json: ["type": "model", "name": .string(String(repo.dropFirst(name.count + 1))), "private": true]
        )
        guard made.status == 200 else {
            guard made.status == 403, made.isFromHub else {
                report.add(
                    "scratch repo",
                    .failed,
                    "Creating one was answered \(made.text)",
                    advice: Self.methodsAdvice
                )
                return
            }
            report.add("scratch repo", .skipped, "This token may not write: uploads were not checked")
            return
        }
        do {
            addresses(made.json?["url"]?.stringValue, &report)
            try await DoctorTransfers(probe: probe, repo: repo, size: size).run(&report)
        } catch {
            try? await delete(repo, &report)
            throw error
        }
        try await delete(repo, &report)
    }

    private static let methodsAdvice = "let GET, HEAD, POST, PUT, PATCH and DELETE through to every path"

    private func delete(_ repo: String, _ report: inout DoctorReport) async throws {
        let name = repo.split(separator: "/").last.map(String.init) ?? repo
        let gone = try await probe.ask(.DELETE, "/api/repos/delete", json: ["type": "model", "name": .string(name)])
        report.add(
            "deletion",
            ok: "The scratch repo is gone",
            unless: gone.status == 200
                ? nil
                : (
                    "DELETE was answered \(gone.text); \(repo) is still there",
                    "\(Self.methodsAdvice), with their bodies"
                )
        )
    }

    /// Whether there is a hub at all.
    private func reach(_ report: inout DoctorReport) async throws -> Bool {
        if let path = Self.path(of: probe.endpoint) {
            report.add(
                "sub-path",
                .failed,
                "The address has the path \(path)",
                advice: "clients ask for /api and /<repo>/resolve at the root: give the hub a host name of its own"
            )
            return false
        }
        let answer = try await probe.ask(.GET, "/api/models?limit=1", withToken: false)
        guard answer.status == 200, answer.json?.arrayValue != nil else {
            report.add(
                "reach",
                .failed,
                "GET /api/models was answered \(answer.text), not by a hub",
                advice: "pass every path on to hubd, unchanged"
            )
            return false
        }
        guard answer.header("x-request-id") != nil else {
            report.add("reach", .failed, "The answer has lost X-Request-Id", advice: Self.headersAdvice)
            return false
        }
        report.add("reach", .ok, "The hub answers in \(Int(answer.seconds * 1000)) ms")
        return true
    }

    static let headersAdvice = "do not hide or rewrite response headers (proxy_hide_header, header_down, del-header)"

    private static func path(of endpoint: String) -> String? {
        let rest = endpoint.drop { $0 != ":" }.dropFirst(3)
        return rest.firstIndex(of: "/").map { String(rest[$0...]) }
    }

    /// Clients tell what is wrong by headers of the refusal, and from JSON.
    private func errors(_ report: inout DoctorReport) async throws {
        let answer = try await probe.ask(.GET, "/hubctl-doctor/no-such-repo/resolve/main/config.json", withToken: false)
        let problem: (String, String)? =
            if answer.isPage || answer.json?["error"] == nil {
                (
                    "A missing repo is answered by somebody else's page, not the hub's JSON",
                    "do not replace error answers (nginx: proxy_intercept_errors off)"
                )
            } else if answer.header("x-error-code") != "RepoNotFound" || answer.header("x-error-message") == nil {
                ("Refusals have lost X-Error-Code or X-Error-Message", Self.headersAdvice)
            } else if answer.status != 401 {
                ("A missing repo is answered \(answer.status), not 401", "pass the status on as it is")
            } else {
                nil
            }
        report.add("errors", ok: "Refusals come through with code and message", unless: problem)
    }

    /// `datasets` and search send long queries, cookies and tracing long headers.
    private func longRequests(_ report: inout DoctorReport) async throws {
        let query = String(repeating: "x", count: 6000)
        let long = try await probe.ask(.GET, "/api/models?limit=1&search=\(query)", withToken: false)
        if long.isFromHub {
            report.add("long addresses", .ok, "A target of 6 kB comes through")
        } else {
            report.add(
                "long addresses",
                .warning,
                "A target of 6 kB was answered \(long.text)",
                advice: "allow request lines of 8 kB and more (nginx: large_client_header_buffers 8 16k)"
            )
        }
        let header = [("x-hubctl-doctor", query)]
        let headed = try await probe.ask(.GET, "/api/models?limit=1", headers: header, withToken: false)
        if headed.status == 200 {
            report.add("long headers", .ok, "A header of 6 kB comes through")
        } else {
            report.add(
                "long headers",
                .warning,
                "A header of 6 kB was answered \(headed.text)",
                advice: "allow headers of 8 kB and more (nginx: large_client_header_buffers 8 16k)"
            )
        }
    }

    /// The user's name, if the token is one.
    private func whoAmI(_ report: inout DoctorReport) async throws -> String? {
        guard probe.token != nil else {
            report.add(
                "token",
                .skipped,
                "No token: only what strangers may do was checked",
                advice: "run 'hubctl login'"
            )
            return nil
        }
        let answer = try await probe.ask(.GET, "/api/whoami-v2")
        if answer.status == 200, let name = answer.json?["name"]?.stringValue {
            report.add("token", .ok, "The token is \(name)'s")
            return name
        }
        if answer.status == 401, answer.header("x-error-message")?.contains("Invalid credentials") != true {
            report.add(
                "token",
                .failed,
                "The hub was asked without a token, though one was sent",
                advice: "pass the Authorization header on (nginx: no proxy_set_header Authorization)"
            )
        } else {
            report.add(
                "token",
                .failed,
                "The token was refused: \(answer.text)",
                advice: "it is of another hub, expired or revoked: run 'hubctl login'"
            )
        }
        return nil
    }

    /// Where the hub believes to be.
    private func addresses(_ url: String?, _ report: inout DoctorReport) {
        let origin = url.flatMap(URLText.origin)
        report.add(
            "addresses",
            ok: "The hub gives out addresses under \(probe.endpoint)",
            unless: origin == probe.origin
                ? nil
                : (
                    "The hub gives out \(url ?? "no address"), clients know it as \(probe.endpoint)",
                    "pass Host and X-Forwarded-Proto on and set trust-forwarded-headers, "
                        + "or set public-url = \(probe.endpoint)"
                )
        )
    }
}
