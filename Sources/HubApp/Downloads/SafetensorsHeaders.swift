// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

extension DownloadService {
    /// Shards that one answer may speak of.
    private static let maximumShards = 1000
    /// Headers of one answer, in bytes together.
    private static let maximumHeaderBytes = 64 << 20
    /// Longer index files are not read, in bytes.
    private static let maximumIndexBytes: Int64 = 64 << 20

    /// The headers of a checkpoint on main: of all shards that an index file names, or of one safetensors file.
    /// - Returns: `{headers: {shard: header}, index: {metadata?}}`.
    /// - Throws: ``HubError/Code/unprocessable`` for a file that is neither, or is damaged; the message names it.
    public func safetensorsHeaders(_ id: RepoID, _ path: RepoPath, viewer: Viewer) async throws -> JSONValue {
        let file = try await resolve(.model, id, .main, path, viewer: viewer)
        var room = Self.maximumHeaderBytes
        if path.fileExtension == "safetensors" {
            let header = try await header(of: file, room: &room)
            return ["headers": .object([path.lastSegment: header]), "index": .object([:])]
        }
        guard file.path.fileExtension == "json", file.size <= Self.maximumIndexBytes else {
            throw Self.invalid(path, "it is neither a safetensors file nor an index of some")
        }
        let index: JSONValue
        do { index = try JSONValue(parsing: try await open(file).prefix(Int(clamping: file.size))) } catch {
            if error is HubError { throw error }
            throw Self.invalid(path, "it is not JSON: \(error)")
        }
        guard let map = index["weight_map"]?.objectValue else {
            throw Self.invalid(path, "\(SafetensorsError.badIndex)")
        }
        let shards = Set(map.values.compactMap(\.stringValue)).sorted()
        guard shards.count <= Self.maximumShards else {
            throw HubError(.tooLarge, "\(path) names \(shards.count) files; at most \(Self.maximumShards) are read")
        }
        var headers: JSONObject = [:]
        for shard in shards {
            let place = try RepoPath((path.segments.dropLast() + [shard]).joined(separator: "/"))
            // The index's own commit, so that a push meanwhile does not mix two checkpoints.
            let part = try await resolve(.model, id, Revision(file.commit.hex), place, viewer: viewer)
            headers[shard] = try await header(of: part, room: &room)
        }
        var about: JSONObject = [:]
        if let metadata = index["metadata"] { about["metadata"] = metadata }
        return ["headers": .object(headers), "index": .object(about)]
    }

    private func header(of file: ResolvedFile, room: inout Int) async throws -> JSONValue {
        let reader = try await open(file)
        do {
            // One that takes all that is left leaves nothing for the next.
            guard let (_, bytes) = try await reader.safetensorsHeader(fileSize: file.size, limit: room - 1) else {
                throw HubError(
                    .tooLarge,
                    "The headers are more than \(Self.maximumHeaderBytes) bytes; read them by range"
                )
            }
            room -= bytes.count
            return try JSONValue(parsing: Array(bytes.dropFirst(SafetensorsHeader.prefixSize)))
        } catch let error as SafetensorsError {
            throw Self.invalid(file.path, "\(error)")
        }
    }

    private static func invalid(_ path: RepoPath, _ why: String) -> HubError {
        HubError(.unprocessable, "\(path) cannot be read as a safetensors checkpoint: \(why)")
    }
}
