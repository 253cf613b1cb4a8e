// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Forms that several answers are made of.
enum APISchemas {
    static let all: [(name: String, schema: Schema)] =
        common + repositories + files + discussions + people + machinery

    static let named = Dictionary(all.map { ($0.name, $0.schema) }) { first, _ in first }

    private static let common: [(name: String, schema: Schema)] = [
        (
            "Error",
            .object([
                "error": .text.about("What is wrong, and what to do"),
                "message?": .text.about("The same, for git-lfs"),
                "error_description?": .text.about("Of OAuth, where error is a word"), "url?": .address,
            ])
        ),
        ("Done", .object(["success": .yes])),
    ]
}
