// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// How much of what one request may bring, and for how long an answer holds.
public struct HubLimits: Sendable {
    /// Files larger than this (bytes) go through LFS.
    public var regularFileBytes: Int64 = 10 << 20
    /// LFS objects larger than this (bytes) are uploaded in parts.
    public var multipartThreshold: Int64 = 128 << 20
    /// Bytes of a part.
    public var partBytes: Int64 = 64 << 20
    /// Bytes of a pack that git pushes.
    public var packBytes: Int64 = 2 << 30
    /// Operations in one commit.
    public var operationsPerCommit = 100_000
    /// Seconds for which an upload address opens.
    public var uploadURLSeconds: Int64 = 6 * 3600
    /// Objects in one LFS batch, files in one preupload.
    public var batchObjects = 1000
    /// Bytes of a README, config or other small file that is read for its metadata.
    public var metadataFileBytes: Int64 = 2 << 20
    /// What becomes of files that would run code on whoever loads them.
    public var scanPolicy = ScanPolicy.warn

    /// Bytes that a user or organisation may store, unless it has a quota of its own; 0 is no limit.
    public var storageQuota: Int64 = 0

    /// Bytes of packs that are kept for the next clone of the same; 0 keeps none.
    public var packCacheBytes: Int64 = 1 << 30

    /// Whose files share chunks.
    public var dedupDomain = DedupDomain.namespace

    /// Seconds that a token of the chunk store holds; clients ask for the next one by themselves.
    public var xetTokenSeconds: Int64 = 900

    /// Who may make organisations over the network.
    public var organisationCreation = OrganisationCreation.users

    /// Who may make an account for themselves.
    public var signUp = SignUp.closed

    /// Where webhooks may deliver to, and how often that is tried.
    public var webhookTargets = WebhookTargets.standard
    public var webhookAttempts: Int64 = 8
    /// Seconds before the second attempt; each further one waits three times as long.
    public var webhookRetrySeconds: Int64 = 10

    public init() {}
}

/// Who may make organisations over the network; `hubctl admin` always may.
public enum OrganisationCreation: String, Sendable, CaseIterable {
    case users, admins
}

/// Who may make an account for themselves; administrators always make them for others.
public enum SignUp: String, Sendable, CaseIterable {
    /// Nobody.
    case closed
    /// Who has an invitation's code.
    case invitation
    /// Everybody.
    case open
}
