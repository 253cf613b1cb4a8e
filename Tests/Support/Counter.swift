// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Synchronization

/// Counts from several tasks.
public final class Counter: Sendable {
    private let count = Atomic(0)
    public init() {}

    public var value: Int { count.load(ordering: .relaxed) }
    public func add() { count.add(1, ordering: .relaxed) }
}
