// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// What `POST /api/validate-yaml` says about a README before it is committed.
public struct CardValidation: Sendable, Hashable {
    /// A commit with any of these is to be refused.
    public private(set) var errors: [String] = []
    public private(set) var warnings: [String] = []

    public init(readme: some Collection<UInt8>, kind: RepoKind) {
        let card = RepoCard(readme: readme)
        if let error = card.error {
            errors.append(error)
            return
        }
        guard let data = card.data, !data.isEmpty else {
            warnings.append(
                "empty or missing yaml metadata in repo card (begin README.md with metadata between two lines of ---)"
            )
            return
        }
        checkCommon(data)
        switch kind {
        case .model: checkModel(data)
        case .dataset: checkDataset(data)
        case .space: checkSpace(data)
        }
    }

    /// `{errors: [{message}], warnings: [{message}]}`.
    public var json: JSONValue {
        [
            "errors": .array(errors.map { ["message": .string($0)] }),
            "warnings": .array(warnings.map { ["message": .string($0)] }),
        ]
    }

    // MARK: - Per kind

    private mutating func checkCommon(_ card: JSONObject) {
        checkLicense(card["license"])
        checkStrings(["license_name", "license_link", "thumbnail"], in: card)
        checkLanguages(card["language"])
        checkList("tags", in: card)
    }

    private mutating func checkModel(_ card: JSONObject) {
        checkStrings(["library_name", "pipeline_tag", "new_version", "model_name", "license_name"], in: card)
        if let tag = card.string("pipeline_tag"), PipelineTag.named(tag) == nil {
            let list = PipelineTag.all.map(\.id).joined(separator: ", ")
            warnings.append("The pipeline tag \"\(tag)\" is not in the official list: \(list)")
        }
        for key in ["metrics", "datasets"] { checkList(key, in: card) }
        checkList("base_model", in: card, mayBeString: true)
        for (path, id) in items(of: "base_model", in: card) where !Self.isRepoName(id) {
            warnings.append("\"\(path)\" with value \"\(id)\" is not valid. Use a model id such as \"name/model\".")
        }
        for (path, id) in items(of: "datasets", in: card) where !Self.isRepoName(id) {
            warnings.append("\"\(path)\" with value \"\(id)\" is not valid. Use a dataset id such as \"name/dataset\".")
        }
        let relations = BaseModelRelation.allCases.map(\.rawValue)
        checkChoice("base_model_relation", of: relations, in: card)
        checkModelIndex(card["model-index"])
    }

    private mutating func checkDataset(_ card: JSONObject) {
        checkStrings(["pretty_name"], in: card)
        let lists = [
            "task_categories", "task_ids", "size_categories", "multilinguality", "language_creators",
            "annotations_creators", "source_datasets",
        ]
        for key in lists { checkList(key, in: card, mayBeString: true) }
        for (path, category) in items(of: "task_categories", in: card) where PipelineTag.named(category) == nil {
            let list = PipelineTag.all.map(\.id).joined(separator: ", ")
            warnings.append("The task_categories \"\(category)\" (\(path)) is not in the official list: \(list)")
        }
        if let configs = card["configs"], !configs.isNull {
            guard let items = configs.arrayValue else { return errors.append("\"configs\" must be an array") }
            for (index, config) in items.enumerated() where config["config_name"]?.stringValue == nil {
                errors.append("\"configs[\(index)].config_name\" is required")
            }
        }
        if let viewer = card["viewer"], !viewer.isNull, viewer.boolValue == nil {
            errors.append("\"viewer\" must be a boolean")
        }
    }

    private mutating func checkSpace(_ card: JSONObject) {
        let colors = ["red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"]
        checkChoice("colorFrom", of: colors, in: card)
        checkChoice("colorTo", of: colors, in: card)
        checkChoice("sdk", of: ["gradio", "docker", "static", "streamlit"], in: card)
        checkStrings(["emoji", "app_file", "short_description"], in: card)
        if let text = card.string("short_description"), text.count > 60 {
            errors.append("\"short_description\" length must be less than or equal to 60 characters long")
        }
        if let pinned = card["pinned"], !pinned.isNull, pinned.boolValue == nil {
            errors.append("\"pinned\" must be a boolean")
        }
        if let port = card["app_port"], !port.isNull, !(port.intValue.map { (1...65_535).contains($0) } ?? false) {
            errors.append("\"app_port\" must be a valid port")
        }
        for key in ["models", "datasets"] { checkList(key, in: card) }
    }

