// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the environment says, in the variables that huggingface_hub reads too; the only place that reads them.
struct HubEnvironment: Sendable {
    static let defaultEndpoint = "http://127.0.0.1:8080"

    /// `HF_ENDPOINT`, else a hub on this machine.
    let endpoint: String
    /// `HF_TOKEN`, without the white space that copying leaves around it.
    let token: String?
    /// `HF_HOME`, else `huggingface` in the user's cache folder.
    let home: String
    /// `HF_TOKEN_PATH`, else `token` in home.
    let tokenPath: String
    /// `HF_HUB_CACHE`, else `hub` in home.
    let cache: String
    /// Whether colours are unwanted: `NO_COLOR` is set to anything, or the terminal is `dumb`.
    let isPlain: Bool
    /// Whether files travel whole, even to and from hubs that take them in chunks: `HF_HUB_DISABLE_XET` is 1 or true.
    let disablesXet: Bool
    /// Seconds to wait before the first retry of a call; tests make it short.
    let retryPause: Double

    init(_ variables: [String: String]) {
        func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        let user = value("HOME") ?? "/"
        func path(_ text: String) -> String {
            let whole = text == "~" || text.hasPrefix("~/") ? user + text.dropFirst() : text
            return whole.count > 1 && whole.hasSuffix("/") ? String(whole.dropLast()) : whole
        }
        let caches = value("XDG_CACHE_HOME").map(path) ?? user + "/.cache"
        endpoint = value("HF_ENDPOINT") ?? Self.defaultEndpoint
        token = (value("HF_TOKEN") ?? value("HUGGING_FACE_HUB_TOKEN")).flatMap(Self.clean)
        home = value("HF_HOME").map(path) ?? caches + "/huggingface"
        tokenPath = value("HF_TOKEN_PATH").map(path) ?? home + "/token"
        cache = (value("HF_HUB_CACHE") ?? value("HUGGINGFACE_HUB_CACHE")).map(path) ?? home + "/hub"
        isPlain = value("NO_COLOR") != nil || value("TERM") == "dumb"
        disablesXet = ["1", "on", "yes", "true"].contains(value("HF_HUB_DISABLE_XET")?.lowercased())
        retryPause = value("HUBCTL_RETRY_PAUSE").flatMap(Double.init) ?? 0.5
    }

    /// Of this process.
    static var current: HubEnvironment { HubEnvironment(ProcessInfo.processInfo.environment) }

    /// A token without surrounding white space; `nil` when nothing is left.
    static func clean(_ token: String) -> String? {
        let trimmed = token.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        return trimmed.isEmpty ? nil : String(trimmed)
    }
}
