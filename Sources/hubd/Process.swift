// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubHTTP

/// What the operating system is told, and tells, about this process.
enum Process {
    /// A client that goes away must not end the server.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
    }

    /// A download holds a socket and a file. Returns the limit that now holds.
    static func raiseDescriptorLimit() -> UInt64 {
        var limit = rlimit()
        let kind = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        guard getrlimit(kind, &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        // The old limit serves as well, only fewer at a time.
        _ = setrlimit(kind, &limit)
        _ = getrlimit(kind, &limit)
        return UInt64(limit.rlim_cur)
    }

    static func register(in metrics: Metrics) {
        metrics.reading("process_resident_memory_bytes", help: "Resident memory.") {
            // A number that cannot be read is left at 0: metrics must not fail a scrape.
            let statm = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
            return statm.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map {
                $0 * Double(getpagesize())
            }
                ?? 0
        }
        metrics.reading("process_open_fds", help: "Open descriptors.") {
            Double((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0)
        }
    }
}
