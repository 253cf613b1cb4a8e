// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What went wrong, in words for the client, with the cause for the log.
///
/// Nothing below the HTTP edge knows status codes: `HubHTTP/ErrorResponses.swift` maps each code to one.
public struct HubError: Error, Sendable, CustomStringConvertible {
    /// One kind of failure. A struct around a private enum, so that a new code breaks no `switch` elsewhere.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Wrapped: String {
            case badRequest, unprocessable, unauthenticated, invalidCredentials, forbidden, gated
            case repoNotFound, revisionNotFound, entryNotFound, notFound
            case methodNotAllowed, conflict, preconditionFailed, tooLarge, rangeNotSatisfiable
            case moved
            case overloaded, rateLimited, unsupported, unavailable, storageFull, quotaExceeded, corrupt, timeout,
                `internal`
        }

        private let wrapped: Wrapped

        private init(_ wrapped: Wrapped) { self.wrapped = wrapped }

        /// The request cannot be understood.
        public static let badRequest = Code(.badRequest)
        /// The request is understood and refused for its content: a bad path, a wrong digest.
        public static let unprocessable = Code(.unprocessable)
        /// The call needs a token and none was given.
        public static let unauthenticated = Code(.unauthenticated)
        /// A token was given and is unknown, expired or revoked.
        public static let invalidCredentials = Code(.invalidCredentials)
        /// The viewer may know of the thing but not do this to it.
        public static let forbidden = Code(.forbidden)
        /// The repo's files are for people on its access list only.
        public static let gated = Code(.gated)
        /// No such repo, or none the viewer may know of.
        public static let repoNotFound = Code(.repoNotFound)
        public static let revisionNotFound = Code(.revisionNotFound)
        public static let entryNotFound = Code(.entryNotFound)
        /// The repo has another name now; ``HubError/move`` says which.
        public static let moved = Code(.moved)
        /// Anything else that is not there.
        public static let notFound = Code(.notFound)
        public static let methodNotAllowed = Code(.methodNotAllowed)
        /// The thing to be made exists already.
        public static let conflict = Code(.conflict)
        /// The ref has moved since the client looked at it.
        public static let preconditionFailed = Code(.preconditionFailed)
        public static let tooLarge = Code(.tooLarge)
        public static let rangeNotSatisfiable = Code(.rangeNotSatisfiable)
        public static let overloaded = Code(.overloaded)
        /// The client has made more requests than it may; the message says until when.
        public static let rateLimited = Code(.rateLimited)
        /// This hub does not do that (yet); the message says what.
        public static let unsupported = Code(.unsupported)
        public static let unavailable = Code(.unavailable)
        /// The disk is full. Nothing was stored.
        public static let storageFull = Code(.storageFull)
        /// The owner of the repo may not store that much. Nothing was stored.
        public static let quotaExceeded = Code(.quotaExceeded)
        /// Stored bytes are not what they were when they came in.
        public static let corrupt = Code(.corrupt)
        public static let timeout = Code(.timeout)
        /// A bug or a fault of ours.
        public static let `internal` = Code(.internal)

        public var description: String { wrapped.rawValue }
    }

    public let code: Code
    /// One sentence for the client; says what is wrong and, where it helps, what to do.
    public let message: String
    /// What lay beneath, for the log only.
    public let cause: (any Error)?
    /// The commit the request was resolved to, when it got that far: clients cache "this commit has no such file".
    public let commit: GitOID?
    /// Where the thing in the way is to be found (the existing repo of a conflict).
    public let url: String?
    /// Where the repo that was asked for is now, when it has another name.
    public let move: RepoMove?
    /// The size of the whole, for a range past its end, in bytes.
    public let totalSize: Int64?
    /// Seconds after which to try again.
    public let retryAfter: Int64?

    public init(
        _ code: Code,
        _ message: String,
        cause: (any Error)? = nil,
        commit: GitOID? = nil,
        url: String? = nil,
        move: RepoMove? = nil,
        totalSize: Int64? = nil,
        retryAfter: Int64? = nil
    ) {
        self.code = code
        self.message = message
        self.cause = cause
        self.commit = commit
        self.url = url
        self.move = move
        self.totalSize = totalSize
        self.retryAfter = retryAfter
    }

    public var description: String {
        cause.map { "\(code): \(message) (\($0))" } ?? "\(code): \(message)"
    }
}

extension HubError {
    /// What a stranger hears of a private repo and of one that never was: the very same words.
    public static let repoNotFound = HubError(.repoNotFound, "Repository not found")

    public static func moved(from: RepoID, to: RepoID) -> HubError {
        HubError(.moved, "\(from) is called \(to) now", move: RepoMove(from: from, to: to))
    }

    public static func revisionNotFound(_ revision: String) -> HubError {
        HubError(.revisionNotFound, "Invalid rev id: \(revision)")
    }

    public static func entryNotFound(_ path: String, commit: GitOID?) -> HubError {
        HubError(.entryNotFound, "Entry not found: \(path)", commit: commit)
    }
}
