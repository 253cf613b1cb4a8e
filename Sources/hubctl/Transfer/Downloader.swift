// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HubCore
import NIOCore
import NIOHTTP1

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Brings one file here: goes on where an earlier run stopped, and lets nothing pass whose digest is wrong.
struct Downloader: Sendable {
    let client: HubClient
    let target: RepoTarget
    let commit: GitOID
    let progress: Progress
    /// Where the chunks of large files are; `nil` fetches files whole.
    let chunks: ChunkStore?
    /// Stretches of files that are fetched at a time.
    let windows: Permits

    /// Downloads to `incomplete`, checks, and renames to `destination`.
    func fetch(_ file: RemoteFile, incomplete: String, destination: String) async throws {
        let bar = progress.begin(file.path, bytes: file.size)
        defer { progress.finish(bar) }
        var attempt = 1
        var distrusted = false
        while true {
            do {
                let partial = try await Disk.run { try PartialFile(incomplete, expecting: file) }
                let resumed = partial.length > 0
                progress.credit(bar, bytes: partial.length)
                do {
                    try await continueDownload(file, partial, bar: bar)
                } catch let error as DigestMismatch {
                    // What an earlier run left may be bad: once more from the start before the server is blamed.
                    progress.credit(bar, bytes: -error.length)
                    guard resumed, !distrusted else { throw error.failure(file, origin: client.origin) }
                    distrusted = true
                    progress.say("\(file.path): the part that was here already is damaged; starting it again")
                    continue
                } catch {
                    progress.credit(bar, bytes: -partial.length)
                    throw error
                }
                return try await Disk.run {
                    try partial.file.sync()
                    if let folder = Files.folder(of: destination) { try Files.makeFolder(folder) }
                    try Files.rename(incomplete, to: destination)
                }
            } catch {
                try Task.checkCancellation()
                guard let pause = client.policy.pause(after: attempt, error, retry: .always) else { throw error }
                let why = FailureReport.failure(for: error).message
                progress.say("\(file.path): \(why); trying again in \(Units.duration(pause))")
                try await Task.sleep(for: .seconds(pause))
                attempt += 1
            }
        }
    }

    private func continueDownload(_ file: RemoteFile, _ partial: PartialFile, bar: Int) async throws {
        if partial.length < file.size, let chunks, let hash = file.xetHash {
            try await receiveChunks(of: hash, from: chunks, file, partial, bar: bar)
        }
        if partial.length < file.size { try await receive(file, partial, bar: bar) }
        guard partial.length == file.size, partial.digest == file.id else {
            let length = partial.length
            try await Disk.run { try partial.restart() }
            throw DigestMismatch(length: length)
        }
    }

    private func receive(_ file: RemoteFile, _ partial: PartialFile, bar: Int) async throws {
        let path = "\(target.webPath)/resolve/\(commit.hex)/\(URLText.path(file.path))"
        var request = HubRequest(.GET, client.url(path))
            .header("accept-encoding", "identity").header("x-hf-download-counter", "1")
        if partial.length > 0 { request = request.header("range", "bytes=\(partial.length)-") }
        let answer: HubAnswer
        do {
            answer = try await client.sendOnce(request)
        } catch let error as HTTPFailure where error.status == 416 {
            return
        }
        if partial.length > 0, !Self.continues(answer, at: partial.length) {
            progress.credit(bar, bytes: -partial.length)
            try await Disk.run { try partial.restart() }
        }
        do {
            for try await piece in answer.body {
                guard partial.length + Int64(piece.readableBytes) <= file.size else {
                    throw DigestMismatch(length: partial.length)
                }
                try await Disk.run { try partial.append(piece) }
                progress.advance(bar, by: piece.readableBytes)
            }
        } catch {
            throw HubClient.networkFailure(error, origin: client.origin)
        }
        guard partial.length == file.size else {
            throw NetworkFailure(
                kind: .closed,
                origin: client.origin,
                detail: "\(file.path) broke off at \(partial.length) of \(file.size) bytes"
            )
        }
    }

    /// Whether the answer begins at `offset`; a server that cannot continue sends the whole.
    static func continues(_ answer: HubAnswer, at offset: Int64) -> Bool {
        guard answer.status == .partialContent, let range = answer.headers.first(name: "content-range") else {
            return false
        }
        return range.hasPrefix("bytes \(offset)-")
    }
}

/// The bytes are not those that were asked for.
struct DigestMismatch: Error {
    /// Bytes there were.
    let length: Int64

    func failure(_ file: RemoteFile, origin: String) -> CommandFailure {
        CommandFailure(
            "\(file.path): what \(origin) sent does not have the digest \(file.id.hex)",
            hint: "the file is damaged on the server or by a proxy on the way; nothing of it was kept",
            status: .fault
        )
    }
}

/// The part of a file that is here, with its digest so far. Used by one task at a time.
final class PartialFile: @unchecked Sendable {
    // Unchecked: a download awaits each call on it before it makes the next.
    let file: OpenFile
    private let expected: RemoteFile
    private var hasher: ContentHasher
    /// Bytes that are here and hashed.
    private(set) var length: Int64 = 0

    /// Opens or makes the file at `path`, and hashes what is in it. Blocks: call it inside ``Disk/run(_:)``.
    init(_ path: String, expecting expected: RemoteFile) throws {
        if let folder = Files.folder(of: path) { try Files.makeFolder(folder) }
        file = try OpenFile(path, flags: O_RDWR | O_CREAT)
        self.expected = expected
        hasher = .checking(expected.id, size: expected.size)
        let present = try file.size()
        guard present > 0, present <= expected.size else {
            try file.truncate(to: 0)
            return
        }
        try hasher.update(file, to: present) { _ in }
        length = present
    }

    var digest: ContentID { hasher.finish() }

    /// Blocks.
    func append(_ piece: ByteBuffer) throws {
        try file.write(piece, at: length)
        hasher.update(piece)
        length += Int64(piece.readableBytes)
    }

    /// Blocks.
    func restart() throws {
        try file.truncate(to: 0)
        hasher = .checking(expected.id, size: expected.size)
        length = 0
    }
}
