// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import HTTPTypes
import HubApp
import HubCore
import HubTestSupport
import Hummingbird
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import HubHTTP

/// Every route × every caller × every visibility, over a real socket. A route without a row fails.
@Suite(.timeLimit(.minutes(2))) struct AuthorisationMatrixTests {
    @Test func `every route has a row, and every row a route`() async throws {
        try await withTestHub { test in
            let routes = Set(Matrix.routes(of: test.hub))
            #expect(routes.subtracting(Matrix.rows.keys).sorted() == [], "routes without a row")
            #expect(Set(Matrix.rows.keys).subtracting(routes).sorted() == [], "rows without a route")
        }
    }

    @Test(arguments: Matrix.rows.keys.sorted()) func `who may do what`(_ route: String) async throws {
        let row = try #require(Matrix.rows[route])
        try await withTestHub { test in
            let stage = try await Matrix.Stage(test)
            let router = hubRouter(test.hub, metrics: Metrics())
            try await withServer(of: router) { port in
                for setting in Matrix.Setting.allCases {
                    for caller in Matrix.Caller.allCases {
                        let answer = try await stage.ask(route, row, as: caller, of: setting, port: port)
                        let expected = row.need.answer(to: caller, of: setting)
                        #expect(answer.fits(expected), "\(caller) of a \(setting) repo: \(answer), not \(expected)")
                    }
                }
            }
        }
    }
}

enum Matrix {
    /// `granted` is a stranger whom the repo's authors let read it while it is gated.
    enum Caller: CaseIterable { case anonymous, stranger, granted, reader, writer, admin, expired, wrongScope }
    enum Setting: CaseIterable { case open, gated, closed }

    /// What a route asks of its caller.
    enum Need {
        /// Nothing.
        case none
        /// Any account.
        case account
        /// Any account, with a token that is not narrowed.
        case wholeToken
        /// To see the repo.
        case see
        /// To see the repo, with an account that may act in its own name.
        case like
        /// To read its files.
        case content
        /// The same, where those who are refused are told that it is not there, as the dataset viewer does.
        case viewer
        /// To read its files, with an account that may act in its own name.
        case propose
        case write
        /// To administer the repo's namespace.
        case own
        /// To create in a namespace.
        case create
        /// To read one repo and create another.
        case copy
        /// To administer the organisation, whatever the repo.
        case organisation
        /// To be a member of the organisation.
        case member
        /// To administer the hub, which none of the callers do.
        case hub
        /// What is closed to everybody.
        case closed
        /// What cannot be had by anybody.
        case nothing
        /// A browser's session; no token stands in for it.
        case session
        /// A token of the chunk store; the hub's own do not stand in for it.
        case chunkToken
        /// A signed address; no token stands in for the signature.
        case signature

        func answer(to caller: Caller, of setting: Setting) -> Expected {
            if caller == .expired { return .status(401) }
            let isMember = [.reader, .writer, .admin].contains(caller)
            let refused = Expected.status(caller == .anonymous ? 401 : 403)
            switch self {
            case .none: return .allowed
            case .account: return caller == .anonymous ? .status(401) : .allowed
            case .wholeToken:
                return caller == .wrongScope ? .status(403) : caller == .anonymous ? .status(401) : .allowed
            case .nothing: return .status(caller == .anonymous ? 401 : 404)
            case .session, .chunkToken: return .status(401)
            case .signature, .closed: return .status(403)
            case .hub: return refused
            case .create: return [.writer, .admin].contains(caller) ? .allowed : refused
            case .member: return isMember || caller == .wrongScope ? .allowed : refused
            case .organisation: return caller == .admin ? .allowed : refused
            case .see, .like, .content, .viewer, .propose, .write, .own, .copy: break
            }
            if setting == .closed, !isMember { return .status(caller == .anonymous ? 401 : 404) }
            switch self {
            case .like: return caller == .anonymous ? refused : .allowed
            case .viewer:
                guard setting == .gated, !isMember, caller != .granted else { return .allowed }
                return .status(caller == .anonymous ? 401 : 404)
            case .content: return setting == .gated && !isMember && caller != .granted ? refused : .allowed
            case .propose:
                return caller == .anonymous || setting == .gated && !isMember && caller != .granted ? refused : .allowed
            case .write, .copy: return [.writer, .admin].contains(caller) ? .allowed : refused
            case .own: return caller == .admin ? .allowed : refused
            default: return .allowed
            }
        }
    }

