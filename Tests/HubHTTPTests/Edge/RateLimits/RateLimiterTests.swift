// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import NIOCore
import Synchronization
import Testing

@testable import HubHTTP

@Suite struct RateLimiterTests {
    /// A limiter on a clock that the test moves.
    private final class Stage: Sendable {
        let seconds = Mutex<Double>(0)

        func limiter(_ limits: RateLimits, capacity: Int = 1024) -> RateLimiter {
            RateLimiter(limits, capacity: capacity) { [self] in seconds.withLock { $0 } }
        }

        func advance(_ amount: Double) { seconds.withLock { $0 += amount } }
    }

    private static func limits(api: Int64 = 20, address: Int64 = 5, window: Int64 = 100) -> RateLimits {
        var limits = RateLimits()
        limits.windowSeconds = window
        limits.api = RateLimits.Quota(account: api, address: address)
        return limits
    }

    private static let ada = RateLimiter.Client.account(1)

    @Test func `a full bucket gives its quota, then refuses and says how long`() throws {
        let limiter = Stage().limiter(Self.limits())
        for left in stride(from: Int64(19), through: 0, by: -1) {
            let outcome = try #require(limiter.take(.api, Self.ada))
            #expect(outcome.isAdmitted)
            #expect(outcome.remaining == left)
        }
        let refused = try #require(limiter.take(.api, Self.ada))
        #expect(!refused.isAdmitted)
        #expect((refused.remaining, refused.quota, refused.windowSeconds) == (0, 20, 100))
        // A tenth of 20 at 0.2 a second.
        #expect(refused.resetSeconds == 10)
    }

    @Test func `an empty bucket opens when a tenth is there, and the promised time is enough`() throws {
        let stage = Stage()
        let limiter = stage.limiter(Self.limits())
        for _ in 0..<20 { _ = limiter.take(.api, Self.ada) }
        let promised = try #require(limiter.take(.api, Self.ada)).resetSeconds
        stage.advance(5)
        // One token is there, which all would compete for.
        let early = try #require(limiter.take(.api, Self.ada))
        #expect(!early.isAdmitted)
        #expect(early.resetSeconds == 5)
        stage.advance(Double(promised) - 5)
        let admitted = (0..<3).map { _ in limiter.take(.api, Self.ada)?.isAdmitted }
        #expect(admitted == [true, true, false])
    }

    @Test func `a bucket fills up within the window and no further`() throws {
        let stage = Stage()
        let limiter = stage.limiter(Self.limits())
        for _ in 0..<10 { _ = limiter.take(.api, Self.ada) }
        stage.advance(25)
        #expect(limiter.take(.api, Self.ada)?.remaining == 14)
        stage.advance(10_000)
        let outcome = try #require(limiter.take(.api, Self.ada))
        #expect(outcome.remaining == 19)
        #expect(outcome.resetSeconds == 5)
    }

    @Test func `clients and kinds do not share`() {
        let limiter = Stage().limiter(Self.limits())
        let bob = RateLimiter.Client.account(2)
        for _ in 0..<25 { _ = limiter.take(.api, Self.ada) }
        #expect(limiter.take(.api, Self.ada)?.isAdmitted == false)
        #expect(limiter.take(.api, bob)?.isAdmitted == true)
        #expect(limiter.take(.resolvers, Self.ada)?.isAdmitted == true)
        #expect(limiter.take(.api, .network(.v4(7)))?.quota == 5)
    }

    @Test func `nothing is limited when it is off, or a quota is 0`() {
        var off = Self.limits()
        off.isOn = false
        #expect(Stage().limiter(off).take(.api, Self.ada) == nil)
        let open = Stage().limiter(Self.limits(api: 0))
        #expect(open.take(.api, Self.ada) == nil)
        #expect(open.take(.api, .network(.unknown)) != nil)
    }

    @Test func `a quota of one request is one request`() {
        let stage = Stage()
        let limiter = stage.limiter(Self.limits(api: 1, window: 10))
        #expect(limiter.take(.api, Self.ada)?.isAdmitted == true)
        #expect(limiter.take(.api, Self.ada)?.resetSeconds == 10)
        stage.advance(10)
        #expect(limiter.take(.api, Self.ada)?.isAdmitted == true)
    }

    @Test func `more clients than places: the busy one keeps its count, memory stays`() {
        let stage = Stage()
        let limiter = stage.limiter(Self.limits(), capacity: 64)
        for number in 0..<10_000 {
            stage.advance(0.000_001)
            if number % 4 == 0 { _ = limiter.take(.api, Self.ada) }
            _ = limiter.take(.api, .account(Int64(100 + number)))
        }
        #expect(limiter.take(.api, Self.ada)?.isAdmitted == false)
    }

    @Test func `a clock that stands still or goes back gives nothing away`() {
        let stage = Stage()
        stage.advance(100)
        let limiter = stage.limiter(Self.limits())
        for _ in 0..<20 { _ = limiter.take(.api, Self.ada) }
        stage.advance(-50)
        #expect(limiter.take(.api, Self.ada)?.isAdmitted == false)
        stage.advance(50)
        #expect(limiter.take(.api, Self.ada)?.isAdmitted == false)
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false),
        ("2001:db8:1:2:3::1", "2001:db8:1:2:9::9", true), ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("::ffff:192.0.2.7", "192.0.2.7", true), ("::1", "192.0.2.7", false),
    ])
    func `an IPv6 client is its first half, an IPv4 one its address`(a: String, b: String, same: Bool) throws {
        let first = ClientNetwork(try SocketAddress(ipAddress: a, port: 1))
        let second = ClientNetwork(try SocketAddress(ipAddress: b, port: 2))
        #expect((first == second) == same)
    }

    @Test(arguments: [
        ("/api/models", RateLimiter.Kind.api), ("/api/models/a/b/tree/main/resolve/x", .api),
        ("/a/b/resolve/main/config.json", .resolvers), ("/datasets/a/b/raw/main/x", .resolvers),
        ("/a/b.git/info/lfs/objects/batch", .api), ("/a/b/ask-access", .api), ("/a/b", .pages), ("/", .pages),
    ])
    func `paths are of the Hub's kinds`(path: String, kind: RateLimiter.Kind) {
        #expect(RateLimiter.Kind(path: path) == kind)
    }

    @Test(arguments: ["/healthz", "/metrics", "/assets/style.css", "/lfs/id/oid", "/favicon.svg"])
    func `monitoring, style and signed transfers are not counted`(path: String) {
        #expect(RateLimiter.Kind(path: path) == nil)
    }

    @Test(arguments: [
        ("30000/15000", RateLimits.Quota(account: 30_000, address: 15_000)),
        ("7", RateLimits.Quota(account: 7, address: 7)), ("0/0", RateLimits.Quota(account: 0, address: 0)),
        ("", nil), ("a/b", nil), ("1/2/3", nil), ("-1/2", nil), ("1/", nil),
    ])
    func `quotas are read`(text: String, quota: RateLimits.Quota?) {
        #expect(RateLimits.Quota(text) == quota)
    }
}
