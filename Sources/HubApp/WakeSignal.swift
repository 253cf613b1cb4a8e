// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Wakes a background job. A signal while it works is kept, more than one are the same.
final class WakeSignal: Sendable {
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
    }

    func wake() { continuation.yield() }
}
