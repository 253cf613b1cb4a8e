// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Synchronization

/// Slows down who guesses passwords: after a few failures each further try has to wait, longer every time.
///
/// Failures are counted for the network they come from and for the account they are about, whatever its name is worth: a
/// name that nobody has is slowed down alike. A network from which somebody has signed in to an account before has a
/// count of its own for it, so that strangers who fail cannot keep its owner out. A try counts as failed from its
/// beginning, so that many at once are counted too; success takes that back.
///
/// Memory is bounded: of too many counts the longest untouched go.
public final class SignInThrottle: Sendable {
    /// What is counted.
    enum Subject: Hashable {
        case network(String)
        case account(String)
        /// An account from a network that it is known from.
        case known(String, String)
        /// New accounts.
        case join(String)
    }

    /// How patient a count is.
    struct Patience {
        /// Tries without a delay.
        let free: Int
        /// Seconds after the first one too many; each further one waits twice as long.
        let first: Int64
        /// Seconds of the longest delay.
        let longest: Int64
    }

    private struct Count {
        var tries = 0
        /// Until when further tries are refused.
        var end = Timestamp(milliseconds: 0)
        /// Of the last try.
        var touched = Timestamp(milliseconds: 0)
    }

    private struct State {
        var counts: [Subject: Count] = [:]
        /// When somebody signed in to an account from a network.
        var known: [Subject: Timestamp] = [:]
    }

    /// Seconds after which a count is forgotten.
    static let memory: Int64 = 3600
    private static let knownMemory: Int64 = 90 * 86_400

    private let capacity: Int
    private let clock: any HubClock
    private let state = Mutex(State())

    init(clock: any HubClock, capacity: Int = 20_000) {
        self.clock = clock
        self.capacity = capacity
    }

    /// A try that was let in.
    public struct Attempt: Sendable {
        let network: String
        let account: String?
        let subjects: [Subject]
    }

    /// Lets a try to sign in begin.
    /// - Parameters:
    ///   - account: what was typed as name.
    ///   - network: where it comes from.
    /// - Throws: ``HubError/Code/rateLimited`` with the seconds to wait.
    func begin(account: String, network: String) throws -> Attempt {
        let account = String(account.lowercased().prefix(200))
        return try state.withLock { state in
            let pair = Subject.known(account, network)
            let isKnown = state.known[pair].map { clock.now < $0.adding(seconds: Self.knownMemory) } ?? false
            let subjects = [.network(network), isKnown ? pair : .account(account)]
            try admit(subjects, &state)
            return Attempt(network: network, account: account, subjects: subjects)
        }
    }

    /// Lets a try to make an account begin.
    /// - Throws: ``HubError/Code/rateLimited``.
    func beginJoining(network: String) throws {
        try state.withLock { try admit([.join(network)], &$0) }
    }

    /// The password was right: the account's count begins anew, the network's has one try less.
    func succeed(_ attempt: Attempt) {
        state.withLock { state in
            for subject in attempt.subjects {
                if case .network = subject {
                    state.counts[subject]?.tries -= 1
                    state.counts[subject]?.end = Timestamp(milliseconds: 0)
                } else {
                    state.counts[subject] = nil
                }
            }
            guard let account = attempt.account else { return }
            if state.known.count >= capacity { Self.dropOldest(&state.known) { $0 } }
            state.known[.known(account, attempt.network)] = clock.now
        }
    }

    /// Nothing came of it for a reason that is not the guesser's: the hub is busy.
    func withdraw(_ attempt: Attempt) {
        state.withLock { state in
            for subject in attempt.subjects { state.counts[subject]?.tries -= 1 }
        }
    }

    private static func patience(_ subject: Subject) -> Patience {
        switch subject {
        // Several people may be behind one address.
        case .network: Patience(free: 20, first: 5, longest: 900)
        // The longest is short: who would keep an account's owner out, keeps them out for that long.
        case .account, .known: Patience(free: 5, first: 2, longest: 300)
        case .join: Patience(free: 20, first: 30, longest: 3600)
        }
    }

    private func admit(_ subjects: [Subject], _ state: inout State) throws {
        let now = clock.now
        var wait: Int64 = 0
        for subject in subjects {
            guard let count = state.counts[subject] else { continue }
            if now.seconds - count.touched.seconds >= Self.memory {
                state.counts[subject] = nil
            } else {
                wait = max(wait, count.end.milliseconds - now.milliseconds)
            }
        }
        // A clock that was set back is no reason to wait for days.
        wait = min((wait + 999) / 1000, Self.memory)
        guard wait <= 0 else {
            throw HubError(
                .rateLimited,
                "Too many tries: wait \(Self.words(wait)) before the next one",
                retryAfter: wait
            )
        }
        for subject in subjects {
            if state.counts[subject] == nil, state.counts.count >= capacity {
                Self.dropOldest(&state.counts) { $0.touched }
            }
            var count = state.counts[subject] ?? Count()
            count.tries += 1
            count.touched = now
            let patience = Self.patience(subject)
            let extra = count.tries - patience.free
            if extra >= 0 {
                let delay = min(patience.longest, patience.first << Int64(min(extra, 20)))
                count.end = now.adding(seconds: delay)
            }
            state.counts[subject] = count
        }
    }

    /// A quarter at once, so that this is seldom.
    private static func dropOldest<Value>(_ table: inout [Subject: Value], _ time: (Value) -> Timestamp) {
        let sorted = table.map { (key: $0.key, at: time($0.value)) }.sorted { $0.at < $1.at }
        for entry in sorted.prefix(max(1, sorted.count / 4)) { table[entry.key] = nil }
    }

    /// For tests.
    var size: Int { state.withLock { $0.counts.count + $0.known.count } }

    static func words(_ seconds: Int64) -> String {
        if seconds < 120 { return "\(seconds) second\(seconds == 1 ? "" : "s")" }
        return "\((seconds + 59) / 60) minutes"
    }
}
