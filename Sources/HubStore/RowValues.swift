// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
import HubCore

/// Columns as the hub's own values. A value the schema forbids is damage, and said to be so.
extension Row {
    func value<Value: DatabaseValueConvertible>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        guard let value = Value.fromDatabaseValue(self[column] ?? .null) else { throw damaged(column) }
        return value
    }

    func optional<Value: DatabaseValueConvertible>(_ column: String, as type: Value.Type = Value.self) throws -> Value?
    {
        let stored: DatabaseValue = self[column] ?? .null
        guard !stored.isNull else { return nil }
        guard let value = Value.fromDatabaseValue(stored) else { throw damaged(column) }
        return value
    }

    func oid(_ column: String) throws -> GitOID {
        guard let oid = GitOID(bytes: try value(column, as: Data.self)) else { throw damaged(column) }
        return oid
    }

    func optionalOID(_ column: String) throws -> GitOID? {
        guard let data = try optional(column, as: Data.self) else { return nil }
        guard let oid = GitOID(bytes: data) else { throw damaged(column) }
        return oid
    }

    func blobID(_ column: String) throws -> BlobID {
        guard let id = BlobID(bytes: try value(column, as: Data.self)) else { throw damaged(column) }
        return id
    }

    func xetHash(_ column: String) throws -> XetHash {
        guard let hash = XetHash(bytes: try value(column, as: Data.self)) else { throw damaged(column) }
        return hash
    }

    func time(_ column: String) throws -> Timestamp { Timestamp(milliseconds: try value(column)) }

    func optionalTime(_ column: String) throws -> Timestamp? {
        try optional(column, as: Int64.self).map(Timestamp.init(milliseconds:))
    }

    func choice<Value: RawRepresentable>(_ column: String) throws -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: try value(column)) else { throw damaged(column) }
        return value
    }

    private func damaged(_ column: String) -> HubError {
        HubError(.corrupt, "The metadata database holds an impossible value", cause: DamagedColumn(name: column))
    }
}

struct DamagedColumn: Error {
    let name: String
}

extension GitOID {
    var data: Data { Data(bytes) }
}

extension BlobID {
    var data: Data { Data(bytes) }
}

extension XetHash {
    var data: Data { Data(bytes) }
}
