// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// When a failed call is made again, and after how long.
struct RetryPolicy: Sendable {
    /// Calls in all, the first included.
    var attempts = 6
    /// Seconds before the second call; doubles each time up to ``longestPause``.
    var firstPause = 0.5
    var longestPause = 8.0
    /// The longest wait a server may ask for, in seconds.
    var longestRetryAfter = 120.0

    static let passingStatuses: Set<Int> = [408, 429, 500, 502, 503, 504]

    /// Seconds to wait after the `attempt`th call (from 1) failed with `error`; `nil` to give up.
    func pause(after attempt: Int, _ error: any Error, retry: HubRequest.Retry) -> Double? {
        guard attempt < attempts else { return nil }
        let backoff = min(firstPause * Double(1 << min(attempt - 1, 16)), longestPause)
        switch error {
        case let error as HTTPFailure:
            guard Self.passingStatuses.contains(error.status) else { return nil }
            if retry == .untouched, error.status != 429, error.status != 503 { return nil }
            guard let asked = error.retryAfter, asked >= 0 else { return backoff }
            return asked <= longestRetryAfter ? max(asked, 0) : nil
        case let error as NetworkFailure:
            switch error.kind {
            // A hub that is not there is not waited for in vain: twice, for one that is being restarted.
            case .refused: return attempt < 3 ? backoff : nil
            case .unknownHost, .tls: return nil
            case .timeout, .closed, .other: return retry == .always ? backoff : nil
            }
        default:
            return nil
        }
    }
}
