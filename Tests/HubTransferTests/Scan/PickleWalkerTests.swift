// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubTransfer
import Testing

@Suite struct PickleWalkerTests {
    private func walk(_ bytes: [UInt8], piece: Int = .max) -> PickleWalker {
        var walker = PickleWalker()
        var rest = bytes[...]
        while !rest.isEmpty {
            walker.feed(rest.prefix(piece))
            rest = rest.dropFirst(piece)
        }
        walker.finish()
        return walker
    }

    private let system = PickleImport(module: "posix", name: "system")

    /// What Python 3.11 writes for an object that loads as `os.system("true")`, protocols 0, 2 and 4.
    private static let evil: [[UInt8]] = [
        Array("cposix\nsystem\np0\n(Vtrue\np1\ntp2\nRp3\n.".utf8),
        [0x80, 2] + Array("cposix\nsystem\nq\0X".utf8) + [4, 0, 0, 0] + Array("trueq".utf8) + [1, 0x85]
            + Array("q".utf8) + [2] + Array("Rq".utf8) + [3, 0x2e],
        [0x80, 4, 0x95, 0x1f, 0, 0, 0, 0, 0, 0, 0, 0x8c, 5] + Array("posix".utf8) + [0x94, 0x8c, 6]
            + Array("system".utf8) + [0x94, 0x93, 0x94, 0x8c, 4] + Array("true".utf8) + [0x94, 0x85, 0x94, 0x52, 0x94]
            + [0x2e],
    ]

    @Test(arguments: evil, [1, 3, 1000])
    func `imports are found in each protocol, fed in pieces of any length`(pickle: [UInt8], piece: Int) {
        let walker = walk(pickle, piece: piece)
        #expect(walker.imports == [system])
        #expect(walker.end == .complete)
        #expect(walker.pickles == 1)
        #expect(walker.calls)
    }

    @Test func `names that come out of the memo are followed`() {
        // 'posix' and 'system' are put into the memo, dropped, and fetched again.
        let pickle: [UInt8] =
            [0x80, 4, 0x8c, 5] + Array("posix".utf8) + [0x71, 9, 0x30, 0x8c, 6] + Array("system".utf8)
            + [0x71, 7, 0x30, 0x68, 9, 0x68, 7, 0x93, 0x2e]
        #expect(walk(pickle).imports == [system])
    }

    @Test func `a name that is worked out is dangerous`() {
        let walker = walk([0x80, 4, 0x4b, 1, 0x4b, 2, 0x93, 0x2e])
        #expect(walker.imports == [.unknown])
        #expect(PickleImport.unknown.safety == .dangerous)
    }

    @Test func `an import before broken opcodes counts`() {
        let walker = walk(Array("cos\nsystem\n(S'true'\ntR".utf8) + [0xff, 0xff])
        #expect(walker.imports.map(\.safety) == [.dangerous])
        #expect(walker.end == .malformed)
    }

    @Test func `what follows whole pickles is not one`() {
        let walker = walk([0x80, 2, 0x4b, 1, 0x2e] + [UInt8](repeating: 0x63, count: 5000))
        #expect(walker.end == .complete)
        #expect(walker.pickles == 1)
        #expect(walker.imports.isEmpty)
    }

    @Test func `long strings are skipped and bombs are not followed`() {
        var walker = PickleWalker()
        walker.feed([0x80, 4, 0x8e, 0, 0, 0, 0, 0, 1, 0, 0])
        #expect(walker.skippable == 1 << 40)
        walker.skip(1 << 40)
        walker.feed([0x2e])
        walker.finish()
        #expect(walker.end == .complete)
        #expect(walk([UInt8](repeating: 0x28, count: 3 << 20)).end == .tooComplex)
    }

    @Test(arguments: [
        ("collections", "OrderedDict", PickleImport.Safety.innocuous),
        ("torch._utils", "_rebuild_tensor_v2", .innocuous),
        ("torch", "FloatStorage", .innocuous), ("builtins", "eval", .dangerous), ("os.path", "join", .dangerous),
        ("torch.hub", "load", .dangerous), ("torch.jit._script", "x", .dangerous),
        ("sklearn.svm._classes", "SVC", .suspicious), ("collections", "OrderedDict.__init__.__globals__", .dangerous),
        ("numpy", "float64", .innocuous), ("numpy", "load", .dangerous),
    ])
    func `imports are rated`(module: String, name: String, safety: PickleImport.Safety) {
        #expect(PickleImport(module: module, name: name).safety == safety)
    }

    @Test func `inflate unpacks what zlib packed and stops at its limit`() throws {
        // zlib.compress(b"vitrine " * 40)[2:-4]
        let packed: [UInt8] = [
            0x2b, 0xcb, 0x2c, 0x29, 0xca, 0xcc, 0x4b, 0x55, 0x28, 0x1b, 0xa5, 0xc9, 0xa2, 0x01,
        ]
        let text = String(repeating: "vitrine ", count: 40)
        #expect(String(decoding: try Inflate.unpack(packed, limit: 1000).bytes, as: UTF8.self) == text)
        #expect(throws: Inflate.Malformed.self) { try Inflate.unpack([0x07, 0xff], limit: 10) }
        let stored: [UInt8] = [1, 3, 0, 0xfc, 0xff, 97, 98, 99]
        #expect(try Inflate.unpack(stored, limit: 10).bytes == Array("abc".utf8))
        #expect(try Inflate.unpack(stored, limit: 2).isWhole == false)
    }

    @Test func `secrets are found by shape, samples are not`() {
        let real = "hf" + "_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH"
        let found = SecretPatterns.find(in: "a\n\(real)\n".utf8)
        #expect(found == [SecretPatterns.Finding(kind: "Hugging Face token", line: 2)])
        for sample in [
            "hf_" + String(repeating: "x", count: 34), "AKIAIOSFODNN7EXAMPLE", "api_key = os.environ['KEY_OF_SERVICE']",
        ] {
            #expect(SecretPatterns.find(in: sample.utf8).isEmpty, "\(sample)")
        }
    }
}
