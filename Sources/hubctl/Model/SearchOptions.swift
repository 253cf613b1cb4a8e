// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

/// The filters that lists of models and datasets share.
struct SearchOptions: ParsableArguments {
    @Option(help: "Only those for a task: image-classification, depth-estimation, … ('hubctl tasks' lists them).")
    var task: String?

    @Option(help: "Only those of a library: transformers, timm, diffusers, …")
    var library: String?

    @Option(help: ArgumentHelp("Only those with a tag (repeatable; all must be there).", valueName: "tag"))
    var filter: [String] = []

    @Option(help: "Only those of a user or organisation.")
    var author: String?

    @Option(help: "lastModified, createdAt, downloads, likes or trendingScore.")
    var sort: String?

    @Option(help: "At most so many.")
    var limit = 20

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
    }

    func run(_ kind: RepoKind, search: String?, _ context: CommandContext) async throws {
        var query = RepoQuery(kind: kind)
        query.search = search
        query.task = task
        query.library = library
        query.filters = filter
        query.author = author
        query.sort = sort
        query.limit = limit
        let found = try await query.run(context.client)
        context.terminal.list(found, asJSON: context.isJSON)
        if found.isEmpty, !context.isJSON { context.terminal.say("no \(kind.plural) found") }
        if found.count == limit, !context.isJSON {
            context.terminal.say("there may be more: --limit shows more than \(limit)")
        }
    }
}
