// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CImage
import HubCore

/// Turns the bytes of a picture into pixels, as the reference library's `load_image` does: the first frame, turned as
/// EXIF asks, as RGB. Opacity is dropped, not blended.
public struct ImageDecoder: Sendable {
    /// Larger files are refused, in bytes.
    public var maximumBytes: Int
    /// Larger pictures are refused before memory is asked for; width times height.
    public var maximumPixels: Int

    /// - Parameters:
    ///   - maximumBytes: Bytes of the file; 64 MiB unless said otherwise.
    ///   - maximumPixels: Width times height; 50 million unless said otherwise. A progressive JPEG takes about nine
    ///     bytes of memory a pixel while it is decoded, others three to seven.
    public init(maximumBytes: Int = 64 << 20, maximumPixels: Int = 50_000_000) {
        self.maximumBytes = maximumBytes
        self.maximumPixels = maximumPixels
    }

    /// Decodes one picture.
    ///
    /// Throws `HubError`: `tooLarge` past the limits, `unsupported` for a format or variant that is not read,
    /// `unprocessable` for damaged bytes, `overloaded` when there is no memory.
    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> Image {
        guard bytes.count > 0 else { throw HubError(.unprocessable, "The image is empty") }
        guard bytes.count <= maximumBytes else {
            throw HubError(.tooLarge, "The image has \(bytes.count) bytes; at most \(maximumBytes) are read")
        }
        guard let format = ImageFormat(sniffing: bytes) else {
            throw HubError(.unsupported, "The input is no image of a known format (\(Self.formatNames))")
        }
        switch format {
        case .bmp:
            return try BMPDecoder.decode(bytes, maximumPixels: maximumPixels)
        case .jpeg:
            return try decode(bytes, with: hub_image_decode_jpeg).image.oriented(Orientation.ofJPEG(bytes))
        case .png:
            return try decode(bytes, with: hub_image_decode_png).image.oriented(Orientation.ofPNG(bytes))
        case .webp:
            return try decode(bytes, with: hub_image_decode_webp).image.oriented(Orientation.ofWebP(bytes))
        case .gif:
            return try decode(bytes, with: hub_image_decode_gif).image
        case .tiff:
            let (image, orientation) = try decode(bytes, with: hub_image_decode_tiff)
            return image.oriented(orientation)
        }
    }

    /// Decodes one picture; errors as of `decode(_:)` on raw bytes.
    public func decode(_ bytes: some Collection<UInt8>) throws -> Image {
        if let image = try bytes.withContiguousStorageIfAvailable({ try decode(UnsafeRawBufferPointer($0)) }) {
            return image
        }
        return try Array(bytes).withUnsafeBytes { try decode($0) }
    }

    static let formatNames = ImageFormat.allCases.map(\.rawValue).joined(separator: ", ")

    private typealias Decode = (UnsafePointer<UInt8>?, Int, UInt64, UnsafeMutablePointer<hub_image>?) -> Void

    private func decode(_ bytes: UnsafeRawBufferPointer, with decode: Decode) throws -> (image: Image, orientation: Int)
    {
        var result = hub_image()
        decode(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, UInt64(max(0, maximumPixels)), &result)
        guard result.status == HUB_IMAGE_OK, let pixels = result.pixels else { throw Self.error(&result) }
        nonisolated(unsafe) let owned = result
        let count = Int(result.width) * Int(result.height) * 3
        let memory = TensorMemory(UnsafeRawBufferPointer(start: pixels, count: count)) {
            var image = owned
            hub_image_free(&image)
        }
        guard let image = Image(width: Int(result.width), height: Int(result.height), channels: 3, memory: memory)
        else {
            throw HubError(.internal, "A decoded image has an impossible size")
        }
        return (image, Int(result.orientation))
    }

    private static func error(_ result: inout hub_image) -> HubError {
        let message = withUnsafeBytes(of: &result.message) { text in
            String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        let code: HubError.Code =
            switch Int(result.status) {
            case HUB_IMAGE_TOO_LARGE: .tooLarge
            case HUB_IMAGE_UNSUPPORTED: .unsupported
            case HUB_IMAGE_NO_MEMORY: .overloaded
            default: .unprocessable
            }
        return HubError(code, "The image cannot be decoded: \(message)")
    }
}
