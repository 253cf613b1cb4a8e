// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    /// From the list that the routes are made of.
    static let elsewhere = APITag(
        name: "Not on this hub",
        summary:
            "Calls that clients make and this hub does not answer: 404 where that means \u{201C}not here\u{201D}, 501 elsewhere.",
        operations: LaterRoutes.all.map { method, path, what in
            APIOperation(method, path, what, rest: "Anything.")
        }
    )
}