    enum Expected {
        case status(UInt)
        /// Neither 401 nor 403, nor a repo said to be absent.
        case allowed
    }

    struct Answer: CustomStringConvertible {
        let status: UInt
        let code: String
        var description: String { "\(status) \(code)" }

        func fits(_ expected: Expected) -> Bool {
            switch expected {
            case .status(let wanted): status == wanted
            case .allowed:
                ![401, 403].contains(status) && !["RepoNotFound", "ExternalAuthenticatedError"].contains(code)
                    && status < 500
            }
        }
    }

    struct Row {
        let need: Need
        var body = ""
        var type = "application/json"
        /// Without the question mark.
        var query = ""
        /// What `**` stands for.
        var rest = "README.md"
        /// Of the repo, where the path leaves it open.
        var kind = RepoKind.model
    }

    /// "METHOD path" of every route but those of ``LaterRoutes``, which answer everybody alike.
    static func routes(of hub: Hub) -> [String] {
        let later = Router(context: HubContext.self)
        LaterRoutes().register(on: later)
        let absent = Set(later.routes.map { "\($0.method.rawValue) \($0.path.description)" })
        return hubRouter(hub, metrics: Metrics()).routes.map { "\($0.method.rawValue) \($0.path.description)" }
            .filter { !absent.contains($0) }
    }

    private static func form(_ body: String, need: Need = .none) -> Row {
        Row(need: need, body: body, type: "application/x-www-form-urlencoded")
    }

