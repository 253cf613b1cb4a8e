// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird
import NIOCore

/// What programs read of the pages: the feed of new models, and the map for search engines. Only what anybody may see.
struct FeedPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }
    private static let entries = 50
    /// Addresses in one file; the protocol allows 50,000.
    private static let addresses = 1000

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/robots.txt") { try robots($0, $1) }
        router.get("/feed.atom") { try await feed($0, $1) }
        router.get("/sitemap.xml") { try await index($0, $1) }
        router.get("/sitemap/{kind}") { try await map($0, $1) }
    }

    /// Reading is for everybody; files, forms and the API are no pages.
    private func robots(_ request: Request, _ context: HubContext) throws -> Response {
        let text = """
            User-agent: *
            Disallow: /api/
            Disallow: /lfs/
            Disallow: /login
            Disallow: /settings
            Disallow: /*/resolve/
            Disallow: /*?*cursor=
            Sitemap: \(try request.baseURL(context))/sitemap.xml

            """
        return .tagged(
            ByteBuffer(string: text),
            type: "text/plain; charset=utf-8",
            request,
            headers: [.cacheControl: "public, max-age=3600"]
        )
    }

    private func page(_ kind: RepoKind, sort: String, limit: Int, cursor: String?, baseURL: String) async throws
        -> ListingService.Page
    {
        var wanted = ListingRequest()
        wanted.expand = ["lastModified", "createdAt", "author"] + (kind == .model ? ["pipeline_tag"] : [])
        wanted.sort = sort
        wanted.limit = limit
        wanted.cursor = cursor
        return try await hub.listings.list(kind, wanted, baseURL: baseURL, viewer: .anonymous)
    }

    /// New models, the latest first (RFC 4287).
    private func feed(_ request: Request, _ context: HubContext) async throws -> Response {
        let base = try request.baseURL(context)
        let models =
            try await page(.model, sort: "createdAt", limit: Self.entries, cursor: nil, baseURL: base).items.arrayValue
            ?? []
        let entries = models.map { model -> String in
            let id = model["id"]?.stringValue ?? ""
            let task = model["pipeline_tag"]?.stringValue.map { TaskCatalog.task($0)?.label ?? $0 } ?? "model"
            return """
                <entry>
                <title>\(HTMLText.escape(id))</title>
                <id>\(HTMLText.escape(base + SiteURL.repo(.model, id)))</id>
                <link href="\(HTMLText.escape(base + SiteURL.repo(.model, id)))"/>
                <published>\(model["createdAt"]?.stringValue ?? "")</published>
                <updated>\(model["lastModified"]?.stringValue ?? "")</updated>
                <author><name>\(HTMLText.escape(model["author"]?.stringValue ?? ""))</name></author>
                <summary>\(HTMLText.escape(task))</summary>
                </entry>
                """
        }
        let updated = models.compactMap { $0["lastModified"]?.stringValue }.max() ?? Timestamp(seconds: 0).iso8601
        let xml = """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom">
            <title>New models</title>
            <id>\(HTMLText.escape(base))/</id>
            <link rel="self" href="\(HTMLText.escape(base))/feed.atom"/>
            <link href="\(HTMLText.escape(base))/models?sort=createdAt"/>
            <updated>\(updated)</updated>
            \(entries.joined(separator: "\n"))
            </feed>

            """
        return Self.xml(xml, type: "application/atom+xml; charset=utf-8", request)
    }

    /// A file for each kind of repo; they lead on by themselves.
    private func index(_ request: Request, _ context: HubContext) async throws -> Response {
        let base = HTMLText.escape(try request.baseURL(context))
        var maps: [String] = []
        for kind in RepoKind.allCases {
            var cursor: String?
            repeat {
                let query = cursor.map { "?cursor=\(PercentCoding.encode($0))" } ?? ""
                maps.append("<sitemap><loc>\(base)/sitemap/\(kind.plural)\(HTMLText.escape(query))</loc></sitemap>")
                cursor = try await page(kind, sort: "createdAt", limit: Self.addresses, cursor: cursor, baseURL: base)
                    .next
            } while cursor != nil && maps.count < Self.addresses
        }
        return Self.xml(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
            \(maps.joined(separator: "\n"))
            </sitemapindex>

            """,
            type: "application/xml; charset=utf-8",
            request
        )
    }

    private func map(_ request: Request, _ context: HubContext) async throws -> Response {
        let kind = try context.kind()
        let base = try request.baseURL(context)
        let repos =
            try await page(
                kind,
                sort: "createdAt",
                limit: Self.addresses,
                cursor: try request.queryItems()["cursor"],
                baseURL: base
            ).items.arrayValue ?? []
        let urls = repos.map { repo in
            let address = HTMLText.escape(base + SiteURL.repo(kind, repo["id"]?.stringValue ?? ""))
            return "<url><loc>\(address)</loc><lastmod>\(repo["lastModified"]?.stringValue ?? "")</lastmod></url>"
        }
        return Self.xml(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
            \(urls.joined(separator: "\n"))
            </urlset>

            """,
            type: "application/xml; charset=utf-8",
            request
        )
    }

    private static func xml(_ text: String, type: String, _ request: Request) -> Response {
        Response.tagged(ByteBuffer(string: text), type: type, request, headers: [.cacheControl: "no-cache"])
    }
}
