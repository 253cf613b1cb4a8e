// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// What the widget's script is told: which model, which task, and example pictures.
struct WidgetMount {
    let repo: RepoFrame
    let hub: Hub
    let visit: PageVisit

    private static let pictureTypes = [".jpg", ".jpeg", ".png", ".webp"]
    private static let exampleFolders = ["examples", "images", "samples", "assets"]
    private static let mostExamples = 8

    /// `nil` where there is nothing to ask: no task, or a network that the runtime does not know.
    func data() async throws -> JSONObject? {
        let info = repo.overview.info
        guard repo.kind == .model, let task = info["pipeline_tag"]?.stringValue else { return nil }
        guard info["inference"]?.stringValue != nil else { return nil }
        guard info["cardData"]?["inference"]?.boolValue != false else { return nil }
        var data: JSONObject = [
            "task": .string(task), "taskLabel": .string(TaskCatalog.task(task)?.label ?? task),
            "taskURL": .string(SiteURL.task(task)), "revision": "main", "isPrivate": .bool(repo.overview.isPrivate),
            "curl": .string("curl \(visit.baseURL)/models/\(repo.id) --data-binary @photo.jpg"),
        ]
        data["examples"] = .string(JSONValue.array(try await examples()).serialized)
        return data
    }

    private func examples() async throws -> [JSONValue] {
        var found = cardExamples()
        guard repo.overview.mayReadFiles, found.count < Self.mostExamples else { return found }
        for folder in [nil] + Self.exampleFolders.map(Optional.some) {
            guard found.count < Self.mostExamples else { break }
            for path in try await pictures(in: folder) where found.count < Self.mostExamples {
                let source = SiteURL.file(repo.url, "resolve", "main", path)
                guard !found.contains(where: { $0["src"]?.stringValue == source }) else { continue }
                found.append(["title": .string(Self.title(path)), "src": .string(source)])
            }
        }
        return found
    }

    /// `widget:` of the card. Pictures from elsewhere are left out: pages load nothing from there.
    private func cardExamples() -> [JSONValue] {
        let entries =
            repo.overview.info["widgetData"]?.arrayValue ?? repo.overview.info["cardData"]?["widget"]?.arrayValue ?? []
        return entries.prefix(Self.mostExamples).compactMap { entry in
            guard let source = entry["src"]?.stringValue.flatMap(own) else { return nil }
            var example: JSONObject = ["src": .string(source)]
            example["title"] = entry["example_title"] ?? .string(Self.title(source))
            example["text"] = entry["text"]
            example["question"] = entry["text"]
            example["candidate_labels"] = entry["candidate_labels"]
            return .object(example)
        }
    }

    /// An address on this hub, or a path in the repo.
    private func own(_ source: String) -> String? {
        if source.hasPrefix(visit.baseURL + "/") { return String(source.dropFirst(visit.baseURL.count)) }
        guard !source.contains("://"), !source.hasPrefix("/"), !source.hasPrefix("data:") else { return nil }
        return SiteURL.file(repo.url, "resolve", "main", source.hasPrefix("./") ? String(source.dropFirst(2)) : source)
    }

    private func pictures(in folder: String?) async throws -> [String] {
        do {
            let page = try await hub.trees.list(
                .model,
                repo.id,
                .main,
                path: try folder.map { try RepoPath($0) },
                recursive: false,
                expand: false,
                after: nil,
                limit: 200,
                viewer: visit.viewer
            )
            return (page.entries.arrayValue ?? []).compactMap { $0["path"]?.stringValue }.filter { path in
                Self.pictureTypes.contains { path.lowercased().hasSuffix($0) }
            }
        } catch let error as HubError where error.code == .entryNotFound || error.code == .revisionNotFound {
            return []
        }
    }

    private static func title(_ path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.split(separator: ".").dropLast().joined(separator: ".").replacing("_", with: " ").replacing(
            "-",
            with: " "
        )
    }
}
