// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubVision

/// Pictures of all formats, as a stranger posts them.
extension FuzzTarget {
    static let image = FuzzTarget("image", run: ImageFuzz.run)
}

private enum ImageFuzz {
    static func run(_ bytes: [UInt8]) {
        do {
            let image = try ImageDecoder(maximumPixels: 1 << 18).decode(bytes)
            precondition(image.sampleCount == image.width * image.height * 3, "all pixels are there")
            precondition(image.width * image.height <= 1 << 18, "the limit holds")
        } catch {
            precondition(error is HubError, "errors are ours")
        }
    }
}