    // MARK: - Pieces

    private mutating func checkLicense(_ value: JSONValue?) {
        guard let value, !value.isNull else { return }
        for item in value.listItems {
            guard let id = item.stringValue else {
                errors.append("\"license\" must be a string")
                continue
            }
            guard !Licenses.isKnown(id) else { continue }
            errors.append("\"license\" must be one of [\(Licenses.all.map(\.id).joined(separator: ", ")), array]")
            return
        }
    }

    private mutating func checkLanguages(_ value: JSONValue?) {
        guard let value, !value.isNull else { return }
        for (index, item) in value.listItems.enumerated() {
            let path = value.arrayValue == nil ? "language" : "language[\(index)]"
            guard let code = item.stringValue else {
                errors.append("\"\(path)\" must be a string")
                continue
            }
            if code.utf8.contains(where: { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }) {
                errors.append("\"\(path)\" must only contain lowercase characters")
            } else if !Languages.isValid(code) {
                errors.append(
                    """
                    "\(path)" with value "\(code)" is not valid. It must be an ISO 639-1, 639-2 or 639-3 code (two/three \
                    letters), or a special value like "code", "multilingual". If you want to use BCP-47 identifiers, \
                    you can specify them in language_bcp47.
                    """
                )
            }
        }
    }

    private mutating func checkStrings(_ keys: [String], in card: JSONObject) {
        for key in keys {
            guard let value = card[key], !value.isNull, value.stringValue == nil else { continue }
            errors.append("\"\(key)\" must be a string")
        }
    }

    private mutating func checkChoice(_ key: String, of choices: [String], in card: JSONObject) {
        guard let value = card[key], !value.isNull else { return }
        guard let text = value.stringValue, choices.contains(text) else {
            return errors.append("\"\(key)\" must be one of [\(choices.joined(separator: ", "))]")
        }
    }

    private mutating func checkList(_ key: String, in card: JSONObject, mayBeString: Bool = false) {
        guard let value = card[key], !value.isNull else { return }
        guard let items = value.arrayValue else {
            if !(mayBeString && value.stringValue != nil) { errors.append("\"\(key)\" must be an array") }
            return
        }
        for (index, item) in items.enumerated() where item.stringValue == nil {
            errors.append("\"\(key)[\(index)]\" must be a string")
        }
    }

    private func items(of key: String, in card: JSONObject) -> [(path: String, text: String)] {
        guard let value = card[key] else { return [] }
        if let text = value.stringValue { return [(key, text)] }
        return value.listItems.enumerated().compactMap { index, item in
            item.stringValue.map { ("\(key)[\(index)]", $0) }
        }
    }

    private mutating func checkModelIndex(_ value: JSONValue?) {
        guard let value, !value.isNull else { return }
        guard let entries = value.arrayValue else { return errors.append("\"model-index\" must be an array") }
        for (index, entry) in entries.enumerated() {
            let path = "model-index[\(index)]"
            require("name", in: entry, path)
            guard let results = entry["results"]?.arrayValue else {
                errors.append("\"\(path).results\" is required")
                continue
            }
            for (index, result) in results.enumerated() { checkResult(result, "\(path).results[\(index)]") }
        }
    }

    private mutating func checkResult(_ result: JSONValue, _ path: String) {
        require("type", in: result["task"] ?? .null, "\(path).task")
        if let dataset = result["dataset"] {
            require("type", in: dataset, "\(path).dataset")
            require("name", in: dataset, "\(path).dataset")
        }
        guard let metrics = result["metrics"]?.arrayValue else {
            return errors.append("\"\(path).metrics\" is required")
        }
        for (index, metric) in metrics.enumerated() {
            require("type", in: metric, "\(path).metrics[\(index)]")
            if metric["value"] == nil { errors.append("\"\(path).metrics[\(index)].value\" is required") }
        }
    }

    private mutating func require(_ key: String, in value: JSONValue, _ path: String) {
        guard let member = value[key], !member.isNull else { return errors.append("\"\(path).\(key)\" is required") }
        if member.stringValue == nil { errors.append("\"\(path).\(key)\" must be a string") }
    }

    /// `name` or `owner/name` of the characters ids are made of; whether it exists is not looked at.
    private static func isRepoName(_ id: String) -> Bool {
        let parts = id.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count <= 2
            && parts.allSatisfy { part in
                !part.isEmpty && part.count <= 96
                    && part.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                            UInt8(ascii: "."):
                            true
                        default: false
                        }
                    }
            }
    }
}
