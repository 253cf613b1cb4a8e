// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The files of a model, wherever they lie on this machine.
///
/// A hub gives the blobs of a commit, a command line a folder.
public struct ModelFiles: Sendable {
    /// Configurations longer than this are refused, in bytes.
    static let maximumJSONBytes = 32 << 20

    /// Paths on this machine, by paths in the repo.
    public let paths: [String: String]

    public init(paths: [String: String]) { self.paths = paths }

    /// All files below a folder, down to four levels.
    public init(folder: String) throws(HubError) {
        var paths: [String: String] = [:]
        try Self.list(folder, prefix: "", depth: 0, into: &paths)
        self.paths = paths
    }

    /// Whether there are weights as safetensors, in one file or sharded.
    public var hasSafetensors: Bool { SafetensorsFile.isIn(self) }

    public func has(_ name: String) -> Bool { paths[name] != nil }

    /// Maps a file.
    public func map(_ name: String) throws(HubError) -> TensorMemory {
        guard let path = paths[name] else { throw HubError(.unprocessable, "The model has no file \(name)") }
        return try TensorMemory(mapping: path, name: name)
    }

    /// A JSON file; `nil` when there is none.
    public func json(_ name: String) throws(HubError) -> JSONValue? {
        guard has(name) else { return nil }
        let memory = try map(name)
        guard memory.bytes.count <= Self.maximumJSONBytes else {
            throw HubError(.unprocessable, "\(name) is longer than \(Self.maximumJSONBytes) bytes")
        }
        do throws(JSONError) {
            return try withExtendedLifetime(memory) { () throws(JSONError) in
                try JSONValue(parsing: memory.bytes.bindMemory(to: UInt8.self))
            }
        } catch {
            throw HubError(.unprocessable, "\(name) is no JSON: \(error)")
        }
    }

    private static func list(
        _ folder: String,
        prefix: String,
        depth: Int,
        into paths: inout [String: String]
    ) throws(HubError) {
        guard let directory = opendir(folder) else {
            throw HubError(.notFound, "There is no folder \(folder), or it cannot be read")
        }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != "..", name != ".git" else { continue }
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFREG: paths[prefix + name] = "\(folder)/\(name)"
            case S_IFDIR where depth < 3:
                try list("\(folder)/\(name)", prefix: "\(prefix)\(name)/", depth: depth + 1, into: &paths)
            default: break
            }
        }
    }
}
