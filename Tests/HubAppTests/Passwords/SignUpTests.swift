// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct SignUpTests {
    static let password = "correct horse battery"

    static func browser(_ network: String = "n", former: String? = nil) -> BrowserOrigin {
        BrowserOrigin(origin: RequestOrigin(), agent: "test", network: network, formerSecret: former)
    }

    static func form(_ name: String, invitation: String = "", email: String = "") -> SignUpService.Form {
        SignUpService.Form(
            name: name,
            fullName: "",
            email: email,
            password: password,
            invitation: invitation
        )
    }

    private static func limits(_ policy: SignUp) -> HubLimits {
        var limits = HubLimits()
        limits.signUp = policy
        return limits
    }

    @Test func `where sign-up is closed nobody signs up`() async throws {
        try await withTestHub { test in
            #expect(
                await asyncCodeThrown { try await test.hub.signUps.join(Self.form("bob"), from: Self.browser()) }
                    == .forbidden
            )
            #expect(await asyncCodeThrown { try await test.hub.signUps.check(invitation: "") } == .forbidden)
        }
    }

    @Test func `an invitation admits as many as it says, until it ends`() async throws {
        try await withTestHub(limits: Self.limits(.invitation)) { test in
            let hub = test.hub
            let made = try await hub.invitations.create(uses: 2, lifetime: 3600, by: .machineOperator)
            let code = made.code
            try await hub.signUps.check(invitation: code)
            _ = try await hub.signUps.join(Self.form("ada", invitation: code), from: Self.browser())
            // A failure uses nothing up.
            #expect(
                await asyncCodeThrown {
                    try await hub.signUps.join(Self.form("Ada", invitation: code), from: Self.browser())
                } == .conflict
            )
            _ = try await hub.signUps.join(Self.form("bob", invitation: code), from: Self.browser())
            for code in [code, "", "join_" + String(repeating: "0", count: 40)] {
                #expect(
                    await asyncCodeThrown {
                        try await hub.signUps.join(Self.form("cy", invitation: code), from: Self.browser())
                    } == .forbidden
                )
            }
            let late = try await hub.invitations.create(uses: 1, lifetime: 60, by: .machineOperator)
            test.clock.advance(seconds: 61)
            #expect(await asyncCodeThrown { try await hub.signUps.check(invitation: late.code) } == .forbidden)
        }
    }

    @Test func `of two at once one gets the last use`() async throws {
        try await withTestHub(limits: Self.limits(.invitation)) { test in
            let hub = test.hub
            let code = try await hub.invitations.create(uses: 1, lifetime: 3600, by: .machineOperator).code
            let codes = await withTaskGroup(of: HubError.Code?.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        await asyncCodeThrown {
                            try await hub.signUps.join(
                                Self.form("user\(number)", invitation: code),
                                from: Self.browser("n\(number)")
                            )
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == nil } == 1)
            #expect(codes.count { $0 == .forbidden } == 5)
        }
    }

    @Test func `what people say of their address nobody vouches for`() async throws {
        try await withTestHub(limits: Self.limits(.open)) { test in
            _ = try await test.hub.signUps.join(Self.form("ada", email: "ada@example.org"), from: Self.browser())
            let token = try await test.hub.accounts.createToken(
                for: AccountName("ada"),
                tokenName: "t",
                role: .read,
                scopes: [],
                lifetimeSeconds: nil
            )
            let me = try test.hub.accounts.whoAmI(try await test.hub.accounts.viewer(token: token.text))
            #expect(me["email"] == "ada@example.org")
            #expect(me["emailVerified"] == false)
            #expect(me["isAdmin"] == false)
        }
    }

    @Test func `a network that makes many accounts has to wait`() async throws {
        try await withTestHub(limits: Self.limits(.open)) { test in
            for _ in 0..<20 {
                _ = await asyncCodeThrown {
                    try await test.hub.signUps.join(Self.form("-"), from: Self.browser())
                }
            }
            #expect(
                await asyncCodeThrown { try await test.hub.signUps.join(Self.form("ada"), from: Self.browser()) }
                    == .rateLimited
            )
            _ = try await test.hub.signUps.join(Self.form("ada"), from: Self.browser("elsewhere"))
        }
    }
}
