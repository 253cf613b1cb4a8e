// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// The parameters of a model, summed over its safetensors files.
public struct SafetensorsSummary: Sendable, Hashable {
    /// Elements per dtype, by the format's names.
    public private(set) var parameters: [String: Int64] = [:]
    public private(set) var total: Int64 = 0
    /// Whether an index spreads the model over several files.
    public let isSharded: Bool

    /// `nil` without headers, or when the sum does not fit.
    public init?(headers: [SafetensorsHeader], isSharded: Bool) {
        guard !headers.isEmpty else { return nil }
        self.isSharded = isSharded
        for header in headers {
            let (sum, overflowed) = total.addingReportingOverflow(header.totalParameters)
            guard !overflowed else { return nil }
            total = sum
            for (dtype, count) in header.parameterCounts { parameters[dtype.rawValue, default: 0] += count }
        }
    }

    /// `{parameters: {F32: n}, total}`.
    public var json: JSONValue {
        var counts = JSONObject()
        for (dtype, count) in parameters.sorted(by: { $0.key < $1.key }) { counts[dtype] = .int(count) }
        return ["parameters": .object(counts), "total": .int(total)]
    }
}
