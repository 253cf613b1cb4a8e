// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let settings = APITag(
        name: "Settings",
        summary: "One's own profile, password and browsers.",
        operations: [
            APIOperation(.get, "/api/settings/profile", "One's profile", access: .token, .json(.any)),
            APIOperation(
                .patch,
                "/api/settings/profile",
                "Change it",
                access: .token,
                body: .json(.object(["fullname": .text, "email": .text])),
                .json(.any)
            ),
            APIOperation(
                .put,
                "/api/settings/password",
                "Set a password",
                about: "All other sessions end.",
                access: .token,
                body: .json(.object(["current": .text, "password": .text, "repeat": .text])),
                .done
            ),
            APIOperation(.get, "/api/settings/sessions", "Browsers that are signed in", access: .token, .json(.any)),
            APIOperation(
                .delete,
                "/api/settings/sessions",
                "Sign all other browsers out",
                access: .token,
                .json(.object(["ended": .count]))
            ),
            APIOperation(
                .delete,
                "/api/settings/sessions/{session}",
                "Sign a browser out",
                access: .token,
                .done
            ),
        ]
    )
}
