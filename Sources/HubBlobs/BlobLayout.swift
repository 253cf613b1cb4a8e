// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Where everything of the blob store lies; the only file that joins paths.
///
/// ```
/// <data>/
/// ├── hub.lock                                    held by the running hubd, see DataFolderLock
/// ├── blobs/
/// │   └── sha256/ab/cd/<64 hex>                   one blob, mode 0444; ab and cd are its first four digits
/// ├── damaged/<64 hex>                            bytes found not to have that digest, for the operator to look at
/// └── ingest/                                     same file system as blobs/
///     ├── <random>.tmp                            a blob on its way in, or a folder on its way out
///     └── parts/<sha256>-<size>-<partSize>/
///         ├── data                                sparse; each part at its own offset
///         └── <n>.done                            empty; part n (from 1) is in `data` and on disk
/// ```
struct BlobLayout: Sendable {
    static let temporarySuffix = ".tmp"
    static let doneSuffix = ".done"

    /// The data folder, without a slash at the end.
    let dataFolder: String

    init(dataFolder: String) {
        var path = Substring(dataFolder)
        while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
        self.dataFolder = String(path)
    }

    var lock: String { "\(dataFolder)/hub.lock" }
    var blobs: String { "\(dataFolder)/blobs" }
    var digests: String { "\(blobs)/sha256" }
    var ingest: String { "\(dataFolder)/ingest" }
    var parts: String { "\(ingest)/parts" }
    var damaged: String { "\(dataFolder)/damaged" }
    func damaged(_ id: BlobID) -> String { "\(damaged)/\(id.hex)" }

    /// What must exist before the first blob, parents first.
    var fixedFolders: [String] { [blobs, digests, ingest, parts] }

    func outerFolder(_ name: some StringProtocol) -> String { "\(digests)/\(name)" }
    func innerFolder(_ outer: some StringProtocol, _ name: some StringProtocol) -> String {
        "\(digests)/\(outer)/\(name)"
    }

    /// The two folders above a blob, parent first.
    func folders(of id: BlobID) -> (outer: String, inner: String) {
        let hex = id.hex
        let outer = hex.prefix(2)
        return (outerFolder(outer), innerFolder(outer, hex.dropFirst(2).prefix(2)))
    }

    func blob(_ id: BlobID) -> String { "\(folders(of: id).inner)/\(id.hex)" }

    /// A name that nothing else has: 128 random bits.
    static func temporaryName() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return Hex.encode(bytes) + temporarySuffix
    }

    func temporary(_ name: String) -> String { "\(ingest)/\(name)" }

    /// Where start-up tries whether a rename from `ingest/` to `blobs/` works.
    func probe(_ name: String) -> String { "\(blobs)/.probe-\(name)" }

    static func partialName(_ id: BlobID, size: Int64, partSize: Int64) -> String { "\(id.hex)-\(size)-\(partSize)" }
    func partialFolder(_ name: String) -> String { "\(parts)/\(name)" }
    func partialData(_ name: String) -> String { "\(parts)/\(name)/data" }
    func partialMarker(_ name: String, part: Int) -> String { "\(parts)/\(name)/\(part)\(Self.doneSuffix)" }

    /// The part number in a marker's name, or `nil` if that is no marker.
    static func partNumber(ofMarker name: String) -> Int? {
        guard name.hasSuffix(doneSuffix) else { return nil }
        return Int(name.dropLast(doneSuffix.count))
    }

    /// An entry of any folder here.
    static func entry(_ name: String, in folder: String) -> String { "\(folder)/\(name)" }
}
