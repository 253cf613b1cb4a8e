// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

extension DownloadService {
    /// The first bytes of a file, for showing them.
    /// - Parameter limit: bytes that are read at most.
    public func beginning(of file: ResolvedFile, limit: Int) async throws -> [UInt8] {
        guard file.size > 0 else { return [] }
        return try await open(file).prefix(limit)
    }

    /// The header of a safetensors file, without its bytes.
    /// - Throws: ``HubError/Code/unprocessable`` that says why it is none.
    public func tensors(of file: ResolvedFile) async throws -> JSONValue {
        do {
            guard let found = try await open(file).safetensorsHeader(fileSize: file.size, limit: 64 << 20) else {
                throw HubError(.unprocessable, "The file is too short for a safetensors header, or its header too long")
            }
            return .array(
                found.header.tensors.map { tensor in
                    [
                        "name": .string(tensor.name), "dtype": .string(tensor.dtype.rawValue),
                        "shape": .array(tensor.shape.map { .int($0) }), "parameters": .int(tensor.parameterCount),
                    ]
                }
            )
        } catch let error as SafetensorsError {
            throw HubError(.unprocessable, "The file is no safetensors file: \(error)", cause: error)
        }
    }
}
