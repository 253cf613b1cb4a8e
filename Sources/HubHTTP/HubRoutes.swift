// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp

/// Every group of routes that works on the hub: the line to add for a new one.
enum HubRoutes {
    static func groups(
        _ hub: Hub,
        inference: InferenceService,
        signOn: SignOnService?,
        settings: [Configuration.Effective],
        metrics: Metrics,
        hasPages: Bool
    ) -> [any RouteGroup] {
        [
            AccountRoutes(hub: hub),
            TokenRoutes(hub: hub),
            SettingsRoutes(hub: hub),
            PeopleRoutes(hub: hub),
            OrganisationRoutes(hub: hub),
            RepoRoutes(hub: hub),
            RepoManagementRoutes(hub: hub),
            ListRoutes(hub: hub),
            TreeRoutes(hub: hub),
            RefRoutes(hub: hub),
            CommitRoutes(hub: hub),
            LFSRoutes(hub: hub),
            LFSLockRoutes(hub: hub),
            XetTokenRoutes(hub: hub),
            CASRoutes(hub: hub),
            GitRoutes(hub: hub),
            ResolveRoutes(hub: hub),
            ScanRoutes(hub: hub),
            LikeRoutes(hub: hub),
            AccessRoutes(hub: hub),
            InferenceRoutes(service: inference, metrics: metrics),
            SignInRoutes(hub: hub, signOn: signOn),
            SignUpRoutes(hub: hub),
            OAuthRoutes(hub: hub),
            ConsentRoutes(hub: hub),
            DiscussionRoutes(hub: hub),
            AttachmentRoutes(hub: hub),
            NotificationRoutes(hub: hub),
            ProtectionRoutes(hub: hub),
            CollectionRoutes(hub: hub),
            WebhookRoutes(hub: hub),
            MarkdownRoutes(),
            AdminUserRoutes(hub: hub),
            AdminRoutes(hub: hub, inference: inference, settings: settings),
            DatasetViewerRoutes(hub: hub, hasSearchPage: hasPages),
            OpenAPIRoutes(),
            LaterRoutes(),
        ]
    }
}
