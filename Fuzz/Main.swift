// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation

private let chosen = FuzzTarget.named(ProcessInfo.processInfo.environment["HUB_FUZZ_TARGET"] ?? "")

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
