// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct SignInThrottleTests {
    private let clock = TestClock()

    private func wait(_ throttle: SignInThrottle, _ account: String, _ network: String) -> Int64 {
        do {
            _ = try throttle.begin(account: account, network: network)
            return 0
        } catch { return (error as? HubError)?.retryAfter ?? -1 }
    }

    @Test func `delays of an account grow, and end at five minutes`() throws {
        let throttle = SignInThrottle(clock: clock)
        // Another network each time: the account alone is what slows down.
        for number in 0..<5 { #expect(wait(throttle, "alice", "n\(number)") == 0) }
        var delays: [Int64] = []
        for number in 0..<10 {
            let delay = wait(throttle, "ALICE", "m\(number)")
            delays.append(delay)
            clock.advance(seconds: delay)
            #expect(wait(throttle, "alice", "k\(number)") == 0, "let in when the time is over")
        }
        #expect(delays == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        #expect(wait(throttle, "bob", "n1") == 0)
    }

    @Test func `a network is slowed down whatever it asks for`() {
        let throttle = SignInThrottle(clock: clock)
        for number in 0..<20 { #expect(wait(throttle, "user\(number)", "n") == 0) }
        #expect(wait(throttle, "other", "n") == 5)
        #expect(wait(throttle, "other", "elsewhere") == 0)
        clock.advance(seconds: SignInThrottle.memory)
        #expect(wait(throttle, "other", "n") == 0)
    }

    @Test func `success forgives the account, and one's own network is not kept out by strangers`() throws {
        let throttle = SignInThrottle(clock: clock)
        throttle.succeed(try throttle.begin(account: "alice", network: "home"))
        for number in 0..<40 { _ = wait(throttle, "alice", "n\(number)") }
        #expect(wait(throttle, "alice", "n99") > 0)
        #expect(wait(throttle, "alice", "home") == 0)
        // But even from there nobody guesses for ever.
        for _ in 0..<4 { #expect(wait(throttle, "alice", "home") == 0) }
        #expect(wait(throttle, "alice", "home") > 0)
    }

    @Test func `tries that go on at once are counted`() throws {
        let throttle = SignInThrottle(clock: clock)
        let attempts = try (0..<5).map { _ in try throttle.begin(account: "alice", network: "n") }
        #expect(wait(throttle, "alice", "n") > 0)
        for attempt in attempts { throttle.withdraw(attempt) }
        clock.advance(seconds: 2)
        #expect(wait(throttle, "alice", "n") == 0)
    }

    @Test func `memory is bounded`() {
        let throttle = SignInThrottle(clock: clock, capacity: 100)
        for number in 0..<1000 {
            if let attempt = try? throttle.begin(account: "a\(number)", network: "n\(number)") {
                throttle.succeed(attempt)
            }
        }
        #expect(throttle.size <= 200)
    }

    @Test func `a clock set back keeps nobody out for longer than an hour`() {
        let throttle = SignInThrottle(clock: clock)
        for _ in 0..<6 { _ = wait(throttle, "alice", "n") }
        clock.advance(seconds: -10_000_000)
        #expect(wait(throttle, "alice", "n") <= SignInThrottle.memory)
    }
}
