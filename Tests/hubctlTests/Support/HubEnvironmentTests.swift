// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import hubctl

@Suite struct HubEnvironmentTests {
    @Test func `without variables all lies in the home folder`() {
        let environment = HubEnvironment(["HOME": "/home/a"])
        #expect(environment.endpoint == "http://127.0.0.1:8080")
        #expect(environment.token == nil)
        #expect(environment.tokenPath == "/home/a/.cache/huggingface/token")
        #expect(environment.cache == "/home/a/.cache/huggingface/hub")
        #expect(!environment.isPlain)
    }

    @Test func `HF_HOME moves the token and the cache`() {
        let environment = HubEnvironment(["HOME": "/home/a", "HF_HOME": "~/hf/"])
        #expect(environment.tokenPath == "/home/a/hf/token")
        #expect(environment.cache == "/home/a/hf/hub")
    }

    @Test func `the variables of their own go before HF_HOME`() {
        let environment = HubEnvironment([
            "HOME": "/home/a", "HF_HOME": "/x", "HF_HUB_CACHE": "/cache", "HF_TOKEN_PATH": "/t", "XDG_CACHE_HOME": "/y",
        ])
        #expect(environment.cache == "/cache")
        #expect(environment.tokenPath == "/t")
    }

    @Test func `a token loses the white space around it`() {
        #expect(HubEnvironment(["HF_TOKEN": " hf_abc\n"]).token == "hf_abc")
        #expect(HubEnvironment(["HF_TOKEN": " \n"]).token == nil)
    }

    @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
    func `colours can be unwanted`(variables: [String: String]) {
        #expect(HubEnvironment(variables).isPlain)
    }

    @Test(arguments: [("1", true), ("True", true), ("0", false), ("", false)])
    func `chunks can be unwanted`(value: String, isUnwanted: Bool) {
        #expect(HubEnvironment(["HF_HUB_DISABLE_XET": value]).disablesXet == isUnwanted)
        #expect(!HubEnvironment([:]).disablesXet)
    }
}
