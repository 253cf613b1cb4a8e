// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import Testing

@Suite struct AccountNameTests {
    @Test(arguments: ["a", "Ada", "a-b", "a_b.c", "_x_", "0", String(repeating: "n", count: 42), "apis"])
    func `a name is taken as written`(text: String) throws {
        #expect(try AccountName(text).text == text)
    }

    @Test(arguments: [
        "", "-a", "a-", ".a", "a.", "a--b", "a..b", "a b", "a/b", "ü", "a\n", "a\0", String(repeating: "n", count: 43),
        "api", "API", "Datasets", "spaces", "resolve", "robots.txt", "a\u{301}",
    ])
    func `a bad or reserved name is refused`(text: String) {
        #expect(codeThrown { try AccountName(text) } == .badRequest)
    }

    @Test func `case does not tell names apart`() throws {
        #expect(try AccountName("Ada") == AccountName("aDA"))
        #expect(try Set([AccountName("Ada"), AccountName("ada")]).count == 1)
        #expect(try AccountName("Ada") != AccountName("Adb"))
    }
}

@Suite struct RepoIDTests {
    @Test func `an id parts at the slash`() throws {
        let id = try RepoID("Ada/My-Model.v2")
        #expect(id.namespace.text == "Ada")
        #expect(id.name == "My-Model.v2")
        #expect(id.nameKey == "my-model.v2")
        #expect("\(id)" == "Ada/My-Model.v2")
        #expect(try id == RepoID("ada/my-model.V2"))
        #expect(try Set([id, RepoID("ADA/MY-MODEL.V2")]).count == 1)
    }

    @Test(arguments: [
        "", "ada", "ada/", "/m", "a/b/c", "ada/m.git", "ada/m.GIT", "ada/m.ipynb", "ada/-m", "ada/m.", "ada/m--n",
        "ada/m..n", "ada/m n", "api/m", "ada/\u{301}m", "ada/" + String(repeating: "m", count: 97),
    ])
    func `an id that is none is refused`(text: String) {
        #expect(codeThrown { try RepoID(text) } == .badRequest)
    }

    @Test func `96 characters are a name`() throws {
        #expect(try RepoID("ada/" + String(repeating: "m", count: 96)).name.count == 96)
    }
}

@Suite struct RefNameTests {
    /// What `git check-ref-format refs/heads/NAME` says, and a few it leaves to the caller.
    @Test(arguments: [
        "main", "v1.0", "feature/x", "a.b/c", "é", "a@b", "x@", "a{b", "lock", "a.lockx", "refs/pr/1",
        String(repeating: "b", count: 250),
    ])
    func `git accepts it`(name: String) {
        #expect(RefName.isValid(name))
    }

    @Test(arguments: [
        "", "@", "HEAD", "-a", ".a", "a/.b", "a.", "a.lock", "a.lock/b", "a..b", "a/", "/a", "a//b", "a b", "a~", "a^",
        "a:b", "a?", "a*", "a[b", "a\\b", "a@{b", "a\nb", "a\u{7F}", String(repeating: "b", count: 251),
        "a/.\u{2E}\u{301}b", "a.\u{2E}\u{301}b", "a\u{2F}\u{301}.lock/b",
    ])
    func `git refuses it`(name: String) {
        #expect(!RefName.isValid(name))
        #expect(codeThrown { try RefName.check(name, what: "branch") } == .badRequest)
    }
}

@Suite struct RevisionTests {
    @Test func `a whole id is an oid and a short one a prefix`() throws {
        let hex = "CE013625030ba8dba906f756967f9e9ca394464a"
        #expect(try Revision(hex).oid?.hex == hex.lowercased())
        #expect(try Revision(hex).oidPrefix == nil)
        #expect(try Revision("CE01362").oidPrefix == "ce01362")
        #expect(try Revision("ce0136").oidPrefix == nil)
        #expect(try Revision("branch7").oidPrefix == nil)
        #expect(Revision.main.text == "main")
    }

    @Test(arguments: ["", "a b", "../x", "a\0b", "main~1", "HEAD"])
    func `what can name nothing is not found`(text: String) {
        #expect(codeThrown { try Revision(text) } == .revisionNotFound)
    }
}
