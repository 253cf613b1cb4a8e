// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import HubHTTP

@Suite struct RepoRedirectTests {
    @Test(arguments: [
        ("/api/models/ada/old", "/api/models/org/new"),
        (
            "/api/models/ada/old/tree/refs%2Fpr%2F1/a%20b?recursive=true",
            "/api/models/org/new/tree/refs%2Fpr%2F1/a%20b?recursive=true"
        ),
        ("/ada/old/resolve/main/ada/old", "/org/new/resolve/main/ada/old"),
        ("/datasets/ADA/Old/resolve/main/x", "/datasets/org/new/resolve/main/x"),
        ("/ada/old.git/info/lfs/objects/batch", "/org/new.git/info/lfs/objects/batch"),
        ("/%61da/old", "/org/new"),
    ])
    func `only the name changes`(from: String, to: String) throws {
        let move = RepoMove(from: try RepoID("ada/old"), to: try RepoID("org/new"))
        #expect(RepoRedirect.location(of: from, move) == to)
    }

    @Test(arguments: ["/api/repos/move", "/", "", "/api/models/ada/other", "/a/b/c/d/e/ada/old"])
    func `an address without the name leads nowhere`(from: String) throws {
        let move = RepoMove(from: try RepoID("ada/old"), to: try RepoID("org/new"))
        #expect(RepoRedirect.location(of: from, move) == nil)
    }
}
