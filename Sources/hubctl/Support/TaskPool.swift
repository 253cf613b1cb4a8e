// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Synchronization

/// Runs `work` on all items, at most `width` at a time, and returns the results in the items' order.
///
/// The first error stops the rest.
func inParallel<Item: Sendable, Result: Sendable>(
    _ items: [Item],
    width: Int,
    _ work: @escaping @Sendable (Item) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results: [Int: Result] = [:]
        for (index, item) in items.enumerated() {
            if index >= max(1, width), let (done, result) = try await group.next() { results[done] = result }
            group.addTask { (index, try await work(item)) }
        }
        for try await (done, result) in group { results[done] = result }
        return items.indices.compactMap { results[$0] }
    }
}

/// So many at a time, wherever they are.
final class Permits: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: max(1, count))) }

    func with<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        await take()
        defer { giveBack() }
        try Task.checkCancellation()
        return try await body()
    }

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    /// Takes one when that needs no waiting.
    func takeIfFree() -> Bool {
        state.withLock { state in
            guard state.free > 0 else { return false }
            state.free -= 1
            return true
        }
    }

    func giveBack() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
