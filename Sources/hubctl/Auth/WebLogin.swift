// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore
import NIOHTTP1

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Lets hubctl in with a browser: a device code of OAuth (RFC 8628).
struct WebLogin {
    private static let clientID = "hubctl"

    let global: GlobalOptions

    /// Waits until somebody has decided.
    func token() async throws -> String {
        var anonymous = global
        anonymous.token = nil
        return try await anonymous.run { context in
            let device = try await ask(context.client, "/oauth/device", [])
            guard let code = device["device_code"]?.stringValue, let typed = device["user_code"]?.stringValue,
                let place = device["verification_uri"]?.stringValue
            else { throw CommandFailure("\(context.client.origin) does not answer like a hub", status: .fault) }
            // Not a remark that --quiet leaves out: without it nobody can go on.
            Terminal.write(
                """
                Open \(device["verification_uri_complete"]?.stringValue ?? place)
                and let hubctl in, if the page shows the code \(typed). Waiting …

                """,
                to: STDERR_FILENO
            )
            var interval = Swift.max(1, Swift.min(device["interval"]?.intValue ?? 5, 60))
            let lifetime = Swift.max(1, Swift.min(device["expires_in"]?.intValue ?? 900, 3600))
            let end = ContinuousClock.now + .seconds(lifetime)
            while ContinuousClock.now < end {
                try await Task.sleep(for: .seconds(interval))
                do {
                    let answer = try await ask(
                        context.client,
                        "/oauth/token",
                        [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", code)]
                    )
                    if let token = answer["access_token"]?.stringValue { return token }
                } catch let failure as HTTPFailure {
                    switch failure.code {
                    case "authorization_pending": continue
                    case "slow_down": interval += 5
                    case "access_denied": throw CommandFailure("hubctl was refused in the browser")
                    default: throw failure
                    }
                }
            }
            throw CommandFailure("nobody let hubctl in before the code expired", hint: "run 'hubctl login --web' again")
        }
    }

    private func ask(_ client: HubClient, _ path: String, _ items: [(String, String)]) async throws -> JSONValue {
        var request = HubRequest(.POST, client.url(path))
        let query = URLText.form([("client_id", Self.clientID)] + items)
        request.body = .bytes(ByteBuffer(string: query))
        request.headers.replaceOrAdd(name: "content-type", value: "application/x-www-form-urlencoded")
        request.isAuthenticated = false
        return try await client.json(request)
    }
}
