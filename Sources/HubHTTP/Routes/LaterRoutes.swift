// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubCore
import Hummingbird

/// Calls that clients make and this hub does not answer yet: told so in words, with a status that stops retries.
///
/// Optional ones answer 404, which clients take for "not here"; where a client would think something had been done, 501.
struct LaterRoutes: RouteGroup {
    private static let absent: [(path: String, what: String)] = [
        ("/api/agent-harnesses", "Agent harnesses"),
        ("/api/telemetry/**", "Telemetry"),
    ]

    private static let unsupported: [(path: String, what: String)] = [
        ("/api/jobs/**", "Jobs"),
        ("/api/scheduled-jobs/**", "Jobs"),
        ("/api/buckets/**", "Buckets"),
    ]

    /// Each of these calls, and what it would be.
    static let all: [(method: HTTPRequest.Method, path: String, what: String)] =
        absent.flatMap { entry in methodsOfAbsent.map { ($0, entry.path, entry.what) } }
        + unsupported.flatMap { entry in methodsOfUnsupported.map { ($0, entry.path, entry.what) } }

    private static let methodsOfAbsent: [HTTPRequest.Method] = [.get, .post]
    private static let methodsOfUnsupported: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]

    func register(on router: some RouterMethods<HubContext>) {
        for (path, what) in Self.absent {
            for method in Self.methodsOfAbsent {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw HubError(.notFound, "\(what): not on this hub")
                }
            }
        }
        for (path, what) in Self.unsupported {
            for method in Self.methodsOfUnsupported {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw HubError(.unsupported, "\(what): not supported by this hub yet")
                }
            }
        }
    }
}
