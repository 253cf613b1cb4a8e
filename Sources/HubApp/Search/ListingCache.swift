// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
public import NIOCore
import Synchronization

/// Answers to lists that anybody may see, kept until something is written.
///
/// The store's change counter tells of writes of this process. `hubctl admin` writes from another one: no answer is
/// kept for longer than a second.
final class ListingCache: Sendable {
    struct Entry: Sendable {
        let change: UInt64
        let made: ContinuousClock.Instant
        let answer: ListingAnswer
    }

    private static let lifetime = Duration.seconds(1)
    private static let maximumEntries = 256
    /// Longer answers (bytes) are not kept.
    private static let maximumBytes = 256 << 10

    private let entries = Mutex<[String: Entry]>([:])

    func answer(_ key: String, change: UInt64) -> ListingAnswer? {
        entries.withLock { entries in
            guard let entry = entries[key], entry.change == change,
                entry.made.duration(to: .now) < Self.lifetime
            else { return nil }
            return entry.answer
        }
    }

    /// - Parameter change: the counter before the answer was read.
    func keep(_ answer: ListingAnswer, for key: String, change: UInt64) {
        guard answer.body.readableBytes <= Self.maximumBytes, key.utf8.count <= 2048 else { return }
        entries.withLock { entries in
            if entries.count >= Self.maximumEntries { entries.removeAll(keepingCapacity: true) }
            entries[key] = Entry(change: change, made: .now, answer: answer)
        }
    }
}

/// A page of a list as the JSON that is sent.
public struct ListingAnswer: Sendable {
    public let body: ByteBuffer
    /// What to send as `cursor` for the next page, if there is one.
    public let next: String?
}
