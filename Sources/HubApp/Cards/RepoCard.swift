// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A README read as far as it can be: data, text, and what was wrong with it.
public struct RepoCard: Sendable, Hashable {
    /// The front matter; `nil` when there is none or it cannot be read.
    public let data: JSONObject?
    /// The text below the front matter.
    public let body: String
    /// Why the front matter cannot be read, in words for its author.
    public let error: String?

    /// Never fails: a broken card is one with an `error`.
    public init(readme: some Collection<UInt8>) {
        let parts = FrontMatter(readme: readme)
        body = parts.body
        switch parts.problem {
        case .unclosed?:
            (data, error) = (nil, nil)
            return
        case .tooLarge?:
            (data, error) = (nil, "Metadata is longer than \(FrontMatter.maximumSize) bytes")
            return
        case nil: break
        }
        guard let yaml = parts.yaml else {
            (data, error) = (nil, nil)
            return
        }
        do throws(YAMLError) {
            let value = try YAMLDecoding.decode(yaml) ?? .null
            switch value {
            case .object(let members): (data, error) = (members, nil)
            case .null: (data, error) = (nil, nil)
            default: (data, error) = (nil, "Metadata must be a mapping of names to values")
            }
        } catch {
            // The author counts lines from the top of the file.
            let line = error.line + parts.firstLine - 1
            data = nil
            self.error = "Invalid YAML in README.md: \(error.message) (line \(line), column \(error.column))"
        }
    }
}
