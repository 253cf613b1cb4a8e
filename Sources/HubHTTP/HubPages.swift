// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp

/// Every group of pages: the line to add for a new one.
enum HubPages {
    /// - Parameter site: `nil` where there is no Public folder; then there are no pages.
    static func groups(
        _ site: Site?,
        inference: InferenceService,
        settings: [Configuration.Effective]
    ) -> [any RouteGroup] {
        guard let site else { return [] }
        return [
            HomePage(site: site),
            ListingPages(site: site),
            TaskPages(site: site),
            CardPages(site: site),
            ViewerPages(site: site),
            TreePages(site: site),
            FilePages(site: site),
            CommitPages(site: site),
            EditPages(site: site),
            DiscussionPages(site: site),
            RepoSettingsPages(site: site),
            NewPages(site: site),
            NotificationPages(site: site),
            WebhookPages(site: site),
            AccountPages(site: site),
            CollectionPages(site: site),
            SearchPage(site: site),
            SettingsPages(site: site),
            OrganisationSettingsPages(site: site),
            AdminUserPages(site: site),
            AdminPages(site: site, inference: inference, settings: settings),
            FeedPages(site: site),
            APIPage(site: site),
        ]
    }
}
