// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubVision

/// A question as clients write it: a picture's bytes, or JSON with the picture in base64.
struct WorkerInput {
    let image: Image
    let parameters: VisionParameters
    /// A picture of what to look for.
    let query: Image?

    /// - Throws: `HubError`: `badRequest` that names the member, else as of the decoder.
    init(_ body: [UInt8]) throws {
        // No format of pictures begins like an object.
        guard body.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") else {
            image = try ImageDecoder().decode(body)
            parameters = VisionParameters()
            query = nil
            return
        }
        let json: JSONValue
        do { json = try JSONValue(parsing: body) } catch {
            throw HubError(.badRequest, "The request body is not JSON: \(error)", cause: error)
        }
        let inputs = json["inputs"]
        guard let text = inputs?.stringValue ?? inputs?["image"]?.stringValue ?? json["image"]?.stringValue else {
            throw HubError(.badRequest, "inputs must be an image in base64")
        }
        image = try Self.picture(text, "inputs")
        let wanted = inputs?["query_image"] ?? json["parameters"]?["query_image"]
        if let wanted, !wanted.isNull {
            query = try Self.picture(wanted.stringValue ?? "", "query_image")
        } else {
            query = nil
        }
        var members = json["parameters"]?.objectValue ?? JSONObject()
        for key in ["question", "candidate_labels"] where members[key] == nil {
            members[key] = inputs?[key] ?? json[key]
        }
        parameters = try VisionParameters(json: .object(members))
    }

    private static func picture(_ text: String, _ name: String) throws -> Image {
        var encoded = text.utf8[...]
        if text.hasPrefix("data:"), let comma = encoded.firstIndex(of: UInt8(ascii: ",")) {
            encoded = encoded[encoded.index(after: comma)...]
        }
        guard !encoded.isEmpty, let bytes = Base64.decode(encoded) else {
            throw HubError(.badRequest, "\(name) is not an image in base64; addresses are not fetched")
        }
        return try ImageDecoder().decode(bytes)
    }
}
