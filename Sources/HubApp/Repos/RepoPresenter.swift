// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer
import HubVision

/// A repo in the hub's JSON, at one commit.
struct RepoPresenter {
    let tx: ReadTransaction
    let repo: RepoRecord
    let commit: CommitRecord?
    let baseURL: String
    /// Names of the models in memory, in lower case; `nil` when none answers on this hub.
    let warm: Set<String>?

    /// - Parameter blobs: give siblings their sizes and ids.
    func json(_ fields: [RepoField], blobs: Bool = false) throws -> JSONValue {
        var json: JSONObject = ["_id": .string(repo.publicID), "id": .string(repo.fullName)]
        let needsCard = !Set(fields).isDisjoint(with: Self.fromCard)
        let card = needsCard ? try tx.card(repo: repo.id) : nil
        for field in fields { json[field.rawValue] = try value(field, card: card, blobs: blobs) }
        return .object(json)
    }

    private static let fromCard: Set<RepoField> = [
        .cardData, .config, .transformersInfo, .safetensors, .gguf, .modelIndex, .description, .citation, .baseModels,
        .models, .datasets, .papersWithCode, .widgetData, .maskToken, .inference,
    ]

    /// `nil` leaves the field out.
    private func value(_ field: RepoField, card: CardRecord?, blobs: Bool) throws -> JSONValue? {
        switch field {
        case .author: .string(repo.ownerName)
        case .modelId: .string(repo.fullName)
        case .sha: commit.map { .string($0.oid.hex) }
        case .lastModified: .string(repo.updatedAt.iso8601)
        case .createdAt: .string(repo.createdAt.iso8601)
        case .private: .bool(repo.visibility == .private)
        case .gated: repo.gated.map { .string($0.rawValue) } ?? false
        case .disabled: .bool(repo.isDisabled)
        case .downloads: .int(repo.downloads)
        case .downloadsAllTime: .int(repo.downloadsAllTime)
        case .likes: .int(repo.likes)
        case .trendingScore: .double(repo.trending)
        case .pipelineTag: repo.pipelineTag.map(JSONValue.string)
        case .libraryName: repo.libraryName.map(JSONValue.string)
        case .sdk: repo.sdk.map(JSONValue.string)
        case .tags: .array(try tx.tags(repo: repo.id).map { .string($0.value) })
        case .usedStorage: .int(try tx.usedStorage(repo: repo.id))
        case .siblings: try siblings(blobs: blobs)
        case .cardData: try Self.parse(card?.data)
        case .config: try Self.parse(card?.config)
        case .transformersInfo: try Self.parse(card?.transformersInfo)
        case .safetensors: try Self.parse(card?.safetensors)
        case .gguf: try Self.parse(card?.gguf)
        case .modelIndex: repo.kind == .model ? try Self.parse(card?.modelIndex) ?? .null : nil
        case .baseModels: try baseModels(card)
        case .models, .datasets: try Self.parse(card?.data)?[field.rawValue] ?? []
        case .description: .string(Self.firstParagraph(card?.body ?? ""))
        case .widgetData: try Self.parse(card?.data)?["widget"]
        case .papersWithCode: try Self.parse(card?.data)?["paperswithcode_id"]
        // huggingface_hub 0.36 looks into "hardware" without asking whether it is null.
        case .runtime: ["stage": "NO_APP_FILE", "hardware": ["current": .null, "requested": .null], "storage": .null]
        case .spaces: .array(try tx.reposTagged(.space, "model:\(repo.fullName)", limit: 100).map(JSONValue.string))
        case .childrenModelCount: .int(try tx.publicReposTagged(.model, "base_model:\(repo.fullName)"))
        case .inferenceProviderMapping: []  // No provider serves what is on this hub.
        case .resourceGroup: .null
        case .maskToken: try Self.parse(card?.config)?["tokenizer_config"]?["mask_token"]
        case .mainSize: .int(try mainSize())
        case .evalResults: .array(try tx.evalResults(repo: repo.id).map { try Self.parse($0.entry) ?? .null })
        case .xetEnabled: true
        case .inference: try inference(card)
        // No region, no subdomain, no scripts that carry a citation: there is nothing to tell.
        case .citation, .region, .subdomain: nil
        }
    }

    /// Whether the model is in memory, could be, or cannot be asked.
    private func inference(_ card: CardRecord?) throws -> JSONValue? {
        guard repo.kind == .model, let warm else { return nil }
        if warm.contains(repo.fullName.lowercased()) { return "warm" }
        let tags = try tx.tags(repo: repo.id).map(\.value)
        let isONNX = !tags.contains("safetensors") && tags.contains("onnx")
        guard isONNX || tags.contains("safetensors") else { return nil }
        let config = try Self.parse(card?.config)
        let task = isONNX ? repo.pipelineTag : nil
        guard isONNX ? task != nil : config != nil else { return nil }
        return ModelSupport.problem(configuration: config, task: task, isONNX: isONNX) == nil ? "cold" : nil
    }

    /// Bytes of all files at the commit.
    private func mainSize() throws -> Int64 {
        guard let commit else { return 0 }
        let files = try TreeReader(tx).files(root: commit.tree)
        let objects = try tx.fileObjects(files.map(\.entry.oid))
        return files.reduce(0) { $0 + (objects[$1.entry.oid]?.size ?? 0) }
    }

    private func siblings(blobs: Bool) throws -> JSONValue {
        guard let commit else { return [] }
        let files = try TreeReader(tx).files(root: commit.tree)
        let objects = blobs ? try tx.fileObjects(files.map(\.entry.oid)) : [:]
        return .array(
            files.map { located in
                var json: JSONObject = ["rfilename": .string(located.path)]
                if blobs, let file = objects[located.entry.oid] {
                    json["blobId"] = .string(file.oid.hex)
                    json["size"] = .int(file.size)
                    if let pointerSize = file.pointerSize {
                        json["lfs"] = [
                            "sha256": .string(file.sha256.hex), "size": .int(file.size),
                            "pointerSize": .int(pointerSize),
                        ]
                    }
                }
                return .object(json)
            }
        )
    }

    private func baseModels(_ card: CardRecord?) throws -> JSONValue? {
        guard let base = try Self.parse(card?.data)?["base_model"] else { return nil }
        let ids = base.arrayValue ?? [base]
        let relation = try tx.tags(repo: repo.id).lazy.compactMap { tag -> String? in
            let parts = tag.value.split(separator: ":")
            return parts.first == "base_model" && parts.count > 2 ? parts.dropFirst().first.map(String.init) : nil
        }.first
        return [
            "relation": .string(relation ?? "finetune"),
            "models": .array(ids.compactMap { $0.stringValue }.map { ["id": .string($0)] }),
        ]
    }

    private static func firstParagraph(_ body: String) -> String {
        let paragraph = body.split(separator: "\n\n").first { !$0.hasPrefix("#") } ?? ""
        return String(paragraph.prefix(500))
    }

    private static func parse(_ text: String?) throws -> JSONValue? { try text.map { try JSONValue(stored: $0) } }
}
