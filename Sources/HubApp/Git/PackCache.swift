// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import HubStore
import HubTransfer
import NIOCore
import NIOPosix
import Synchronization

/// Packs that were sent whole, for those who ask for the same again: most clones of a repo do.
///
/// What a pack holds follows from the commits that it leads to, so that no entry is ever out of date; the right to it is
/// checked with each request before. The files are scratch: a restart begins without them.
final class PackCache: Sendable {
    /// What a pack was made for.
    struct Key: Hashable, Sendable {
        private let digest: [UInt8]

        /// `nil` for packs that only who has the very same history could use.
        init?(_ goal: PackGoal) {
            guard goal.haves.isEmpty, goal.files.isEmpty, !goal.commits.isEmpty else { return nil }
            var hash = SHA256()
            func add(_ oids: some Sequence<GitOID>) {
                let sorted = Set(oids).map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) }
                hash.update(data: Array("\(sorted.count),".utf8))
                for bytes in sorted { hash.update(data: Array(bytes)) }
            }
            add(goal.commits)
            add(goal.tags.map(\.oid))
            add(goal.followedTags.map(\.oid))
            add(goal.ends)
            hash.update(data: Array("\(goal.filter)".utf8))
            digest = Array(hash.finalize())
        }
    }

    /// A whole pack, its digest at the end included.
    struct Pack: Sendable {
        let file: any ScratchFile
        /// Objects in it.
        let count: Int
    }

    private struct State {
        var packs: [Key: (pack: Pack, used: UInt64)] = [:]
        var bytes: Int64 = 0
        var clock: UInt64 = 0
    }

    private let limit: Int64
    private let state = Mutex(State())

    /// - Parameter limit: bytes of all packs together; none are kept at 0.
    init(limit: Int64) { self.limit = limit }

    /// A pack larger than this would push out too many others.
    var packLimit: Int64 { limit / 4 }

    func find(_ key: Key) -> Pack? {
        state.withLock { state in
            state.clock += 1
            state.packs[key]?.used = state.clock
            return state.packs[key]?.pack
        }
    }

    func keep(_ pack: Pack, for key: Key) {
        let size = pack.file.size
        guard size <= packLimit else { return }
        // What is pushed out is closed and removed outside the lock.
        let dropped = state.withLock { state -> [Pack] in
            guard state.packs[key] == nil else { return [pack] }
            var dropped: [Pack] = []
            while state.bytes + size > limit, let oldest = state.packs.min(by: { $0.value.used < $1.value.used }) {
                state.packs[oldest.key] = nil
                state.bytes -= oldest.value.pack.file.size
                dropped.append(oldest.value.pack)
            }
            state.clock += 1
            state.packs[key] = (pack, state.clock)
            state.bytes += size
            return dropped
        }
        _ = dropped
    }
}

/// Writes down a pack while it is sent. What cannot be written is not kept, and nobody need know.
actor PackRecording {
    private let cache: PackCache
    private let key: PackCache.Key
    private let count: Int
    private var file: (any ScratchFile)?

    init?(_ hub: Hub, _ key: PackCache.Key?, count: Int) {
        guard let key, hub.packCache.packLimit > 0 else { return nil }
        cache = hub.packCache
        self.key = key
        self.count = count
        file = hub.wholeBlobs.scratchFile()
    }

    func append(_ bytes: ByteBuffer) async {
        guard let file else { return }
        guard file.size + Int64(bytes.readableBytes) <= cache.packLimit else {
            self.file = nil
            return
        }
        do {
            try await NIOThreadPool.singleton.runIfActive { try bytes.withUnsafeReadableBytes { try file.append($0) } }
        } catch {
            self.file = nil
        }
    }

    /// After the last byte.
    func finish() {
        guard let file else { return }
        cache.keep(PackCache.Pack(file: file, count: count), for: key)
    }
}