    static let rows: [String: Row] = {
        let repo = "/api/{kind}/{namespace}/{name}"
        let organization = "/api/organizations/{organization}"
        var rows: [String: Row] = [
            "GET /healthz": Row(need: .none),
            "GET /metrics": Row(need: .none),
            "GET /openapi.json": Row(need: .none),
            // A name without a namespace: no repo has one.
            "GET /api/{kind}/{namespace}": Row(need: .nothing),
            "GET /{namespace}/resolve/{revision}/**": Row(need: .nothing),
            "GET /api/whoami-v2": Row(need: .account),
            "GET /.well-known/openid-configuration": Row(need: .none),
            "GET /.well-known/oauth-authorization-server": Row(need: .none),
            "GET /oauth/jwks": Row(need: .none),
            "GET /oauth/userinfo": Row(need: .account),
            "POST /oauth/userinfo": Row(need: .account),
            "GET /login": Row(need: .none),
            "POST /login": form("token="),
            "POST /logout": form(""),
            "GET /join": Row(need: .closed),
            "POST /join": Matrix.form("name=bob&password=long+enough+one&repeat=long+enough+one", need: .closed),
            "GET /api/admin/users": Row(need: .hub),
            "POST /api/admin/users": Row(need: .hub, body: #"{"name":"{fresh}","password":"long enough one"}"#),
            "GET /api/admin/users/{user}": Row(need: .hub),
            "PATCH /api/admin/users/{user}": Row(need: .hub, body: #"{"isAdmin":true}"#),
            "DELETE /api/admin/users/{user}": Row(need: .hub),
            "PUT /api/admin/users/{user}/password": Row(need: .hub, body: #"{"password":"long enough one"}"#),
            "GET /api/admin/quotas": Row(need: .hub),
            "PUT /api/admin/quotas/{account}": Row(need: .hub, body: #"{"quota":"none"}"#),
            "GET /api/admin/invitations": Row(need: .hub),
            "POST /api/admin/invitations": Row(need: .hub),
            "DELETE /api/admin/invitations/{invitation}": Row(need: .hub),
            "GET /api/admin/storage": Row(need: .hub),
            "GET /api/admin/transfers": Row(need: .hub),
            "GET /api/admin/inference": Row(need: .hub),
            "GET /api/admin/damage": Row(need: .hub),
            "GET /api/admin/gc": Row(need: .hub),
            "POST /api/admin/gc": Row(need: .hub),
            "GET /api/admin/audit": Row(need: .hub),
            "GET /api/admin/settings": Row(need: .hub),
            "GET /api/settings/profile": Row(need: .wholeToken),
            "PATCH /api/settings/profile": Row(need: .wholeToken, body: #"{"fullname":"N"}"#),
            "PUT /api/settings/password": Row(need: .wholeToken, body: #"{"password":"short"}"#),
            "GET /api/settings/sessions": Row(need: .wholeToken),
            "DELETE /api/settings/sessions": Row(need: .wholeToken),
            "DELETE /api/settings/sessions/{session}": Row(need: .wholeToken),
            "GET /login/oidc": Row(need: .none),
            "GET /login/oidc/callback": Row(need: .none),
            "POST /oauth/device": form("client_id=hubctl"),
            "POST /oauth/token": form("client_id=hubctl&grant_type=refresh_token&refresh_token=none"),
            "POST /oauth/revoke": form("client_id=hubctl&token=none"),
            "GET /oauth/device": Row(need: .none),
            "POST /oauth/device/decision": form("user_code=none", need: .session),
            "GET /oauth/authorize": Row(need: .none),
            "POST /oauth/authorize": form("client_id=hubctl", need: .session),
            "GET /api/spaces/semantic-search": Row(need: .none),
            "GET \(repo)/parquet": Row(need: .content, kind: .dataset),
            "GET \(repo)/parquet/{config}": Row(need: .content, kind: .dataset),
            "GET \(repo)/parquet/{config}/{split}": Row(need: .content, kind: .dataset),
            "GET /api/settings/tokens": Row(need: .wholeToken),
            "POST /api/settings/tokens": Row(need: .wholeToken, body: #"{"displayName":"t","role":"read"}"#),
            "DELETE /api/settings/tokens/{token}": Row(need: .wholeToken),
            "GET /api/users/{user}/likes": Row(need: .none),
            "GET /api/users/{user}/overview": Row(need: .none),
            "GET /api/users/{user}/followers": Row(need: .none),
            "GET /api/users/{user}/following": Row(need: .none),
            "POST /uploads": Row(need: .account, body: "GIF89a", type: "image/gif"),
            "GET /uploads/{attachment}": Row(need: .none),
            "GET /api/notifications": Row(need: .account),
            "GET /api/recent-activity": Row(need: .none, query: "entity=boss"),
            "POST /api/discussions/mark-as-read": Row(need: .account, body: #"{"applyToAll":true}"#),
            "GET \(repo)/discussions": Row(need: .see),
            "POST \(repo)/discussions": Row(need: .like, body: #"{"title":"t","description":"d"}"#),
            "GET \(repo)/discussions/{number}": Row(need: .see, query: "diff=1"),
            "POST \(repo)/discussions/{number}/comment": Row(need: .like, body: #"{"comment":"c"}"#),
            "POST \(repo)/discussions/{number}/review": Row(need: .propose, body: #"{"verdict":"approve"}"#),
            "POST \(repo)/discussions/{number}/comment/{comment}/edit": Row(need: .like, body: #"{"content":"c"}"#),
            "POST \(repo)/discussions/{number}/comment/{comment}/hide": Row(need: .like),
            "POST \(repo)/discussions/{number}/comment/{comment}/reaction": Row(
                need: .like,
                body: #"{"reaction":"👍"}"#
            ),
            "DELETE \(repo)/discussions/{number}/comment/{comment}/reaction": Row(
                need: .like,
                body: #"{"reaction":"👍"}"#
            ),
            "POST \(repo)/discussions/{number}/status": Row(need: .write, body: #"{"status":"closed"}"#),
            "POST \(repo)/discussions/{number}/title": Row(need: .write, body: #"{"title":"t2"}"#),
            "POST \(repo)/discussions/{number}/merge": Row(need: .write),
            "POST \(repo)/discussions/{number}/pin": Row(need: .write),
            "POST \(repo)/discussions/{number}/lock": Row(need: .write),
            "GET \(repo)/protected-branches": Row(need: .see),
            "PUT \(repo)/protected-branches/**": Row(need: .own, body: #"{"push":"admins"}"#, rest: "main"),
            "DELETE \(repo)/protected-branches/**": Row(need: .own, rest: "main"),
            "GET /api/collections": Row(need: .none),
            "POST /api/collections": Row(need: .create, body: #"{"title":"{fresh}","namespace":"acme"}"#),
            "GET /api/settings/webhooks": Row(need: .wholeToken),
            "POST /api/settings/webhooks": Row(
                need: .wholeToken,
                body: #"{"url":"http://hooks.test/","watched":[{"type":"user","name":"boss"}]}"#
            ),
            "POST /api/users/{user}/follow": Row(need: .account),
            "DELETE /api/users/{user}/follow": Row(need: .account),
            "GET /api/organizations": Row(need: .account),
            "POST /api/organizations": Row(need: .account, body: #"{"name":"{fresh}"}"#),
            "GET \(organization)": Row(need: .none),
            "GET \(organization)/overview": Row(need: .none),
            "GET \(organization)/followers": Row(need: .none),
            "GET \(organization)/members": Row(need: .none),
            "POST \(organization)/follow": Row(need: .account),
            "DELETE \(organization)/follow": Row(need: .account),
            "POST \(organization)/members": Row(need: .organisation, body: #"{"user":"extra","role":"read"}"#),
            "PUT \(organization)/members/{member}/role": Row(need: .organisation, body: #"{"role":"write"}"#),
            "DELETE \(organization)/members/{member}": Row(need: .organisation),
            "POST /api/markdown": Row(need: .none, body: #"{"text":"t"}"#),
            "POST /api/validate-yaml": Row(need: .none, body: #"{"content":"---\nlicense: mit\n---\n"}"#),
            "POST /api/repos/create": Row(need: .create, body: #"{"name":"{fresh}","organization":"acme"}"#),
            "DELETE /api/repos/delete": Row(need: .own, body: #"{"name":"{name}","organization":"acme"}"#),
            "PUT \(repo)/settings": Row(need: .own, body: #"{"gated":false}"#),
            "GET \(repo)": Row(need: .see),
            "GET \(repo)/revision/{revision}": Row(need: .see),
            "POST /api/repos/move": Row(need: .own, body: #"{"fromRepo":"acme/{name}","toRepo":"acme/{fresh}"}"#),
            "POST \(repo)/duplicate": Row(need: .copy, body: #"{"repository":"acme/{fresh}"}"#),
            "POST \(repo)/super-squash/{revision}": Row(need: .write, body: "{}"),
            "GET \(repo)/lfs-files": Row(need: .write),
            "POST \(repo)/lfs-files/batch": Row(need: .write, body: #"{"deletions":{"sha":[]}}"#),
            "GET /api/settings/repositories": Row(need: .account),
            "GET \(organization)/settings/repositories": Row(need: .member),
            "GET \(repo)/compare/**": Row(need: .content, rest: "main..main"),
            "GET \(repo)/diff/**": Row(need: .content, rest: "main..main"),
            "GET \(repo)/safetensors-metadata/**": Row(need: .content),
            "GET \(repo)/treesize/{revision}": Row(need: .content),
            "GET \(repo)/treesize/{revision}/**": Row(need: .content, rest: "folder"),
            "GET \(repo)/auth-check": Row(need: .content),
            "GET \(repo)/auth-check/write": Row(need: .write),
            "GET \(repo)/tree/{revision}": Row(need: .content),
            "GET \(repo)/tree/{revision}/**": Row(need: .content, rest: "folder"),
            "POST \(repo)/paths-info/{revision}": Row(need: .content, body: #"{"paths":["README.md"]}"#),
            "GET \(repo)/commits/{revision}": Row(need: .content),
            "GET \(repo)/refs": Row(need: .see),
            "GET \(repo)/scan": Row(need: .content),
            "GET \(repo)/scan/{revision}": Row(need: .content),
            "GET \(repo)/leaderboard": Row(need: .see, kind: .dataset),
            "POST \(repo)/like": Row(need: .like),
            "DELETE \(repo)/like": Row(need: .like),
            "GET \(repo)/likers": Row(need: .see),
            "GET \(repo)/user-access-request/{status}": Row(need: .write),
            "POST \(repo)/user-access-request/handle": Row(
                need: .write,
                body: #"{"user":"granted","status":"rejected"}"#
            ),
            "POST \(repo)/user-access-request/grant": Row(need: .write, body: #"{"user":"stranger"}"#),
            "POST \(repo)/branch/**": Row(need: .write, body: "{}", rest: "feature"),
            "DELETE \(repo)/branch/**": Row(need: .write, rest: "gone"),
            "POST \(repo)/tag/**": Row(need: .write, body: #"{"tag":"v1"}"#, rest: "main"),
            "DELETE \(repo)/tag/**": Row(need: .write, rest: "v0"),
            "POST \(repo)/preupload/{revision}": Row(
                need: .write,
                body: #"{"files":[{"path":"a.txt","sample":"YQ==","size":1}]}"#
            ),
            "POST \(repo)/commit/{revision}": Row(
                need: .write,
                body: """
                    {"key":"header","value":{"summary":"s"}}
                    {"key":"file","value":{"path":"a.txt","content":"YQ==","encoding":"base64"}}
                    """,
                type: "application/x-ndjson"
            ),
            "GET \(repo)/xet-read-token/{revision}": Row(need: .content),
            "GET \(repo)/xet-write-token/{revision}": Row(need: .write),
            "POST \(repo)/lfs-files/duplicate": Row(
                need: .write,
                body: #"{"target":{"type":"model","name":"acme/{name}"},"files":[]}"#
            ),
            "PUT /cas/put/{ticket}": Row(need: .signature, body: "a"),
            "GET /cas/xorb/{id}": Row(need: .signature),
            "POST /v1/telemetry": Row(need: .chunkToken, body: "{}"),
            "PUT /lfs/{repo}/{oid}": Row(need: .signature, body: "a"),
            "POST /lfs/{repo}/{oid}": Row(need: .signature, body: #"{"parts":[]}"#),
            "GET /lfs/{repo}/{oid}": Row(need: .signature),
            "HEAD /lfs/{repo}/{oid}": Row(need: .signature),
        ]
        for path in [
            "is-valid", "splits", "info", "size", "parquet", "first-rows", "rows", "search", "filter", "statistics",
        ] {
            let query = "dataset=acme/{name}&config=default&split=train&query=x&where=x"
            rows["GET /\(path)"] = Row(need: .viewer, query: query, kind: .dataset)
        }
        rows["GET /datasets/{namespace}/{name}/viewer-asset/{revision}"] = Row(
            need: .content,
            query: "row=0&column=image",
            kind: .dataset
        )
        let store = "/cas/{domain}/{epoch}"
        for route in [
            "GET \(store)/chunks/{prefix}/{hash}", "GET \(store)/v1/chunks/{prefix}/{hash}",
            "GET \(store)/reconstructions/{hash}", "GET \(store)/v1/reconstructions/{hash}",
            "GET \(store)/v2/reconstructions/{hash}",
        ] { rows[route] = Row(need: .chunkToken) }
        for route in [
            "POST \(store)/shards", "POST \(store)/v1/shards", "POST \(store)/v2/shards",
            "POST \(store)/xorbs/{prefix}/{hash}", "POST \(store)/v1/xorbs/{prefix}/{hash}",
            "POST \(store)/v1/xorb-grants/{prefix}/{hash}",
            "POST \(store)/v1/xorb-commits/{prefix}/{hash}/grant/{id}",
        ] { rows[route] = Row(need: .chunkToken, body: "a") }
        for list in [
            "/api/models", "/api/datasets", "/api/spaces", "/api/quicksearch", "/api/trending", "/api/tasks",
            "/api/tasks/{task}", "/api/models-tags-by-type", "/api/datasets-tags-by-type", "/api/daily_papers",
            "/api/papers/search",
        ] { rows["GET \(list)"] = Row(need: .none) }
        for prefix in ["/models", "/hf-inference/models"] {
            for path in ["\(prefix)/{namespace}/{name}", "\(prefix)/{namespace}/{name}/pipeline/{task}"] {
                rows["GET \(path)"] = Row(need: .content)
                rows["POST \(path)"] = Row(need: .content, body: "picture", type: "image/png")
            }
        }
        // Those of others are not there, whoever asks.
        let webhook = "/api/settings/webhooks/{webhook}"
        for route in [
            "GET \(webhook)", "DELETE \(webhook)", "POST \(webhook)/enable", "POST \(webhook)/disable",
            "GET \(webhook)/deliveries", "GET \(webhook)/deliveries/{delivery}",
            "POST \(webhook)/deliveries/{delivery}/replay",
        ] { rows[route] = Row(need: .wholeToken) }
        rows["POST \(webhook)"] = Row(need: .wholeToken, body: #"{"watched":[]}"#)
        // No collection is asked for that is there: who may do what with one is tested with the service.
        let collection = "/api/collections/{namespace}/{slug}"
        for route in [
            "GET \(collection)", "DELETE \(collection)",
            "DELETE \(collection)/items/{item}",
        ] { rows[route] = Row(need: .none) }
        for method in ["POST", "DELETE"] { rows["\(method) \(collection)/upvote"] = Row(need: .account) }
        for route in ["PATCH \(collection)", "PATCH \(collection)/items/{item}"] {
            rows[route] = Row(need: .none, body: "{}")
        }
        for route in ["POST \(collection)/items", "POST \(collection)/item"] {
            rows[route] = Row(need: .none, body: #"{"item":{"type":"model","id":"acme/{name}"}}"#)
        }
        rows["POST \(collection)/items/batch"] = Row(need: .none, body: "[]")
        for method in ["GET", "POST"] {
            rows["\(method) /hf-inference/pipeline/{task}/{namespace}/{name}"] = Row(need: .content)
        }
        let object = #"{"oid":"\#(String(repeating: "a", count: 64))","size":1}"#
        for prefix in ["", "/datasets", "/spaces"] {
            let base = "\(prefix)/{namespace}/{name}"
            rows["GET \(base)/info/refs"] = Row(need: .content, query: "service=git-upload-pack")
            rows["POST \(base)/git-upload-pack"] = Row(need: .content, body: "0000")
            rows["POST \(base)/git-receive-pack"] = Row(need: .propose, body: "0000")
            rows["GET \(base)/resolve/{revision}/**"] = Row(need: .content)
            rows["POST \(base)/ask-access"] = Row(need: .like, body: "{}")
            rows["GET \(base)/raw/{revision}/**"] = Row(need: .content)
            rows["POST \(base)/info/lfs/objects/batch"] = Row(
                need: .propose,
                body: #"{"operation":"upload","objects":[\#(object)]}"#
            )
            rows["GET \(base)/info/lfs/locks"] = Row(need: .content)
            rows["POST \(base)/info/lfs/locks"] = Row(need: .write, body: #"{"path":"a.bin"}"#)
            rows["POST \(base)/info/lfs/locks/verify"] = Row(need: .write, body: "{}")
            rows["POST \(base)/info/lfs/locks/{lock}/unlock"] = Row(need: .write, body: "{}")
            rows["POST \(base)/info/lfs/objects/verify"] = Row(need: .propose, body: object)
        }
        return rows
    }()

    /// A hub with an organisation, somebody in each role, and tokens that should not work.
    final class Stage: Sendable {
        let test: TestHub
        private let owner: Viewer
        /// Of discussions.
        private let author: Viewer
        private let tokens: [Caller: String]
        private let counter = Mutex(0)

        init(_ test: TestHub) async throws {
            self.test = test
            let accounts = test.hub.accounts
            var tokens: [Caller: String] = [:]
            for (caller, name) in [
                (Caller.stranger, "stranger"), (.granted, "granted"), (.reader, "reader"), (.writer, "writer"),
            ] {
                tokens[caller] = try await Self.user(name, accounts)
            }
            tokens[.admin] = try await Self.user("boss", accounts)
            _ = try await Self.user("extra", accounts)
            _ = try await accounts.createOrganisation(
                AccountName("acme"),
                fullName: nil,
                members: [
                    (try AccountName("reader"), .read), (try AccountName("writer"), .write),
                    (try AccountName("boss"), .admin),
                ],
                defaultVisibility: .public
            )
            let scope = TokenScope(entityType: "user", entityName: "boss", permissions: [.read, .write])
            tokens[.wrongScope] = try await accounts.createToken(
                for: AccountName("boss"),
                tokenName: "narrow",
                role: .fineGrained,
                scopes: [scope],
                lifetimeSeconds: nil
            ).text
            tokens[.expired] = try await accounts.createToken(
                for: AccountName("boss"),
                tokenName: "old",
                role: .write,
                scopes: [],
                lifetimeSeconds: 60
            ).text
            test.clock.advance(seconds: 3600)
            self.tokens = tokens
            owner = try await accounts.viewer(token: tokens[.admin])
            author = try await accounts.viewer(token: tokens[.writer])
        }

        private static func user(_ name: String, _ accounts: AccountService) async throws -> String {
            let name = try AccountName(name)
            return try await accounts.createUser(name, fullName: nil, email: nil, isAdmin: false).secret.text
        }

        /// Each question is about a new repo, so that what a caller may change does not matter to the next.
        func ask(_ route: String, _ row: Row, as caller: Caller, of setting: Setting, port: Int) async throws -> Answer
        {
            let parts = route.split(separator: " ", maxSplits: 1).map(String.init)
            let (method, pattern) = (try #require(parts.first), try #require(parts.last))
            let number = counter.withLock { count in
                count += 1
                return count
            }
            let name = "repo\(number)"
            let kind: RepoKind =
                pattern.hasPrefix("/datasets/") ? .dataset : pattern.hasPrefix("/spaces/") ? .space : row.kind
            try await makeRepo(name, kind, setting)
            var path = pattern
            for (key, value) in [
                ("{user}", "boss"), ("{organization}", "acme"), ("{member}", "extra"), ("{token}", "999999"),
                ("{kind}", kind.plural),
                ("{namespace}", "acme"), ("{revision}", "main"),
                ("{task}", "image-classification"),
                ("{status}", "accepted"), ("{repo}", String(repeating: "b", count: 24)), ("**", row.rest),
                ("{oid}", String(repeating: "a", count: 64)), ("{hash}", String(repeating: "a", count: 64)),
                ("{domain}", "1"), ("{lock}", "999999"), ("{epoch}", "1"), ("{prefix}", "default"), ("{id}", "1"),
                ("{ticket}", "none"), ("{number}", "1"), ("{comment}", String(repeating: "d", count: 24)),
                ("{webhook}", String(repeating: "e", count: 24)), ("{delivery}", "none"), ("{slug}", "none"),
                ("{item}", "none"), ("{attachment}", "none"),
                ("{name}", pattern.contains("/info/lfs") ? name + ".git" : name),
            ] { path = path.replacing(key, with: value) }
            if !row.query.isEmpty { path += "?" + row.query.replacing("{name}", with: name) }
            if row.need == .signature {
                let action = ["PUT": "upload", "POST": "complete"][method] ?? "download"
                path +=
                    "?action=\(action)&size=1&part=0&expires=9999999999&signature=" + String(repeating: "c", count: 64)
            }
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
            request.method = .RAW(value: method)
            if let token = tokens[caller] { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
            if !row.body.isEmpty {
                let body = row.body.replacing("{name}", with: name).replacing("{fresh}", with: name + "-new")
                request.headers.add(name: "Content-Type", value: row.type)
                request.body = .bytes(ByteBuffer(string: body))
            }
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            _ = try await response.body.collect(upTo: 1 << 20)
            return Answer(
                status: response.status.code,
                code: response.headers.first(name: "X-Error-Code") ?? ""
            )
        }

        private func makeRepo(_ name: String, _ kind: RepoKind, _ setting: Setting) async throws {
            var new = NewRepo(kind: kind, name: name, organisation: "acme")
            new.visibility = setting == .closed ? .private : .public
            if kind == .space { new.sdk = "static" }
            _ = try await test.hub.repos.create(new, baseURL: TestHub.baseURL, viewer: owner)
            let id = try RepoID("acme/\(name)")
            _ = try await test.hub.commits.commit(
                kind,
                id,
                .main,
                header: CommitHeader(summary: "files"),
                operations: [try await test.add("README.md", "# Hello"), try await test.add("folder/a.txt", "a")],
                viewer: owner
            )
            var discussion = DiscussionService.New(title: "first")
            discussion.isPullRequest = true
            _ = try await test.hub.discussions.open(kind, id, discussion, viewer: author)
            if setting == .gated { try await gate(kind, id) }
        }

        private func gate(_ kind: RepoKind, _ id: RepoID) async throws {
            try await test.hub.repos.updateSettings(kind, id, visibility: nil, gated: .some(.manual), viewer: owner)
            try await test.hub.access.grant(kind, id, to: AccountName("granted"), viewer: owner)
        }
    }
}
