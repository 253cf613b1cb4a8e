// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import hubctl

@Suite struct OrgMemberTests {
    @Test(arguments: [("alice", Role.write), ("alice:admin", .admin), ("alice:read", .read)])
    func `a member has a role, write if none is named`(text: String, role: Role) {
        #expect(OrgMember(text)?.user == "alice")
        #expect(OrgMember(text)?.role == role)
    }

    @Test(arguments: ["", ":admin", "alice:", "alice:boss", "a:b:c"])
    func `anything else is no member`(text: String) {
        #expect(OrgMember(text) == nil)
    }
}
