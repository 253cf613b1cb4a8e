// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let oauth = APITag(
        name: "OAuth",
        summary: "The hub as OAuth 2 and OpenID Connect provider; docs/sign-on.md.",
        operations: [
            APIOperation(
                .get,
                "/.well-known/openid-configuration",
                also: ["/.well-known/oauth-authorization-server"],
                "Where everything is",
                .json(.object(["issuer": .address, "token_endpoint": .address, "jwks_uri": .address]))
            ),
            APIOperation(
                .get,
                "/oauth/jwks",
                "Keys that ID tokens are signed with",
                .json(.object(["keys": .list(.object(["kty": .text, "kid": .text]))]))
            ),
            APIOperation(
                .post,
                "/oauth/device",
                "Begin signing in from a device (RFC 8628)",
                access: .client,
                body: .jsonOrForm(.object(["client_id?": .text.like("hubctl"), "scope?": .text])),
                .json(.ref("DeviceCode"))
            ),
            APIOperation(
                .post,
                "/oauth/token",
                "Get tokens for a code, or for a refresh token",
                access: .client,
                body: .jsonOrForm(
                    .object([
                        "grant_type": .words(
                            "authorization_code",
                            "refresh_token",
                            "urn:ietf:params:oauth:grant-type:device_code"
                        ), "client_id?": .text, "client_secret?": .text, "code?": .text, "code_verifier?": .text,
                        "redirect_uri?": .text, "device_code?": .text, "refresh_token?": .text,
                    ])
                ),
                .json(.ref("OAuthTokens"))
            ),
            APIOperation(
                .post,
                "/oauth/revoke",
                "Revoke a token (RFC 7009)",
                access: .client,
                body: .jsonOrForm(.object(["token": .text, "client_id?": .text, "client_secret?": .text])),
                .json(.object([:]), "Revoked, or unknown.")
            ),
            APIOperation(.get, "/oauth/userinfo", "Who has signed in", access: .token, .json(.ref("UserInfo"))),
            APIOperation(.post, "/oauth/userinfo", "The same", access: .token, .json(.ref("UserInfo"))),
            APIOperation(
                .get,
                "/oauth/authorize",
                "Where a program sends its user's browser",
                about: "A page that asks; the browser comes back to `redirect_uri` with `code`.",
                access: .session,
                parameters: [
                    .needed("client_id", .text, "The program."), .needed("redirect_uri", .text, "As registered."),
                    .needed("response_type", .words("code"), "Always `code`."), .query("scope", .text, "Words."),
                    .query("state", .text, "Comes back."), .query("nonce", .text, "For the ID token."),
                    .query("code_challenge", .text, "PKCE."), .query("code_challenge_method", .words("S256"), "PKCE."),
                    .query("prompt", .words("none", "consent", "login"), "`none`: no page."),
                ],
                .text("The page.", type: "text/html"),
                .empty(303, "To sign in first, or back with what is wrong.", "Location")
            ),
            APIOperation(
                .post,
                "/oauth/authorize",
                "What that page sends",
                access: .session,
                body: .form(.object(["form_key": .text, "decision": .words("approve", "refuse")])),
                .empty(303, "Back to the program.", "Location")
            ),
            APIOperation(
                .get,
                "/oauth/device",
                "Where a device sends its user",
                access: .session,
                parameters: [.query("user_code", .text, "What the device shows.")],
                .text("A page that asks.", type: "text/html"),
                .empty(303, "To sign in first.", "Location")
            ),
            APIOperation(
                .post,
                "/oauth/device/decision",
                "What that page sends",
                access: .session,
                body: .form(.object(["form_key": .text, "user_code": .text, "decision": .words("approve", "refuse")])),
                .text("A page that says so.", type: "text/html")
            ),
        ]
    )
}
