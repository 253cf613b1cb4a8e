// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import HubHTTP

@Suite struct QueryItemsTests {
    @Test func `repeated keys, brackets and commas make one list`() throws {
        let items = try QueryItems("expand=a&x=1&expand[]=b&expand%5B%5D=c&expand=d,e")
        #expect(items.all("expand") == ["a", "b", "c", "d,e"])
        #expect(items.all("expand", splittingCommas: true) == ["a", "b", "c", "d", "e"])
        #expect(items["x"] == "1")
        #expect(items["y"] == nil)
    }

    @Test func `plus and escapes are decoded`() throws {
        #expect(try QueryItems("q=a+b%20c%2Bd%C3%A9")["q"] == "a b c+dé")
        #expect(try QueryItems("a=b=c&&d")["a"] == "b=c")
    }

    @Test(arguments: [("b=true", true), ("b=True", true), ("b=1", true), ("b", true), ("b=false", false), ("", false)])
    func `booleans`(_ query: String, _ expected: Bool) throws {
        #expect(try QueryItems(query).bool("b") == expected)
    }

    @Test(arguments: ["q=%", "q=%4", "q=%zz", "q=%00", "q=%FF", "%C3=1"])
    func `a broken escape is a bad request`(_ query: String) throws {
        let error = #expect(throws: HubError.self) { try QueryItems(query) }
        #expect(error?.code == .badRequest)
    }

    @Test func `numbers stay in their range`() throws {
        #expect(try QueryItems("limit=5").int("limit", in: 1...10) == 5)
        #expect(throws: HubError.self) { try QueryItems("limit=11").int("limit", in: 1...10) }
        #expect(throws: HubError.self) { try QueryItems("limit=99999999999999999999").int("limit", in: 1...10) }
    }
}
