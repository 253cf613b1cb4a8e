// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension APITag {
    /// In the order of the document and the page: the line to add for a new one.
    static let all: [APITag] = [
        .repositories, .lists, .files, .commits, .refs, .discussions, .collections, .accounts, .organisations, .tokens,
        .access, .notifications, .webhooks, .settings, .administration, .inference, .datasetViewer, .oauth, .git, .lfs,
        .chunks, .operations,
        .elsewhere,
    ]
}
