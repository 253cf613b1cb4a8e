// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import Foundation
import HubCore
import HubRuntime
import HubVision

/// Runs networks, apart from the hub: what a checkpoint or a picture may break is this process. `hubd serve` starts it.
struct Worker: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs networks for a hub, on standard input.",
        shouldDisplay: false
    )

    @Option var memory: Int64
    @Option var models: Int64
    @Option var threads: Int
    @Option var batch: Int
    @Option var library: String?

    func run() throws {
        Process.prepare()
        limitMemory()
        let (library, program) = (library, CommandLine.arguments.first)
        let models = WorkerModels(maximumBytes: models, threads: threads) {
            try ORTEngine(
                configured: library,
                program: program,
                environment: ProcessInfo.processInfo.environment
            )
        }
        WorkerLoop(descriptor: 0, models: models, batch: batch).run()
    }

    /// Private memory only: mapped weights are the page cache's.
    private func limitMemory() {
        #if os(Linux)
        let kind = __rlimit_resource_t(UInt32(RLIMIT_DATA.rawValue))
        var limit = rlimit(rlim_cur: rlim_t(clamping: memory), rlim_max: rlim_t(clamping: memory))
        // Where the kernel knows no such limit, the operator's own still holds.
        _ = setrlimit(kind, &limit)
        #endif
    }
}
