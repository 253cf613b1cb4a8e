// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// A discussion with what happened in it, in template data.
struct DiscussionView {
    private let json: JSONValue
    private let repo: RepoFrame
    private let visit: PageVisit
    private let now: Timestamp

    private static let reactions = ["👍", "❤️", "🚀", "👀"]

    /// - Parameter json: the answer of `GET …/discussions/{number}`.
    init(_ json: JSONValue, repo: RepoFrame, visit: PageVisit, now: Timestamp) {
        (self.json, self.repo, self.visit, self.now) = (json, repo, visit, now)
    }

    private var status: String { json["status"]?.stringValue ?? "" }
    private var isPullRequest: Bool { json["isPullRequest"]?.boolValue ?? false }
    private var author: String? { json["author"]?["name"]?.stringValue }

    func data() -> JSONObject {
        let number = json["num"]?.intValue ?? 0
        let isOver = status == "merged" || status == "closed"
        let mayChange = visit.session != nil && (repo.overview.mayWrite || author == visit.session?.name)
        let isLocked = json["locked"]?.boolValue ?? false
        var data: JSONObject = [
            "number": .int(number), "title": json["title"] ?? "", "status": .string(status),
            "isPullRequest": .bool(isPullRequest), "author": .string(author ?? "somebody"),
            "date": Display.time(json["createdAt"]?.stringValue, now: now),
            "apiURL": .string("/api/\(repo.kind.plural)/\(repo.id)/discussions/\(number)"),
            "events": .array((json["events"]?.arrayValue ?? []).map(event)),
            "isLocked": .bool(isLocked), "isPinned": json["pinned"] ?? false, "isDraft": .bool(status == "draft"),
            "isMerged": .bool(status == "merged"), "mayChange": .bool(mayChange),
            "mayModerate": .bool(visit.session != nil && repo.overview.mayWrite),
            "mayComment": .bool(visit.session != nil && (!isLocked || repo.overview.mayWrite)),
            "mayClose": .bool(mayChange && !isOver), "mayReopen": .bool(mayChange && status == "closed"),
            "reviews": .array(reviews()),
        ]
        guard isPullRequest else { return data }
        let conflicts = (json["filesWithConflicts"]?.arrayValue ?? []).compactMap(\.stringValue)
        let base = json["changes"]?["base"]?.stringValue ?? ""
        data["base"] = .string(base.hasPrefix("refs/heads/") ? String(base.dropFirst(11)) : base)
        data["ref"] = json["gitReference"] ?? ""
        data["gitFetch"] = .string(
            "git fetch origin \(json["gitReference"]?.stringValue ?? ""):pr/\(number)\ngit checkout pr/\(number)"
        )
        data["conflicts"] = .array(conflicts.map { ["name": .string($0)] })
        data["cannotTell"] = .bool(json["filesWithConflicts"]?.boolValue == true)
        data["mayMerge"] = .bool(
            status == "open" && visit.session != nil && repo.overview.mayWrite && conflicts.isEmpty
        )
        data["mayOpenDraft"] = .bool(mayChange && status == "draft")
        data["mayReview"] = .bool(visit.session != nil && !isOver && author != visit.session?.name)
        if let oid = json["changes"]?["mergeCommitId"]?.stringValue {
            data["mergeCommit"] = [
                "short": .string(String(oid.prefix(7))), "url": .string(SiteURL.commit(repo.url, oid)),
            ]
        }
        return data
    }

    private func reviews() -> [JSONValue] {
        (json["reviews"]?.arrayValue ?? []).map { review in
            let isApproval = review["verdict"]?.stringValue == "approve"
            return [
                "author": review["author"]?["name"] ?? "", "isApproval": .bool(isApproval),
                "word": .string(isApproval ? "approves" : "asks for changes"),
            ]
        }
    }

    private func event(_ event: JSONValue) -> JSONValue {
        let data = event["data"] ?? [:]
        var shown: JSONObject = [
            "id": event["id"] ?? "", "author": event["author"]?["name"] ?? "somebody",
            "date": Display.time(event["createdAt"]?.stringValue, now: now),
        ]
        guard event["type"]?.stringValue == "comment" else {
            shown["line"] = .string(sentence(event["type"]?.stringValue ?? "", data))
            return .object(shown)
        }
        shown["isComment"] = true
        shown["html"] = data["latest"]?["html"] ?? ""
        shown["raw"] = data["latest"]?["raw"] ?? ""
        shown["isHidden"] = data["hidden"] ?? false
        shown["isEdited"] = data["edited"] ?? false
        let isMine = event["author"]?["name"]?.stringValue == visit.session?.name && visit.session != nil
        shown["mayEdit"] = .bool(isMine && data["hidden"]?.boolValue != true)
        shown["mayHide"] = .bool(
            visit.session != nil && (isMine || repo.overview.mayWrite) && data["hidden"]?.boolValue != true
        )
        if let path = data["review"]?["path"]?.stringValue {
            let line = data["review"]?["line"]?.intValue
            shown["place"] = .string(line.map { "\(path), line \($0)" } ?? path)
        }
        let given = data["reactions"]?.arrayValue ?? []
        shown["reactions"] = .array(
            Self.reactions.map { reaction in
                let found = given.first { $0["reaction"]?.stringValue == reaction }
                let users = (found?["users"]?.arrayValue ?? []).compactMap(\.stringValue)
                let isMine = visit.session.map { users.contains($0.name) } ?? false
                return [
                    "reaction": .string(reaction), "count": found?["count"] ?? "",
                    "users": .string(users.joined(separator: ", ")),
                    "isMine": .bool(isMine), "method": .string(isMine ? "DELETE" : "POST"),
                    "body": .string(JSONValue.object(["reaction": .string(reaction)]).serialized),
                ]
            }
        )
        return .object(shown)
    }

    private func sentence(_ type: String, _ data: JSONValue) -> String {
        switch type {
        case "status-change":
            switch data["status"]?.stringValue {
            case "open": "opened this"
            case "closed": "closed this"
            case "merged": "merged this"
            case "draft": "made this a draft"
            default: "changed the status"
            }
        case "title-change": "changed the title from “\(data["from"]?.stringValue ?? "")”"
        case "commit":
            "added the commit “\(data["subject"]?.stringValue ?? "")” (\(data["oid"]?.stringValue?.prefix(7) ?? ""))"
        case "pinning-change": data["pinned"]?.boolValue == true ? "pinned this" : "unpinned this"
        case "locking-change": data["locked"]?.boolValue == true ? "locked this" : "unlocked this"
        case "review": data["verdict"]?.stringValue == "approve" ? "approved these changes" : "asked for changes"
        default: type.replacing("-", with: " ")
        }
    }
}
