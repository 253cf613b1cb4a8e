// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
public import HubCore

/// How git names an object: the SHA-1 of `<kind> <size>\0` and its bytes.
public enum GitObjectKind: String, Sendable {
    case blob, tree, commit, tag

    /// The id of an object of this kind that has these bytes.
    public func oid(of bytes: some Sequence<UInt8> & Sendable) -> GitOID {
        let data = Array(bytes)
        var hasher = GitBlobHasher(kind: self, size: Int64(data.count))
        data.withUnsafeBytes { hasher.update($0) }
        return hasher.finalize()
    }
}

/// The id of an object whose bytes come in pieces and whose size is known beforehand.
public struct GitBlobHasher: Sendable {
    private var hash = Insecure.SHA1()

    /// - Parameter size: bytes of the whole object.
    public init(kind: GitObjectKind = .blob, size: Int64) {
        hash.update(data: Array("\(kind.rawValue) \(size)\0".utf8))
    }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

    public consuming func finalize() -> GitOID {
        guard let oid = GitOID(bytes: Array(hash.finalize())) else { preconditionFailure("SHA-1 has 20 bytes") }
        return oid
    }
}
