// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubVision

/// A folder for files of a made-up model, removed with the last reference.
final class TestRepo {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "hub-vision-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Begins as a copy of a fixture's `config.json` and weights.
    convenience init(copying fixture: String) throws {
        try self.init()
        for name in ["config.json", "model.safetensors"] {
            try write(name, Data(contentsOf: Fixtures.folder.appending(path: "vision/\(fixture)/\(name)")))
        }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var files: ModelFiles {
        get throws { try ModelFiles(folder: url.path) }
    }

    func write(_ name: String, _ data: Data) throws {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    func read(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

    /// Sets or removes keys of `config.json`.
    func configure(_ change: (inout JSONObject) -> Void) throws {
        var members = try JSONValue(parsing: read("config.json")).objectValue ?? JSONObject()
        change(&members)
        try write("config.json", Data(JSONValue.object(members).serialized.utf8))
    }

    /// Tensors of `model.safetensors`: name, type, shape and bytes.
    struct Raw {
        var name: String
        var dtype: String
        var shape: [Int]
        var bytes: Data
    }

    func tensors(_ name: String = "model.safetensors") throws -> [Raw] {
        try SafetensorsFile(name, in: files).tensors.map { stored in
            let tensor = try stored.tensor()
            return Raw(
                name: stored.name,
                dtype: stored.dtype.rawValue,
                shape: stored.shape,
                bytes: tensor.withBytes { Data($0) }
            )
        }
    }

    /// Writes tensors in the safetensors format.
    /// - Parameter padding: spaces after the header, which move what follows.
    func write(_ tensors: [Raw], to name: String = "model.safetensors", padding: Int = 0) throws {
        var members = JSONObject()
        var data = Data()
        for tensor in tensors {
            members[tensor.name] = [
                "dtype": .string(tensor.dtype), "shape": .array(tensor.shape.map { .int(Int64($0)) }),
                "data_offsets": [.int(Int64(data.count)), .int(Int64(data.count + tensor.bytes.count))],
            ]
            data += tensor.bytes
        }
        let header = Data(JSONValue.object(members).serialized.utf8) + Data(repeating: 0x20, count: padding)
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
        try write(name, length + header + data)
    }

    /// Changes the tensors of `model.safetensors`.
    func changeTensors(_ change: (inout [Raw]) -> Void) throws {
        var all = try tensors()
        change(&all)
        try write(all)
    }

    func network(_ request: NetworkRequest = NetworkRequest()) throws -> Network {
        try Network(Checkpoint(files), request)
    }
}
