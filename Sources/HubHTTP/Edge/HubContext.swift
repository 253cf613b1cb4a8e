// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubApp
public import Hummingbird
import Logging
public import NIOCore

/// What a handler knows about the request beside the request itself.
public struct HubContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The connection (HTTP/1) or the stream (HTTP/2). For the edge's own helpers; handlers do not write to it.
    public let channel: any Channel
    /// What `X-Request-Id` of the answer says; set by ``RequestIDMiddleware``.
    public var requestID: String
    /// What inner layers tell outer ones about the request.
    public let note: RequestNote

    /// Who asks; set by ``AuthMiddleware``.
    public var viewer: Viewer = .anonymous

    /// What the chunk store's token opens, where the request showed one; set by ``AuthMiddleware``.
    public var cas: CASAccess?

    /// How absolute URLs of answers begin; set by the router.
    public var publicURL = PublicURL()

    public init(source: ApplicationRequestContextSource) {
        note = RequestNote()
        coreContext = .init(source: source)
        channel = source.channel
        requestID = ""
        // Hummingbird's own id says nothing to the client; RequestIDMiddleware puts in the one it is told.
        logger[metadataKey: "hb.request.id"] = nil
    }

    /// The same request again with nothing matched yet.
    init(copying other: HubContext) {
        self.init(source: ApplicationRequestContextSource(channel: other.channel, logger: other.logger))
    }

    /// Hides Hummingbird's property of that name, which reads the metadata we remove.
    public var id: String { requestID }

    /// The peer's address as the socket has it: a proxy's, if there is one in front. See ``clientAddress(_:)``.
    public var remoteAddress: SocketAddress? {
        channel.remoteAddress ?? channel.parent?.remoteAddress
    }
}
