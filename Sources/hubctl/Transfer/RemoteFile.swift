// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// A file of a repo at one commit, as the tree lists it.
struct RemoteFile: Sendable, Hashable {
    let path: String
    /// Bytes of the content, not of a pointer to it.
    let size: Int64
    let id: ContentID
    /// What the hub's chunk store knows it as, if that has it.
    let xetHash: XetHash?

    var isLarge: Bool { if case .sha256 = id { true } else { false } }

    /// From an entry of `/tree` or `/paths-info`; `nil` for folders.
    ///
    /// Throws ``CommandFailure`` for entries that no honest server sends: a path out of the folder, a digest that is none.
    init?(_ json: JSONValue) throws {
        guard json["type"]?.stringValue == "file" else { return nil }
        guard let text = json["path"]?.stringValue else { throw Self.refusal("a file without a path") }
        do {
            path = try RepoPath(text).text
        } catch let error as HubError {
            throw Self.refusal(error.message)
        }
        guard let size = json["lfs"]?["size"]?.intValue ?? json["size"]?.intValue, size >= 0 else {
            throw Self.refusal("\(path) has no size")
        }
        self.size = size
        xetHash = json["xetHash"]?.stringValue.flatMap { XetHash(string: $0) }
        if let oid = json["lfs"]?["oid"]?.stringValue ?? json["lfs"]?["sha256"]?.stringValue {
            guard let id = BlobID(hex: oid) else { throw Self.refusal("\(path) has a bad digest") }
            self.id = .sha256(id.hex)
        } else {
            guard let oid = json["oid"]?.stringValue.flatMap({ GitOID(hex: $0) }) else {
                throw Self.refusal("\(path) has a bad digest")
            }
            id = .git(oid.hex)
        }
    }

    private static func refusal(_ what: String) -> CommandFailure {
        CommandFailure("the server lists what cannot be trusted: \(Table.printable(what))", status: .fault)
    }
}

extension HubClient {
    /// The commit a revision stands for.
    func commit(_ target: RepoTarget, revision: String) async throws -> GitOID {
        let info = try await get("\(target.apiPath)/revision/\(URLText.segment(revision))")
        guard let commit = info["sha"]?.stringValue.flatMap({ GitOID(hex: $0) }) else {
            throw CommandFailure("\(target.id) has no commit at \(revision)", hint: "push something to it first")
        }
        return commit
    }

    /// All files of a commit.
    func files(_ target: RepoTarget, revision: String) async throws -> [RemoteFile] {
        let path = "\(target.apiPath)/tree/\(URLText.segment(revision))"
        let entries = try await list(path, [("recursive", "true"), ("expand", "false")])
        return try entries.compactMap { try RemoteFile($0) }
    }
}
