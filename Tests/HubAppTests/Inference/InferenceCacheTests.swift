// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import NIOCore
import Testing

@testable import HubApp

@Suite struct InferenceCacheTests {
    private func result(_ bytes: Int) -> InferenceResult {
        InferenceResult(
            body: ByteBuffer(repeating: 7, count: bytes),
            contentType: "application/json",
            seconds: [:]
        )
    }

    @Test func `what is kept is found until newer answers need the room, the longest unused first`() {
        let cache = InferenceCache()
        // Sixteen of a megabyte fit.
        for number in 0..<16 { cache.keep(result(1 << 20), as: "\(number)") }
        #expect((0..<16).allSatisfy { cache.find("\($0)") != nil })
        _ = cache.find("0")
        cache.keep(result(1 << 20), as: "16")
        #expect(cache.find("0") != nil && cache.find("1") == nil && cache.find("2") != nil && cache.find("16") != nil)
    }

    @Test func `an answer that would drive out many others is not kept`() {
        let cache = InferenceCache()
        cache.keep(result(10), as: "small")
        cache.keep(result((2 << 20) + 1), as: "large")
        #expect(cache.find("large") == nil && cache.find("small")?.body.readableBytes == 10)
    }

    @Test func `an answer that is kept again counts once`() {
        let cache = InferenceCache()
        cache.keep(result(100), as: "first")
        for _ in 0..<100 { cache.keep(result(2 << 20), as: "same") }
        #expect(cache.find("first") != nil && cache.find("same") != nil)
    }
}
