// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The machine's wall clock.
public struct SystemClock: HubClock {
    public init() {}

    public var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
