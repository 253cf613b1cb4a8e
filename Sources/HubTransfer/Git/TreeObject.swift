// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A folder as git stores it: entries sorted by name, a folder's name compared as if it ended in `/`.
///
///     <mode> <name>\0<20 bytes of oid> …      mode: 100644, 100755, 120000, 40000, 160000
public struct TreeObject: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public enum Mode: String, Sendable {
            case file = "100644"
            case executable = "100755"
            case symlink = "120000"
            case folder = "40000"
            case submodule = "160000"
        }

        public let mode: Mode
        public let name: String
        public let oid: GitOID

        public var isFolder: Bool { mode == .folder }

        public init(mode: Mode, name: String, oid: GitOID) {
            self.mode = mode
            self.name = name
            self.oid = oid
        }

        /// What git sorts by.
        fileprivate var sortKey: [UInt8] { Array(name.utf8) + (isFolder ? [UInt8(ascii: "/")] : []) }
    }

    /// How a tree can be malformed.
    public enum ParseError: Error, Hashable {
        case truncated
        case unknownMode(String)
        case nameIsNotUTF8
    }

    /// In git's order.
    public let entries: [Entry]

    public static let empty = TreeObject([])

    /// Sorts the entries as git does.
    public init(_ entries: [Entry]) {
        self.entries = entries.map { ($0.sortKey, $0) }
            .sorted { $0.0.lexicographicallyPrecedes($1.0) }
            .map(\.1)
    }

    /// From the bytes git hashes, without the header.
    public init(parsing data: [UInt8]) throws(ParseError) {
        var entries: [Entry] = []
        var rest = data[...]
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
                let end = rest[space...].firstIndex(of: 0),
                rest.endIndex - end > GitOID.byteCount
            else { throw .truncated }
            let modeText = String(decoding: rest[..<space], as: UTF8.self)
            guard let mode = Entry.Mode(rawValue: modeText) else { throw .unknownMode(modeText) }
            guard let name = String(validating: rest[(space + 1)..<end], as: UTF8.self) else { throw .nameIsNotUTF8 }
            let afterOID = end + 1 + GitOID.byteCount
            guard let oid = GitOID(bytes: rest[(end + 1)..<afterOID]) else { throw .truncated }
            entries.append(Entry(mode: mode, name: name, oid: oid))
            rest = rest[afterOID...]
        }
        self.entries = entries
    }

    /// The bytes git hashes, without the header.
    public var data: [UInt8] {
        var out: [UInt8] = []
        for entry in entries {
            out += Array(entry.mode.rawValue.utf8)
            out.append(UInt8(ascii: " "))
            out += Array(entry.name.utf8)
            out.append(0)
            out += entry.oid.bytes
        }
        return out
    }

    public subscript(name: String) -> Entry? { entries.first { $0.name == name } }
}
