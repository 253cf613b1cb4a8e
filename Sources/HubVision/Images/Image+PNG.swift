// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CImage
import HubCore

extension Image {
    /// The picture as a PNG file.
    ///
    /// Throws `HubError.internal` when the library refuses, which means that there is no memory.
    public func pngEncoded() throws -> [UInt8] {
        guard let width = UInt32(exactly: width), let height = UInt32(exactly: height) else {
            throw HubError(.tooLarge, "An image of \(width) × \(height) pixels cannot be a PNG")
        }
        var encoded: UnsafeMutablePointer<UInt8>?
        var count = 0
        let status = withSamples {
            hub_image_encode_png($0.baseAddress, width, height, Int32(channels), &encoded, &count)
        }
        guard status == 0, let encoded else { throw HubError(.internal, "An image could not be encoded as PNG") }
        defer { hub_image_free_bytes(encoded) }
        return Array(UnsafeBufferPointer(start: encoded, count: count))
    }
}
