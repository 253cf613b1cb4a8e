// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

extension RepoService {
    /// The answer of `POST /api/validate-yaml`, and whether a card like this may be pushed.
    public func validateCard(_ content: String, kind: RepoKind) -> (answer: JSONValue, isValid: Bool) {
        let validation = CardValidation(readme: Array(content.utf8), kind: kind)
        return (validation.json, validation.errors.isEmpty)
    }
}
