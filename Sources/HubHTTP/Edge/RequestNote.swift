// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Synchronization

/// What inner layers tell the outer ones about a request: a context is a value, so that a change made to it on the way
/// in is not seen by the middleware around.
public final class RequestNote: Sendable {
    private struct State {
        var account: String?
        var rateLimit: RateLimiter.Outcome?
    }

    private let state = Mutex(State())

    /// The name of the account the request acts for; set by whoever checks credentials.
    ///
    /// Decides between 401 and 404 for a repo that is not to be seen, and goes into the access log.
    public var account: String? {
        get { state.withLock { $0.account } }
        set { state.withLock { $0.account = newValue } }
    }

    /// What the rate limiter has found; `nil` where nothing is counted.
    var rateLimit: RateLimiter.Outcome? {
        get { state.withLock { $0.rateLimit } }
        set { state.withLock { $0.rateLimit = newValue } }
    }

    /// Whether nobody has shown valid credentials.
    public var isAnonymous: Bool { account == nil }
}
