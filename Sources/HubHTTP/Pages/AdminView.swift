// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// What the administration's calls answer, as its pages' templates want it.
enum AdminView {
    static func size(_ bytes: JSONValue?) -> JSONValue {
        let value = bytes?.intValue ?? 0
        // A few chunks can keep a large xorb: what is saved may be less than nothing.
        return .string(value < 0 ? "−" + Display.bytes(-value) : Display.bytes(value))
    }

    static func repo(_ repo: JSONValue) -> JSONValue {
        let id = repo["id"]?.stringValue ?? ""
        let kind = repo["type"]?.stringValue.flatMap(RepoKind.init(rawValue:)) ?? .model
        var shown: JSONObject = [
            "id": .string(id), "kind": .string(kind.rawValue), "url": .string(SiteURL.repo(kind, id)),
        ]
        for key in ["logical", "stored", "unique", "saved"] { shown[key] = size(repo[key]) }
        return .object(shown)
    }

    static func transfers(_ transfers: JSONValue, now: Timestamp) -> JSONObject {
        var shown: JSONObject = ["received": size(transfers["receivedBytes"])]
        for key in ["inProgress", "finished", "failed"] {
            shown[key] = .string(Display.grouped(transfers[key]?.intValue ?? 0))
        }
        shown["partial"] = .array(
            (transfers["partial"]?.arrayValue ?? []).map { upload in
                let id = upload["repo"]?.stringValue ?? ""
                let kind = upload["type"]?.stringValue.flatMap(RepoKind.init(rawValue:)) ?? .model
                return [
                    "repo": .string(id), "url": .string(SiteURL.repo(kind, id)),
                    "sha": .string(String((upload["sha256"]?.stringValue ?? "").prefix(12))),
                    "parts": upload["parts"] ?? 0,
                    "updated": Display.time(upload["updatedAt"]?.stringValue, now: now),
                ]
            }
        )
        return shown
    }

    static func inference(_ activity: JSONValue) -> JSONObject {
        var shown: JSONObject = [
            "isOn": activity["isOn"] ?? false, "workerPid": activity["workerPid"] ?? .null,
            "waitingSize": size(activity["waitingBytes"]),
        ]
        for key in ["running", "waiting"] { shown[key] = .string("\(activity[key]?.intValue ?? 0)") }
        let failures = activity["failures"]?.intValue ?? 0
        shown["failures"] = failures > 0 ? .string("\(failures)") : ""
        func models(_ key: String, _ state: String) -> [JSONValue] {
            (activity[key]?.arrayValue ?? []).map { model in
                [
                    "repos": model["repos"] ?? [], "task": model["task"] ?? "", "state": .string(state),
                    "commit": .string(String((model["commit"]?.stringValue ?? "").prefix(12))),
                ]
            }
        }
        shown["models"] = .array(models("loaded", "in memory") + models("loading", "loading"))
        return shown
    }

    static func collection(_ status: JSONValue, now: Timestamp) -> JSONObject {
        var shown: JSONObject = [
            "isRunning": status["isRunning"] ?? false, "isDryRun": status["isDryRun"] ?? false,
            "stage": status["stage"] ?? .null, "grace": .int(GarbageCollector.defaultGraceSeconds),
            "runs": .array((status["runs"]?.arrayValue ?? []).map { run($0, now: now) }),
        ]
        if var outcome = status["outcome"]?.objectValue {
            outcome["size"] = size(outcome["bytes"])
            for key in ["blobs", "commits", "trees", "xorbs"] {
                outcome[key] = .string(Display.grouped(outcome[key]?.intValue ?? 0))
            }
            shown["outcome"] = .object(outcome)
        }
        return shown
    }

    /// An act that has a report as its data.
    static func run(_ act: JSONValue, now: Timestamp) -> JSONValue {
        var shown: JSONObject = [
            "date": Display.time(act["time"]?.stringValue, now: now),
            "actor": .string(act["actor"]?.stringValue ?? "operator"), "size": size(act["data"]?["bytes"]),
        ]
        for key in ["blobs", "commits", "corrupted", "missing", "inconsistent"] {
            shown[key] = .string(Display.grouped(act["data"]?[key]?.intValue ?? 0))
        }
        let milliseconds = act["data"]?["milliseconds"]?.intValue ?? 0
        shown["took"] = .string(milliseconds < 10_000 ? "\(milliseconds) ms" : "\(milliseconds / 1000) s")
        return .object(shown)
    }

    static func damage(_ blob: JSONValue, now: Timestamp) -> JSONValue {
        [
            "sha": .string(String((blob["sha256"]?.stringValue ?? "").prefix(16))), "reason": blob["reason"] ?? "",
            "repos": .string(
                (blob["repos"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
            ),
            "date": Display.time(blob["foundAt"]?.stringValue, now: now),
        ]
    }

    static func act(_ act: JSONValue, now: Timestamp) -> JSONValue {
        let details = (act["data"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map { key, value in
            "\(key): \(value.stringValue ?? value.serialized)"
        }
        return [
            "date": Display.time(act["time"]?.stringValue, now: now),
            "actor": .string(act["actor"]?.stringValue ?? "operator"), "action": act["action"] ?? "",
            "target": act["target"] ?? "", "address": act["address"] ?? .null,
            "details": .string(details.joined(separator: ", ")),
        ]
    }
}
