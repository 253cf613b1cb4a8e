// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer
public import NIOCore

/// Git's own protocol over HTTP: clone, fetch and push, from the rows and blobs that everything else reads.
public struct GitService: Sendable {
    let hub: Hub

    /// What a client wants to do.
    public enum Operation: String, Sendable {
        case upload = "git-upload-pack"
        case receive = "git-receive-pack"
    }

    static let agent = "agent=vitrine/\(HubVersion.text)"

    /// What a client asks first: the refs, or for protocol version 2 what can be asked.
    /// - Parameter version: of the protocol, as the client wants it.
    public func advertisement(
        _ kind: RepoKind,
        _ id: RepoID,
        _ operation: Operation,
        version: Int,
        viewer: Viewer
    ) async throws -> ByteBuffer {
        let refs = try await refs(kind, id, operation == .upload ? .readFiles : .propose, viewer: viewer).refs
        var buffer = ByteBuffer()
        if operation == .upload, version == 2 {
            Self.writeCapabilities(into: &buffer)
            return buffer
        }
        buffer.writePktLine("# service=\(operation.rawValue)")
        buffer.writePktFlush()
        let capabilities =
            operation == .upload ? Self.uploadCapabilities(refs) : Self.receiveCapabilities
        let lines = operation == .upload ? refs.lines : refs.refs.map { (oid: $0.oid, name: $0.name) }
        if let first = lines.first {
            buffer.writePktLine("\(first.oid) \(first.name)\0\(capabilities)")
        } else {
            buffer.writePktLine("\(String(repeating: "0", count: 40)) capabilities^{}\0\(capabilities)")
        }
        for line in lines.dropFirst() { buffer.writePktLine("\(line.oid) \(line.name)") }
        buffer.writePktFlush()
        return buffer
    }

    func refs(
        _ kind: RepoKind,
        _ id: RepoID,
        _ access: Access,
        viewer: Viewer
    ) async throws -> (repo: RepoRecord, refs: GitRefs) {
        try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, access)
            return (repo, GitRefs(try tx.refs(repo: repo.id)))
        }
    }

    private static func writeCapabilities(into buffer: inout ByteBuffer) {
        for line in [
            "version 2", agent, "ls-refs=unborn", "fetch=shallow wait-for-done filter", "server-option",
            "object-format=sha1",
        ] { buffer.writePktLine(line) }
        buffer.writePktFlush()
    }

    private static func uploadCapabilities(_ refs: GitRefs) -> String {
        var words = [
            "multi_ack", "thin-pack", "side-band", "side-band-64k", "ofs-delta", "shallow", "deepen-since",
            "deepen-not",
            "deepen-relative", "no-progress", "include-tag", "multi_ack_detailed", "no-done",
            "allow-tip-sha1-in-want", "allow-reachable-sha1-in-want", "filter", "object-format=sha1", agent,
        ]
        if let head = refs.head { words.append("symref=HEAD:\(head.name)") }
        return words.joined(separator: " ")
    }

    private static let receiveCapabilities =
        [
            "report-status", "report-status-v2", "delete-refs", "side-band-64k", "quiet", "atomic", "ofs-delta",
            "push-options", "no-thin", "object-format=sha1", agent,
        ].joined(separator: " ")
}

/// A repo's refs as git sees them, with `HEAD` in front.
struct GitRefs: Sendable {
    let refs: [RefRecord]
    /// What `HEAD` stands for.
    var head: RefRecord? { refs.first { $0.name == RefName.headsPrefix + RefName.mainBranch } }

    init(_ refs: [RefRecord]) { self.refs = refs }

    /// Names and ids, each annotated tag followed by the commit that it names.
    var lines: [(oid: GitOID, name: String)] {
        var lines: [(oid: GitOID, name: String)] = []
        if let head { lines.append((head.oid, "HEAD")) }
        for ref in refs {
            lines.append((ref.oid, ref.name))
            if ref.tag != nil { lines.append((ref.target, ref.name + "^{}")) }
        }
        return lines
    }

    /// The answer to `ls-refs` of protocol version 2.
    func list(_ arguments: [String]) -> ByteBuffer {
        let prefixes = arguments.filter { $0.hasPrefix("ref-prefix ") }.map { $0.dropFirst("ref-prefix ".count) }
        let (peels, symrefs) = (arguments.contains("peel"), arguments.contains("symrefs"))
        func isWanted(_ name: String) -> Bool { prefixes.isEmpty || prefixes.contains { name.hasPrefix($0) } }
        var buffer = ByteBuffer()
        if let head, isWanted("HEAD") {
            buffer.writePktLine("\(head.oid) HEAD" + (symrefs ? " symref-target:\(head.name)" : ""))
        }
        for ref in refs where isWanted(ref.name) {
            buffer.writePktLine("\(ref.oid) \(ref.name)" + (peels && ref.tag != nil ? " peeled:\(ref.target)" : ""))
        }
        buffer.writePktFlush()
        return buffer
    }
}
