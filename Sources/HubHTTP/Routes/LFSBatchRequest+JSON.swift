// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

extension LFSBatchRequest {
    /// From the body of the batch request of the git-lfs protocol.
    /// - Throws: ``HubError/Code/unprocessable`` naming what is missing or not supported.
    init(json body: JSONValue) throws {
        guard let operation = Operation(rawValue: try body.required("operation")) else {
            throw HubError(.unprocessable, "\"operation\" must be upload or download")
        }
        if let algorithm = try body.optional("hash_algo"), !["sha256", "sha_256"].contains(algorithm) {
            throw HubError(.unprocessable, "\"hash_algo\" must be sha256")
        }
        let objects = try (body["objects"]?.arrayValue ?? []).map { object -> Object in
            guard let size = object["size"]?.intValue else {
                throw HubError(.unprocessable, "\"size\" of an object must be its bytes")
            }
            return Object(oid: try object.required("oid"), size: size)
        }
        self.init(
            operation: operation,
            transfers: body["transfers"]?.arrayValue?.compactMap(\.stringValue) ?? ["basic"],
            objects: objects
        )
    }
}
