// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// How to use a repo from each library, with this hub's address filled in.
struct UseSnippets {
    let repo: RepoFrame
    let baseURL: String

    private var id: String { repo.id.description }
    private var endpoint: String {
        "export HF_ENDPOINT=\(baseURL)\n" + (repo.overview.isPrivate ? "export HF_TOKEN=hf_…\n" : "")
    }

    var all: [JSONValue] {
        let snippets: [(label: String, language: String, code: String)] =
            switch repo.kind {
            case .model: model()
            case .dataset: dataset()
            case .space: []
            }
        return (snippets + common()).enumerated().map { index, snippet in
            [
                "label": .string(snippet.label), "language": .string(snippet.language), "code": .string(snippet.code),
                "isFirst": .bool(index == 0),
            ]
        }
    }

    private func model() -> [(String, String, String)] {
        let info = repo.overview.info
        let task = info["pipeline_tag"]?.stringValue
        var snippets: [(String, String, String)] = []
        switch info["library_name"]?.stringValue {
        case "transformers":
            snippets.append(("Transformers", "python", transformers(task, info)))
        case "timm":
            snippets.append(
                (
                    "timm", "python",
                    python("import timm", "model = timm.create_model(\"hf_hub:\(id)\", pretrained=True)")
                )
            )
        case "diffusers":
            snippets.append(
                (
                    "Diffusers", "python",
                    python(
                        "from diffusers import DiffusionPipeline",
                        "pipeline = DiffusionPipeline.from_pretrained(\"\(id)\")"
                    )
                )
            )
        default: break
        }
        if task != nil, info["inference"]?.stringValue != nil {
            snippets.append(("This hub", "bash", "curl \(baseURL)/models/\(id) --data-binary @photo.jpg"))
        }
        return snippets
    }

    private func transformers(_ task: String?, _ info: JSONValue) -> String {
        if let task {
            return python(
                "from transformers import pipeline",
                "pipe = pipeline(\"\(task)\", model=\"\(id)\")\nprint(pipe(\"photo.jpg\"))"
            )
        }
        let name = info["transformersInfo"]?["auto_model"]?.stringValue ?? "AutoModel"
        return python("from transformers import \(name)", "model = \(name).from_pretrained(\"\(id)\")")
    }

    private func dataset() -> [(String, String, String)] {
        [("Datasets", "python", python("from datasets import load_dataset", "dataset = load_dataset(\"\(id)\")"))]
    }

    private func python(_ importing: String, _ body: String) -> String {
        "import os\nos.environ[\"HF_ENDPOINT\"] = \"\(baseURL)\"\n\n\(importing)\n\n\(body)"
    }

    private func common() -> [(String, String, String)] {
        let type = repo.kind == .model ? "" : " --repo-type \(repo.kind.rawValue)"
        let ours = repo.kind == .model ? "" : " --type \(repo.kind.rawValue)"
        return [
            ("hf", "bash", endpoint + "hf download \(id)\(type)"),
            ("hubctl", "bash", endpoint + "hubctl pull \(id)\(ours)"),
            ("git", "bash", "git lfs install\ngit clone \(baseURL)\(repo.url)"),
        ]
    }
}
