// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
public import HubStore

/// The hub without its edges: what every route, command and background job works on.
///
/// A value made of shared parts; the use cases are grouped in services (`accounts`, `repos`, `commits` …), each a thin
/// struct over this one. Every call takes the ``Viewer`` it is made for.
public struct Hub: Sendable {
    public let store: MetadataStore
    /// Every content, whether its bytes lie whole or in chunks.
    public let blobs: any BlobStore
    /// Those that lie whole.
    public let wholeBlobs: any BlobStore
    let xorbs: XorbSource
    let damage: DamageNotes
    public let clock: any HubClock
    public let limits: HubLimits
    public let signer: URLSigner
    public let downloadCounter: DownloadCounter
    public let ingest = IngestMeter()
    let warm = WarmModels()
    let scanSignal = WakeSignal()
    let chunkSignal = WakeSignal()
    let listingCache = ListingCache()
    let facetCache = FacetCache()
    let viewerCache = ViewerCache()
    let packCache: PackCache
    public let collectionDesk = CollectionDesk()
    let hasher: PasswordHasher
    let throttle: SignInThrottle

    /// Puts the parts together; reads the signing key from the database, or makes it on the first start.
    public init(
        store: MetadataStore,
        blobs: any BlobStore,
        clock: any HubClock = SystemClock(),
        limits: HubLimits = HubLimits(),
        hasher: PasswordHasher = PasswordHasher.standard()
    ) async throws {
        self.store = store
        wholeBlobs = blobs
        damage = DamageNotes(store: store, files: blobs, clock: clock)
        xorbs = XorbSource(store: store, files: blobs, cache: LayoutCache(), damage: damage)
        self.blobs = XetBackedBlobs(whole: blobs, source: xorbs)
        self.clock = clock
        self.limits = limits
        packCache = PackCache(limit: limits.packCacheBytes)
        self.hasher = hasher
        throttle = SignInThrottle(clock: clock)
        signer = URLSigner(key: try await URLSigner.loadKey(store))
        downloadCounter = DownloadCounter(store: store, clock: clock)
    }

    public var accounts: AccountService { AccountService(hub: self) }
    public var repos: RepoService { RepoService(hub: self) }
    public var listings: ListingService { ListingService(hub: self) }
    public var trees: TreeService { TreeService(hub: self) }
    public var refs: RefService { RefService(hub: self) }
    public var commits: CommitService { CommitService(hub: self) }
    public var uploads: UploadService { UploadService(hub: self) }
    public var locks: LockService { LockService(hub: self) }
    public var git: GitService { GitService(hub: self) }
    public var tokens: TokenService { TokenService(hub: self) }
    public var sessions: SessionService { SessionService(hub: self) }
    public var passwords: PasswordService { PasswordService(hub: self) }
    public var signUps: SignUpService { SignUpService(hub: self) }
    public var invitations: InvitationService { InvitationService(hub: self) }
    public var oauth: OAuthService { OAuthService(hub: self) }
    public var oauthApps: OAuthAppService { OAuthAppService(hub: self) }
    public var people: PeopleService { PeopleService(hub: self) }
    public var organisations: OrganisationService { OrganisationService(hub: self) }
    public var access: AccessService { AccessService(hub: self) }
    public var discussions: DiscussionService { DiscussionService(hub: self) }
    public var notifications: NotificationService { NotificationService(hub: self) }
    public var activity: ActivityService { ActivityService(hub: self) }
    public var protections: ProtectionService { ProtectionService(hub: self) }
    public var webhooks: WebhookService { WebhookService(hub: self) }
    public var collections: CollectionService { CollectionService(hub: self) }
    public var likes: LikeService { LikeService(hub: self) }
    public var scans: ScanService { ScanService(hub: self) }
    public var downloads: DownloadService { DownloadService(hub: self) }
    public var datasetViewer: DatasetViewerService { DatasetViewerService(hub: self) }
    public var audit: AuditService { AuditService(hub: self) }

    /// Throws with what fails unless database and blob store can be read and written.
    public func checkHealth() async throws {
        try await store.checkHealth()
        try await blobs.checkHealth()
    }
}
