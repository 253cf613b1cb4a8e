// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@Suite struct HexTests {
    @Test func `every byte survives the way there and back`() {
        let bytes = Array(UInt8.min...UInt8.max)
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        #expect(Hex.encode([0x00, 0x0A, 0xFF]) == "000aff")
    }

    @Test func `upper case is read`() {
        #expect(Hex.decode("00AbFF") == [0, 0xAB, 0xFF])
        #expect(Hex.decode("") == [])
    }

    @Test(arguments: ["0", "abc", "0g", "0x", " 0", "００", "0\u{301}0"])
    func `what is not hex is nothing`(text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test func `oids have exactly their length`() {
        let forty = String(repeating: "a", count: 40)
        #expect(GitOID(hex: forty)?.hex == forty)
        #expect(GitOID(hex: forty + "aa") == nil)
        #expect(GitOID(hex: forty.dropLast()) == nil)
        #expect(GitOID(bytes: [UInt8](repeating: 1, count: 19)) == nil)
        #expect(BlobID(hex: forty) == nil)
        #expect(BlobID(hex: forty + String(repeating: "B", count: 24))?.hex.hasSuffix("bb") == true)
        #expect(BlobID(bytes: [UInt8](repeating: 1, count: 33)) == nil)
    }
}
