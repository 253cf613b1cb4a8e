// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What bodies about repos have in common.
extension JSONValue {
    /// `type`; a model if it is left out.
    func repoKind() throws -> RepoKind {
        guard let text = try optional("type") else { return .model }
        guard let kind = RepoKind(rawValue: text) else {
            throw HubError(.badRequest, "\"type\" must be model, dataset or space")
        }
        return kind
    }

    /// `visibility`, or `private` as older clients write it.
    func visibility() throws -> Visibility? {
        if let text = try optional("visibility") {
            guard let visibility = Visibility(rawValue: text) else {
                throw HubError(.badRequest, "\"visibility\" must be \"public\" or \"private\" on this hub")
            }
            return visibility
        }
        return self["private"]?.boolValue.map { $0 ? .private : .public }
    }
}
