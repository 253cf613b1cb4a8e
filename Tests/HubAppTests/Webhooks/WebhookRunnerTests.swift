// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import HubTestSupport
import Synchronization
import Testing

@Suite struct WebhookRunnerTests {
    /// Keeps what it is given and answers what it is told to.
    private final class Sender: WebhookSender {
        let sent = Mutex<[(url: String, headers: [(String, String)], body: String)]>([])
        let status = Mutex(200)
        var isUnused: Bool { sent.withLock(\.isEmpty) }

        func post(
            _ url: String,
            headers: [(String, String)],
            body: String,
            targets: WebhookTargets
        ) async throws -> Int {
            sent.withLock { $0.append((url, headers, body)) }
            return status.withLock(\.self)
        }
    }

    private func webhook(_ test: TestHub, watching repo: String, as viewer: Viewer) async throws -> String {
        var settings = WebhookService.Settings()
        settings.url = "https://hooks.test/in"
        settings.watched = [("model", repo)]
        let made = try await test.hub.webhooks.create(settings, baseURL: TestHub.baseURL, viewer: viewer)
        return try #require(made["id"]?.stringValue)
    }

    private func log(_ test: TestHub, _ id: String, as viewer: Viewer) async throws -> [JSONValue] {
        try await test.hub.webhooks.deliveries(id, cursor: nil, limit: nil, viewer: viewer).items.arrayValue ?? []
    }

    @Test func `pauses grow, and in the end it gives up`() async throws {
        try await withTestHub { test in
            let alice = try await test.user("alice")
            let repo = try await test.repo("alice/m", as: alice)
            let id = try await webhook(test, watching: "Alice/M", as: alice)
            let sender = Sender()
            let given = Mutex<[String]>([])
            sender.status.withLock { $0 = 503 }
            let runner = WebhookRunner(hub: test.hub, sender: sender) { problem in
                given.withLock { $0.append(problem) }
            }
            try await test.commit([try await test.add("a.txt", "a")], to: repo, as: alice)
            var wait = test.hub.limits.webhookRetrySeconds
            for _ in 1...test.hub.limits.webhookAttempts {
                #expect(try await runner.deliverDue() == 1)
                test.clock.advance(seconds: wait - 1)
                #expect(try await runner.deliverDue() == 0)
                test.clock.advance(seconds: 1)
                wait *= 3
            }
            #expect(try await runner.deliverDue() == 0)
            let delivery = try #require(try await log(test, id, as: alice).first)
            #expect(delivery["status"] == "failed")
            #expect(delivery["attempts"] == .int(test.hub.limits.webhookAttempts))
            let problems = given.withLock(\.self)
            #expect(problems.count == 1)
        }
    }

    @Test func `who lost the right to see the repo is not told`() async throws {
        try await withTestHub { test in
            let (alice, bob) = (try await test.user("alice"), try await test.user("bob"))
            let repo = try await test.repo("alice/m", as: alice)
            let id = try await webhook(test, watching: "alice/m", as: bob)
            let sender = Sender()
            let runner = WebhookRunner(hub: test.hub, sender: sender) { _ in }
            try await test.commit([try await test.add("a.txt", "a")], to: repo, as: alice)
            try await test.hub.repos.updateSettings(
                .model,
                repo,
                visibility: .private,
                gated: nil,
                viewer: alice
            )
            try await test.commit([try await test.add("b.txt", "b")], to: repo, as: alice)
            try await runner.deliverDue()
            #expect(sender.isUnused)
            let rows = try await log(test, id, as: bob)
            #expect(rows.map { $0["status"] } == ["failed"])
        }
    }

    @Test func `a disabled webhook drops what waits`() async throws {
        try await withTestHub { test in
            let alice = try await test.user("alice")
            let repo = try await test.repo("alice/m", as: alice)
            let id = try await webhook(test, watching: "alice/m", as: alice)
            let sender = Sender()
            try await test.commit([try await test.add("a.txt", "a")], to: repo, as: alice)
            _ = try await test.hub.webhooks.setDisabled(true, id, viewer: alice)
            try await WebhookRunner(hub: test.hub, sender: sender) { _ in }.deliverDue()
            #expect(sender.isUnused)
            #expect(try await log(test, id, as: alice).first?["error"]?.stringValue?.contains("disabled") == true)
        }
    }

    @Test func `only a token that may do all looks after webhooks`() async throws {
        try await withTestHub { test in
            _ = try await test.user("alice")
            let reader = try await test.viewer("alice", role: .read)
            await #expect(throws: HubError.self) { _ = try await test.hub.webhooks.list(viewer: reader) }
        }
    }
}
