// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

extension Configuration {
    /// A setting as it is, for people to look at.
    public struct Effective: Sendable {
        public let key: String
        /// Empty where there is none; never a secret.
        public let value: String
        public let isDefault: Bool
        public let summary: String

        public var json: JSONValue {
            [
                "key": .string(key), "value": .string(value), "isDefault": .bool(isDefault),
                "summary": .string(summary),
            ]
        }
    }

    private static let secrets: Set<String> = ["oidc-client-secret"]

    /// Every setting; of secrets only whether there is one.
    public var effective: [Effective] {
        let defaults = Configuration()
        return Self.settings.map { setting in
            let value = setting.show(self)
            let isSecret = Self.secrets.contains(setting.key)
            return Effective(
                key: setting.key,
                value: isSecret && !value.isEmpty ? "(set)" : value,
                isDefault: value == setting.show(defaults),
                summary: setting.summary
            )
        }
    }
}
