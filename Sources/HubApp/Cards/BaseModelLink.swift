// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A model this one was made from.
public struct BaseModelLink: Sendable, Hashable {
    public let relation: BaseModelRelation
    public let id: String

    public init(relation: BaseModelRelation, id: String) {
        self.relation = relation
        self.id = id
    }
}
