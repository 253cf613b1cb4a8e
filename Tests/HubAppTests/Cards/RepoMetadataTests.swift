// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Testing

@Suite struct RepoMetadataTests {
    private func build(_ files: [String: String], as kind: RepoKind = .model) -> RepoMetadata {
        RepoMetadata.build(
            kind: kind,
            paths: files.keys.sorted(),
            read: files.mapValues { Array($0.utf8) }
        )
    }

    @Test func `a fine-tuned classifier has the tags in order`() {
        let card = """
            ---
            library_name: transformers
            license: mit
            language: [en, no]
            base_model: google/vit-base-patch16-224
            tags: [vision, generated_from_trainer]
            datasets: [imagenet-1k]
            model-index:
            - name: m
              results:
              - task: {type: image-classification, name: Image Classification}
                dataset: {name: imagenet-1k, type: imagenet-1k, split: test}
                metrics:
                - {type: accuracy, value: 0.9, name: Accuracy}
            ---
            See https://arxiv.org/abs/2010.11929v2.
            """
        let config = #"{"architectures":["ViTForImageClassification"],"model_type":"vit"}"#
        let metadata = build(
            ["README.md": card, "config.json": config, "model.safetensors": "", "training_args.bin": ""]
        )
        #expect(
            metadata.tags.map(\.value) == [
                "transformers", "safetensors", "vit", "image-classification", "vision", "generated_from_trainer", "en",
                "no", "dataset:imagenet-1k", "arxiv:2010.11929", "base_model:google/vit-base-patch16-224",
                "base_model:finetune:google/vit-base-patch16-224", "license:mit", "model-index",
            ]
        )
        #expect(metadata.transformersInfo?["auto_model"] == "AutoModelForImageClassification")
        #expect(metadata.transformersInfo?["processor"] == "AutoImageProcessor")
        #expect(metadata.config?["architectures"] == ["ViTForImageClassification"])
        #expect(metadata.card?.model.evaluations.first?.results.first?.metrics.first?.value == 0.9)
    }

    @Test func `an adapter links its base model`() {
        let metadata = build([
            "adapter_config.json": #"{"peft_type":"LORA","task_type":"CAUSAL_LM","base_model_name_or_path":"org/b"}"#,
            "adapter_model.safetensors": "",
        ])
        #expect(metadata.libraryName == "peft")
        #expect(metadata.pipelineTag == "text-generation")
        #expect(metadata.baseModels == [BaseModelLink(relation: .adapter, id: "org/b")])
    }

    @Test(arguments: [
        (["README.md": "---\nbase_model: [o/a, o/b]\ntags: [merge]\n---\n"], BaseModelRelation.merge),
        (["README.md": "---\nbase_model: o/a\n---\n", "m.gguf": ""], .quantized),
        (["README.md": "---\nbase_model: o/a\nbase_model_relation: adapter\n---\n"], .adapter),
        (["README.md": "---\nbase_model: o/a\n---\n"], .finetune),
    ])
    func `the relation to the base model is inferred`(files: [String: String], expected: BaseModelRelation) {
        #expect(build(files).baseModels.first?.relation == expected)
    }

    @Test(arguments: ["---\na: [\n---\nx", "---\n- a\n---\nx"])
    func `a broken card only sets its error`(card: String) {
        let metadata = build(["README.md": card, "config.json": "{not json", "yolov8n-seg.pt": ""])
        #expect(metadata.cardError != nil)
        #expect(metadata.cardData == nil)
        #expect(metadata.cardBody == "x")
        #expect(metadata.libraryName == "ultralytics")
        #expect(metadata.pipelineTag == "image-segmentation")
    }

    @Test func `a dataset is tagged by card and files`() {
        let card = """
            ---
            task_categories: [image-classification]
            language: en
            license: cc-by-4.0
            tags: [cats]
            dataset_info:
              features:
              - {name: image, dtype: image}
              - {name: label, dtype: int64}
              splits:
              - {name: train, num_bytes: 24, num_examples: 2500}
            ---
            """
        let metadata = build(["README.md": card, "data/train-00000.parquet": ""], as: .dataset)
        #expect(
            metadata.tags.map(\.value) == [
                "task_categories:image-classification", "language:en", "license:cc-by-4.0", "size_categories:1K<n<10K",
                "format:parquet", "modality:image", "library:datasets", "library:pandas", "library:polars", "cats",
            ]
        )
    }

    @Test func `a space is tagged by its sdk`() {
        let card = "---\ntitle: T\nemoji: 🐱\nsdk: gradio\nsdk_version: 4.44\nmodels: [o/m]\npinned: true\n---\n"
        let metadata = build(["README.md": card, "app.py": ""], as: .space)
        #expect(metadata.tags.map(\.value) == ["gradio", "model:o/m"])
        #expect(metadata.card?.space.sdkVersion == "4.44")
        #expect(metadata.card?.space.pinned == true)
        #expect(metadata.models == ["o/m"])
    }

    @Test func `shards are wanted only when all are there`() {
        let index = Array(#"{"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}}"#.utf8)
        let read = ["model.safetensors.index.json": index]
        let both = ["m-1.safetensors", "m-2.safetensors"]
        #expect(RepoMetadata.wantedSafetensors(in: both, read: read) == ["m-1.safetensors", "m-2.safetensors"])
        #expect(RepoMetadata.wantedSafetensors(in: [both[0]], read: read).isEmpty)
        #expect(
            RepoMetadata.wantedFiles(in: ["README.md", "folder/config.json", "a.txt"]) == ["README.md"]
        )
    }

    @Test func `every described task is in the list of tasks`() {
        for task in TaskCatalog.all { #expect(PipelineTag.named(task.id)?.label == task.label) }
        #expect(TaskCatalog.json { _ in ["o/m"] }["depth-estimation"]?["widgetModels"] == ["o/m"])
        #expect(TagCatalog.models["license"]?.arrayValue?.first?["id"] == "license:apache-2.0")
    }
}
