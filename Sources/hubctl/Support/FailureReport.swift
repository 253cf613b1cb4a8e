// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore

/// Turns whatever a command threw into words, a hint and an exit code; the only such place.
enum FailureReport {
    static func failure(for error: any Error) -> CommandFailure {
        switch error {
        case let error as CommandFailure: error
        case let error as HTTPFailure: failure(for: error)
        case let error as NetworkFailure: failure(for: error)
        case let error as HubError: failure(for: error)
        case let error as DiskError: failure(for: error)
        case is CancellationError: CommandFailure("interrupted", status: .fault)
        default: CommandFailure("\(error)", status: .fault)
        }
    }

    private static func failure(for error: HTTPFailure) -> CommandFailure {
        var message = error.message
        if !message.hasPrefix("\(error.status)") { message += " (\(error.status))" }
        if let id = error.requestID { message += " [request \(id)]" }
        return CommandFailure(message, hint: hint(for: error), status: error.status >= 500 ? .fault : .input)
    }

    private static func hint(for error: HTTPFailure) -> String? {
        switch (error.status, error.code) {
        case (401, "GatedRepo") where !error.hadToken:
            return "no token was sent: run 'hubctl login', or set HF_TOKEN"
        case (_, "GatedRepo"):
            return "the repo's owner decides who may read it: ask with 'hubctl access ask', then run this again"
        case (_, "RevisionNotFound"):
            return "list what there is with 'hubctl branch list' and 'hubctl tag list'"
        case (_, "EntryNotFound"):
            return "list the repo's files with 'hubctl files'"
        case (401, "RepoNotFound"), (404, "RepoNotFound"):
            let token = error.hadToken ? "that your token may see it" : "log in with 'hubctl login' if it is private"
            return "check the name and '--type' (model, dataset or space); \(token)"
        case (401, _) where !error.hadToken:
            return "no token was sent: run 'hubctl login', or set HF_TOKEN"
        case (401, _):
            return "the token is unknown, expired or revoked: make a new one and run 'hubctl login'"
        case (403, _):
            return "your token may not do this: it needs write access to the repo, and you a role in its organisation"
        case (408, _), (504, _):
            return "the server or a proxy gave up waiting; run this again"
        case (409, _):
            return "it exists already; '--exist-ok' accepts that where a verb has it"
        case (412, _):
            return "somebody else has committed meanwhile: look at their change, then run this again"
        case (413, _):
            return "a limit of the server or of a proxy in front of it on the size of uploads was met"
        case (429, _):
            return "too many requests: wait a little, then run this again"
        case (507, _):
            return "the server's disk is full; nothing was stored. Free space there, then run this again"
        case (502, _), (503, _):
            return "the server is overloaded or being restarted; run this again in a moment"
        case (501, _):
            return "this hub does not offer that"
        case (500..., _):
            return "this is a fault of the server; its log has more"
        default:
            return nil
        }
    }

    private static func failure(for error: NetworkFailure) -> CommandFailure {
        let origin = error.origin
        let (message, hint): (String, String) =
            switch error.kind {
            case .refused:
                (
                    "cannot connect to \(origin): connection refused",
                    "is hubd running there? Start it, or name another hub with --endpoint or HF_ENDPOINT"
                )
            case .unknownHost:
                ("cannot find the host of \(origin)", "check the name in --endpoint or HF_ENDPOINT")
            case .timeout:
                (
                    "\(origin) did not answer in time",
                    "check the network, proxies and the server's load, then run this again"
                )
            case .tls:
                (
                    "no secure connection to \(origin): \(error.detail)",
                    "check that the server speaks https there and that this machine trusts its certificate"
                )
            case .closed:
                ("\(origin) closed the connection: \(error.detail)", "run this again; what arrived is kept")
            case .other:
                ("no connection to \(origin): \(error.detail)", "check --endpoint or HF_ENDPOINT and the network")
            }
        return CommandFailure(message, hint: hint, status: .fault)
    }

    private static func failure(for error: HubError) -> CommandFailure {
        let isOurs = [.internal, .corrupt, .unavailable, .storageFull, .overloaded, .timeout].contains(error.code)
        return CommandFailure(error.message, status: isOurs ? .fault : .input)
    }

    private static func failure(for error: DiskError) -> CommandFailure {
        CommandFailure(
            error.description,
            hint: error.isFull ? "free some space, then run this again; what arrived is kept" : nil,
            status: error.isMissing || error.isForbidden ? .input : .fault
        )
    }
}
