// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubBlobs
import HubCore
import HubStore

extension Hub {
    /// Opens the hub that lives in a folder, and makes it if it is not there.
    ///
    /// Takes no lock: `hubctl admin` works while `hubd` serves. The server itself holds a `DataFolderLock`.
    /// - Throws: ``HubError/Code/unavailable`` if the folder cannot be used.
    public static func open(dataFolder: String, limits: HubLimits = HubLimits()) async throws -> Hub {
        do {
            try FileManager.default.createDirectory(atPath: dataFolder, withIntermediateDirectories: true)
        } catch {
            throw HubError(.unavailable, "The data folder \(dataFolder) cannot be made", cause: error)
        }
        return try await Hub(
            store: try MetadataStore(path: dataFolder + "/" + databaseName),
            blobs: try await LocalBlobStore(dataFolder: dataFolder),
            limits: limits
        )
    }

    /// The database's name in the data folder.
    public static let databaseName = "hub.sqlite3"
}
