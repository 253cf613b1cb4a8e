// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// What reading a blob for danger found.
struct ScanReport: Sendable {
    /// `nil` for what is no pickle and holds none.
    var imports: [PickleImport]?
    /// Whether every pickle was followed to its end.
    var isComplete = true
    /// Keras layers that carry code.
    var lambdaLayers = 0
    var secrets: [SecretPatterns.Finding] = []
    /// Why it could not be read.
    var failure: String?

    private var worst: PickleImport.Safety { imports?.map(\.safety).max() ?? .innocuous }

    /// What the whole comes to; secrets are for those who may write and do not count.
    var status: ScanRecord.Status {
        if worst == .dangerous || lambdaLayers > 0 { return .unsafe }
        if failure != nil { return .error }
        if worst == .suspicious { return .suspicious }
        return isComplete ? .safe : .caution
    }

    mutating func add(_ walker: PickleWalker) {
        var all = imports ?? []
        for item in walker.imports where !all.contains(item) { all.append(item) }
        imports = all
        if walker.end != .complete { isComplete = false }
    }

    /// As it is stored; ``ScanPresenter`` reads it.
    var json: JSONValue {
        var json = JSONObject()
        if let imports {
            json["pickle"] = [
                "imports": .array(
                    imports.map {
                        [
                            "module": .string($0.module), "name": .string($0.name),
                            "safety": .string($0.safety.rawValue),
                        ]
                    }
                ),
                "highestSafetyLevel": .string(worst.rawValue), "complete": .bool(isComplete),
            ]
        }
        if lambdaLayers > 0 { json["lambdaLayers"] = .int(Int64(lambdaLayers)) }
        if !secrets.isEmpty {
            json["secrets"] = .array(
                secrets.map { ["type": .string($0.kind), "line": .int(Int64($0.line))] }
            )
        }
        if let failure { json["failure"] = .string(failure) }
        return .object(json)
    }
}
