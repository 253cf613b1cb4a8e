// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Dispatch
import Synchronization

/// Runs `body` to its end on this thread, which libFuzzer owns.
func wait<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
    let box = Box<Value>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        let value = await body()
        box.value.withLock { $0 = value }
        done.signal()
    }
    done.wait()
    guard let value = box.value.withLock({ $0 }) else { fatalError("the task ended without a value") }
    return value
}

private final class Box<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
