// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Synchronization

/// The uploads in parts that this process knows of, so that everyone who works on one shares its state.
///
/// All calls run on the ``DiskPool``: the lock is held over a rename.
final class PartialUploads: Sendable {
    let files: BlobFiles
    private let uploads = Mutex<[String: PartialUpload]>([:])

    init(files: BlobFiles) { self.files = files }

    /// The upload of that name with one more user; the caller calls ``PartialUpload/release()`` in the end.
    func open(_ id: BlobID, _ geometry: PartGeometry) -> PartialUpload {
        let name = BlobLayout.partialName(id, size: geometry.size, partSize: geometry.partSize)
        return uploads.withLock { uploads in
            let upload = uploads[name] ?? PartialUpload(name: name, id: id, geometry: geometry, files: files)
            uploads[name] = upload
            upload.retain()
            return upload
        }
    }

    /// Forgets an upload and removes its folder; one opened after this starts anew.
    func drop(_ upload: PartialUpload) throws {
        let trash: String? = try uploads.withLock { uploads in
            guard uploads[upload.name] === upload else { return nil }
            uploads[upload.name] = nil
            return try moveAway(upload.name)
        }
        if let trash { try FileSystem.removeFolder(trash) }
    }

    /// Removes uploads without users that nobody has written to since `moment`; returns the bytes freed.
    func removeStale(before moment: Timestamp) throws -> Int64 {
        var freed: Int64 = 0
        for name in try FileSystem.list(files.layout.parts) {
            let trash: String? = try uploads.withLock { uploads in
                if let upload = uploads[name], upload.isUsed { return nil }
                guard try lastWrite(name).map({ $0 < moment }) ?? false else { return nil }
                let trash = try moveAway(name)
                uploads[name] = nil
                return trash
            }
            if let trash { freed += try files.removeFolder(trash) }
        }
        return freed
    }

    /// Renames an upload's folder out of the way in one step, so that a new one may start while the files go.
    private func moveAway(_ name: String) throws -> String? {
        let folder = files.layout.partialFolder(name)
        guard try FileSystem.status(folder) != nil else { return nil }
        let trash = files.layout.temporary(BlobLayout.temporaryName())
        try FileSystem.move(folder, to: trash)
        return trash
    }

    /// The later of the last marker made and the last byte written; `nil` if there is no such folder.
    private func lastWrite(_ name: String) throws -> Timestamp? {
        guard let folder = try FileSystem.status(files.layout.partialFolder(name)), folder.isFolder else { return nil }
        guard let data = try FileSystem.status(files.layout.partialData(name)) else { return folder.modified }
        return max(folder.modified, data.modified)
    }
}
