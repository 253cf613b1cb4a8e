// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// How a model came from its base model.
public enum BaseModelRelation: String, Sendable, Hashable, CaseIterable {
    case adapter, merge, quantized, finetune

    /// What files and tags suggest, for a card that names a base model but no relation.
    static func infer(isAdapter: Bool, isQuantized: Bool, tags: [String]) -> BaseModelRelation {
        if isAdapter { return .adapter }
        if isQuantized { return .quantized }
        if tags.contains("merge") || tags.contains("mergekit") { return .merge }
        return .finetune
    }
}
