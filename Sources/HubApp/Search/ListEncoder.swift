// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import NIOCore

/// Writes rows of a list as JSON without values in between; for the fields that lie in the row itself.
struct ListEncoder {
    /// What a row can tell.
    private static let inRow: Set<RepoField> = [
        .author, .modelId, .sha, .lastModified, .createdAt, .private, .gated, .disabled, .downloads, .downloadsAllTime,
        .likes, .trendingScore, .pipelineTag, .libraryName, .sdk, .tags, .xetEnabled,
    ]

    private let fields: [RepoField]
    let needsHead: Bool
    private(set) var buffer = ByteBuffer()
    private(set) var count = 0
    private(set) var lastCursor: RepoListQuery.Cursor?

    /// `nil` if a field needs more than the row.
    init?(_ fields: [RepoField]) {
        guard fields.allSatisfy(Self.inRow.contains) else { return nil }
        var seen: Set<RepoField> = []
        self.fields = fields.filter { seen.insert($0).inserted }
        needsHead = seen.contains(.sha)
        buffer.reserveCapacity(16 << 10)
        buffer.writeInteger(UInt8(ascii: "["))
    }

    mutating func finish() { buffer.writeInteger(UInt8(ascii: "]")) }

    mutating func write(_ row: ListRow, sort: RepoListQuery.Sort) {
        buffer.writeStaticString(count == 0 ? "{\"_id\":" : ",{\"_id\":")
        count += 1
        text(row, .publicID)
        buffer.writeStaticString(",\"id\":")
        fullName(row)
        for field in fields { write(field, row) }
        buffer.writeInteger(UInt8(ascii: "}"))
        lastCursor = cursor(row, sort)
    }

    private func cursor(_ row: ListRow, _ sort: RepoListQuery.Sort) -> RepoListQuery.Cursor {
        let value: Double =
            switch sort {
            case .lastModified: Double(row.int(.updatedAt))
            case .trendingScore: row.double(.trending)
            case .createdAt: Double(row.int(.createdAt))
            case .downloads: Double(row.int(.downloads))
            case .likes: Double(row.int(.likes))
            }
        return RepoListQuery.Cursor(value: value, id: row.int(.id))
    }

    private mutating func write(_ field: RepoField, _ row: ListRow) {
        switch field {
        case .author:
            key(",\"author\":")
            text(row, .ownerName)
        case .modelId:
            key(",\"modelId\":")
            fullName(row)
        case .sha:
            guard !row.isNull(.head) else { return }
            key(",\"sha\":\"")
            row.withBytes(.head) { bytes in _ = buffer.writeString(Hex.encode(bytes)) }
            key("\"")
        case .lastModified: time(",\"lastModified\":\"", row.int(.updatedAt))
        case .createdAt: time(",\"createdAt\":\"", row.int(.createdAt))
        case .private:
            let isPrivate = row.withBytes(.visibility) { $0.elementsEqual("private".utf8) }
            key(isPrivate ? ",\"private\":true" : ",\"private\":false")
        case .gated:
            key(",\"gated\":")
            if row.isNull(.gated) { key("false") } else { text(row, .gated) }
        case .disabled: key(row.int(.disabled) == 1 ? ",\"disabled\":true" : ",\"disabled\":false")
        case .downloads: number(",\"downloads\":", row.int(.downloads))
        case .downloadsAllTime: number(",\"downloadsAllTime\":", row.int(.downloadsAllTime))
        case .likes: number(",\"likes\":", row.int(.likes))
        case .trendingScore:
            key(",\"trendingScore\":")
            JSONValue.double(row.double(.trending)).write(into: &buffer)
        case .pipelineTag: optional(",\"pipeline_tag\":", row, .pipelineTag)
        case .libraryName: optional(",\"library_name\":", row, .libraryName)
        case .sdk: optional(",\"sdk\":", row, .sdk)
        case .tags:
            // Stored as the JSON it is shown as.
            key(",\"tags\":")
            row.withBytes(.tags) { bytes in _ = buffer.writeBytes(bytes) }
        case .xetEnabled: key(",\"xetEnabled\":true")
        default: return  // `init` has refused those.
        }
    }

    private mutating func key(_ text: StaticString) { buffer.writeStaticString(text) }

    private mutating func number(_ name: StaticString, _ value: Int64) {
        key(name)
        buffer.writeString(String(value))
    }

    private mutating func time(_ name: StaticString, _ milliseconds: Int64) {
        key(name)
        Timestamp(milliseconds: milliseconds).writeISO8601(into: &buffer)
        key("\"")
    }

    private mutating func optional(_ name: StaticString, _ row: ListRow, _ column: ListRow.Column) {
        guard !row.isNull(column) else { return }
        key(name)
        text(row, column)
    }

    /// Account and repo names hold nothing that JSON escapes.
    private mutating func fullName(_ row: ListRow) {
        key("\"")
        row.withBytes(.ownerName) { bytes in _ = buffer.writeBytes(bytes) }
        key("/")
        row.withBytes(.name) { bytes in _ = buffer.writeBytes(bytes) }
        key("\"")
    }

    private mutating func text(_ row: ListRow, _ column: ListRow.Column) {
        row.withBytes(column) { bytes in
            if bytes.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
                buffer.writeInteger(UInt8(ascii: "\""))
                buffer.writeBytes(bytes)
                buffer.writeInteger(UInt8(ascii: "\""))
            } else {
                JSONValue.write(String(decoding: bytes, as: UTF8.self), into: &buffer)
            }
        }
    }
}
