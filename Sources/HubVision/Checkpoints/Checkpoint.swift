// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A model's configuration and weights, read and checked but not yet a network.
public struct Checkpoint: Sendable {
    public let files: ModelFiles
    public let configuration: ModelConfiguration
    /// By name.
    public let tensors: [String: StoredTensor]

    /// Reads `config.json` and maps the weights.
    public init(_ files: ModelFiles) throws(HubError) {
        guard let json = try files.json("config.json") else {
            throw HubError(.unsupported, "The model has no config.json, so its architecture is not known")
        }
        guard let members = json.objectValue else { throw HubError(.unprocessable, "config.json is no object") }
        self.files = files
        configuration = ModelConfiguration(members)
        tensors = try SafetensorsFile.tensors(of: files)
    }
}
