// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import hubctl

@Suite struct ProgressStateTests {
    @Test func `the total names files, bytes, rate and time left`() {
        var state = ProgressState(verb: "pushing")
        state.expect(files: 2, bytes: 4_000_000)
        let file = state.begin("a.bin", bytes: 4_000_000)
        state.advance(file, by: 1_000_000, now: 1)
        #expect(state.total(now: 1) == "pushing 0/2 files  1.00 MB of 4.00 MB  1.00 MB/s  3s left")
    }

    @Test func `the rate forgets what is long past`() {
        var state = ProgressState(verb: "pulling")
        state.expect(files: 1, bytes: 100_000)
        let file = state.begin("a", bytes: 100_000)
        for second in 1...30 { state.advance(file, by: second <= 20 ? 1000 : 10, now: Double(second)) }
        #expect(abs(state.rate(now: 30) - 10) < 2)
    }

    @Test func `what is there already counts as done and not as moved`() {
        var state = ProgressState(verb: "pulling")
        state.expect(files: 1, bytes: 100)
        let file = state.begin("a", bytes: 100)
        state.credit(file, bytes: 60)
        #expect(state.bytesDone == 60)
        #expect(state.bytesMoved == 0)
        #expect(state.remaining(now: 5) == nil)
    }

    @Test func `a failed attempt is taken back`() {
        var state = ProgressState(verb: "pushing")
        let file = state.begin("a", bytes: 100)
        state.advance(file, by: 70, now: 1)
        state.advance(file, by: -70, now: 2)
        #expect(state.bytesDone == 0)
        #expect(state.rate(now: 2) >= 0)
    }

    @Test(arguments: [20, 40, 79, 200])
    func `no line is wider than the terminal`(width: Int) {
        var state = ProgressState(verb: "pushing")
        state.expect(files: 20, bytes: 1 << 40)
        for index in 0..<9 {
            let file = state.begin("folder/with/a/long/name/number-\(index).safetensors", bytes: 1 << 33)
            state.advance(file, by: 1 << 30, now: 3)
        }
        let lines = state.lines(width: width, now: 3)
        #expect(lines.count == 8)
        #expect(lines.allSatisfy { $0.count <= width })
    }

    @Test func `a long name keeps its beginning and its extension`() {
        #expect(ProgressState.shorten("abcdefghijklmnop.bin", to: 11) == "abcde…p.bin")
        #expect(ProgressState.shorten("abc", to: 5) == "abc  ")
    }
}
