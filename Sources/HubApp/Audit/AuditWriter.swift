// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
public import ServiceLifecycle

/// Brings the audit log's file up to its table every second, and once more at the end.
public struct AuditWriter: Service {
    private let store: MetadataStore
    private let file: AuditFile
    private let report: @Sendable (any Error) -> Void

    /// - Parameters:
    ///   - dataFolder: gets the folder `audit`.
    ///   - rotationBytes: bytes from which on a new file is begun.
    ///   - report: told of a failure; it is tried again a second later.
    public init(
        hub: Hub,
        dataFolder: String,
        rotationBytes: Int64 = Self.defaultRotationBytes,
        report: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        store = hub.store
        file = AuditFile(folder: dataFolder + "/audit", rotationBytes: rotationBytes)
        self.report = report
    }

    public static let defaultRotationBytes: Int64 = 64 << 20

    /// Writes what the file lacks.
    public func catchUp() async throws { try await file.catchUp(store) }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var written: Int64 = -1
            var hasFailed = false
            while !Task.isCancelled {
                do {
                    if try await store.read({ try $0.lastAuditID() }) != written {
                        written = try await file.catchUp(store)
                    }
                    hasFailed = false
                } catch {
                    // Told once, not every second.
                    if !hasFailed { report(error) }
                    hasFailed = true
                }
                // Cancelled at shutdown, which ends the loop.
                try? await Task.sleep(for: .seconds(1))
            }
        }
        do { try await catchUp() } catch { report(error) }
    }
}
