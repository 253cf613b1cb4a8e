// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import HubStore
public import ServiceLifecycle

/// Port: sends a message to a webhook.
public protocol WebhookSender: Sendable {
    /// - Parameter targets: what the address that is connected to must be checked against, at that moment.
    /// - Returns: the status of the answer.
    /// - Throws: when there is none within the sender's limits.
    func post(_ url: String, headers: [(String, String)], body: String, targets: WebhookTargets) async throws -> Int
}

/// Sends what waits for webhooks, tries again what fails, and gives up in the end.
///
/// The queue is in the database: what a restart interrupts is sent again, so that a message may come twice. Each bears
/// its delivery's id.
public struct WebhookRunner: Service {
    /// Webhooks that are sent to at once.
    private static let parallel = 16
    /// Done deliveries are kept for this long, in seconds.
    static let memorySeconds: Int64 = 30 * 86_400

    private let hub: Hub
    private let sender: any WebhookSender
    private let report: @Sendable (String) -> Void

    /// - Parameter report: told of deliveries that were given up, and of rounds that failed.
    public init(hub: Hub, sender: any WebhookSender, report: @escaping @Sendable (String) -> Void) {
        self.hub = hub
        self.sender = sender
        self.report = report
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var seen: UInt64?
            var ticks = 0
            while !Task.isCancelled {
                // Another program may write, and waiting messages become due by themselves: look every second anyway.
                let counter = self.hub.store.changeCounter
                if counter != seen || ticks.isMultiple(of: 4) {
                    seen = counter
                    do {
                        try await self.deliverDue()
                        if ticks.isMultiple(of: 14_400) { try await self.forgetOld() }
                    } catch is CancellationError { return } catch {
                        self.report("A round of deliveries failed: \(error)")
                    }
                }
                ticks += 1
                do { try await Task.sleep(for: .milliseconds(250)) } catch { return }
            }
        }
    }

    /// Sends what is due until nothing is; returns how many messages that were.
    @discardableResult
    public func deliverDue() async throws -> Int {
        var sent = 0
        while !Task.isCancelled {
            let now = hub.clock.now
            let due = try await hub.store.read { try $0.dueDeliveries(at: now, limit: Self.parallel) }
            guard !due.isEmpty else { break }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for delivery in due { group.addTask { try await deliver(delivery) } }
                try await group.waitForAll()
            }
            sent += due.count
        }
        return sent
    }

    private func forgetOld() async throws {
        let before = hub.clock.now.adding(seconds: -Self.memorySeconds)
        try await hub.store.write { try $0.forgetDeliveries(before: before) }
    }

    private func deliver(_ delivery: WebhookDeliveryRecord) async throws {
        let (webhook, mayKnow) = try await hub.store.read { tx -> (WebhookRecord?, Bool) in
            guard let webhook = try tx.webhook(id: delivery.webhookID),
                let owner = try tx.account(id: webhook.accountID)
            else { return (nil, false) }
            // Rights may have gone while the message waited. What is gone itself was checked when it went.
            guard let repo = try delivery.repoID.flatMap({ try tx.repo(id: $0) }) else { return (webhook, true) }
            return (webhook, try owner.disabledAt == nil && tx.maySee(repo, account: owner))
        }
        guard let webhook else { return }
        guard mayKnow else { return try await giveUp(delivery, "The webhook's owner may not see the repository") }
        guard !webhook.isDisabled else { return try await giveUp(delivery, "The webhook is disabled") }
        var status: Int?
        var problem: String?
        do {
            let answer = try await sender.post(
                webhook.url,
                headers: Self.headers(delivery, webhook),
                body: delivery.payload,
                targets: hub.limits.webhookTargets
            )
            status = answer
            if !(200..<300).contains(answer) { problem = "The answer was \(answer)" }
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as HubError {
            problem = error.message
        } catch {
            problem = "No answer: \(error)"
        }
        try await record(delivery, status, problem)
    }

    private static func headers(_ delivery: WebhookDeliveryRecord, _ webhook: WebhookRecord) -> [(String, String)] {
        var headers = [
            ("Content-Type", "application/json"), ("User-Agent", "vitrine/\(HubVersion.text)"),
            ("X-Vitrine-Event", delivery.event), ("X-Vitrine-Delivery", delivery.publicID),
        ]
        if let secret = webhook.secret {
            let code = HMAC<SHA256>.authenticationCode(
                for: Array(delivery.payload.utf8),
                using: SymmetricKey(data: Array(secret.utf8))
            )
            headers.append(("X-Webhook-Secret", secret))
            headers.append(("X-Vitrine-Signature", "sha256=" + Hex.encode(code)))
        }
        return headers
    }

    private func record(_ delivery: WebhookDeliveryRecord, _ status: Int?, _ problem: String?) async throws {
        let now = hub.clock.now
        guard let problem else {
            return try await hub.store.write {
                try $0.recordAttempt(delivery.id, .delivered, response: status, error: nil, due: nil, at: now)
            }
        }
        let attempts = delivery.attempts + 1
        // "Gone" is an answer, too.
        guard attempts < hub.limits.webhookAttempts, status != 410 else {
            return try await giveUp(delivery, problem, status)
        }
        var wait = hub.limits.webhookRetrySeconds
        for _ in 1..<max(attempts, 1) where wait < 86_400 { wait *= 3 }
        let due = now.adding(seconds: min(wait, 86_400))
        try await hub.store.write {
            try $0.recordAttempt(delivery.id, .waiting, response: status, error: problem, due: due, at: now)
        }
    }

    private func giveUp(_ delivery: WebhookDeliveryRecord, _ problem: String, _ status: Int? = nil) async throws {
        let now = hub.clock.now
        try await hub.store.write {
            try $0.recordAttempt(delivery.id, .failed, response: status, error: problem, due: nil, at: now)
        }
        report("Gave up delivery \(delivery.publicID) of '\(delivery.event)': \(problem)")
    }
}
