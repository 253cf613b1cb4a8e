// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What a push would do with one file.
struct PushItem: Sendable, Hashable {
    enum State: String, Sendable {
        case new, changed, unchanged, ignored
    }

    let file: LocalFile
    /// Whether the server wants it as an LFS object rather than in the commit itself.
    let isLarge: Bool
    let state: State
    /// Its content; `nil` when the server ignores the file.
    let id: ContentID?

    var travels: Bool { state == .new || state == .changed }
}

/// A push, decided but not done.
struct PushPlan: Sendable {
    let items: [PushItem]
    /// Paths in the repo that go.
    let deletions: [String]
    /// The head the plan was made against, if the server named it.
    let parent: GitOID?

    var changes: [PushItem] { items.filter(\.travels) }
    var isEmpty: Bool { changes.isEmpty && deletions.isEmpty }
    /// Bytes that would travel if the server had none of the large files.
    var bytes: Int64 { changes.reduce(0) { $0 + $1.file.size } }

    func count(_ state: PushItem.State) -> Int { items.count { $0.state == state } }
}

/// What the server says of a file before it is pushed.
struct Preupload: Sendable {
    let isLarge: Bool
    let isIgnored: Bool
    /// Of the file that is there now.
    let oid: String?

    init?(_ json: JSONValue) {
        guard let mode = json["uploadMode"]?.stringValue else { return nil }
        isLarge = mode == "lfs"
        isIgnored = json["shouldIgnore"]?.boolValue ?? false
        oid = json["oid"]?.stringValue
    }
}

struct PushPlanRow: ListDisplayable {
    static let columns: [Table.Column] = [
        .init("STATE"), .init("MODE"), .init("SIZE", isNumber: true), .init("PATH"),
    ]

    let state: String
    let mode: String
    let size: Int64?
    let path: String

    init(_ item: PushItem) {
        state = item.state.rawValue
        mode = item.isLarge ? "lfs" : "regular"
        size = item.file.size
        path = item.file.path
    }

    init(deleting path: String) {
        state = "deleted"
        mode = ""
        size = nil
        self.path = path
    }

    var cells: [String] { [state, mode, size.map(Units.size) ?? "", path] }

    var json: JSONValue {
        var object: JSONObject = ["path": .string(path), "state": .string(state)]
        if let size {
            object["mode"] = .string(mode)
            object["size"] = .int(size)
        }
        return .object(object)
    }
}
