// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A repo that holds its network as ONNX files.
public struct ONNXRepo: Sendable {
    public let files: ModelFiles
    /// `config.json`, where there is one.
    public let configuration: ModelConfiguration?
    /// The networks, by the name of their variant: empty for `model.onnx`, `quantized` for `model_quantized.onnx`.
    public let variants: [String: String]

    /// `nil` when there is no ONNX file where such repos have theirs: in the folder `onnx`, or outermost.
    public init?(_ files: ModelFiles) throws(HubError) {
        var variants: [String: String] = [:]
        for folder in ["", "onnx/"] {
            for path in files.paths.keys where path.hasPrefix(folder) && path.hasSuffix(".onnx") {
                let name = path.dropFirst(folder.count).dropLast(".onnx".count)
                guard !name.contains("/"), name == "model" || name.hasPrefix("model_") else { continue }
                variants[name == "model" ? "" : String(name.dropFirst("model_".count))] = path
            }
        }
        guard !variants.isEmpty else { return nil }
        self.files = files
        self.variants = variants
        configuration = try files.json("config.json").flatMap(\.objectValue).map { ModelConfiguration($0) }
    }

    /// Maps a network and the files it refers to.
    /// - Parameter variant: as in `variants`; the plain one, or else the first by name, unless given.
    /// - Throws: `HubError`: `.notFound` for a variant that is not there, `.unprocessable` for a file that is no ONNX or
    ///   refers to files that are not beside it.
    public func model(variant: String? = nil) throws(HubError) -> ONNXModel {
        let known = variants.keys.sorted()
        guard let path = variants[variant ?? known.first ?? ""] else {
            throw HubError(
                .notFound,
                "The model has no variant \(variant ?? ""); there are: \(known.joined(separator: ", "))"
            )
        }
        let bytes = try files.map(path)
        let summary = try withExtendedLifetime(bytes) { () throws(HubError) in
            try ONNXSummary(bytes.bytes, name: path)
        }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        var external: [String: TensorMemory] = [:]
        for name in summary.externalFiles { external[name] = try files.map(folder + name) }
        return ONNXModel(bytes: bytes, externalData: external)
    }
}
