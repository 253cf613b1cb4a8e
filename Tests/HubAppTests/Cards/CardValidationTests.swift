// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Testing

@Suite struct CardValidationTests {
    private func validate(_ yaml: String, _ kind: RepoKind = .model) -> CardValidation {
        CardValidation(readme: "---\n\(yaml)\n---\n# T\n".utf8, kind: kind)
    }

    @Test(arguments: [
        "license: mit\nlanguage: no\ntags: [a]\npipeline_tag: image-classification\nbase_model: org/m",
        "library_name: transformers\ntags: []", "license:\n- mit\n- cc-by-4.0",
        "model-index:\n- name: m\n  results:\n  - task:\n      type: image-classification\n    metrics:\n"
            + "    - type: accuracy\n      value: 0.9",
    ])
    func `a sound card passes`(yaml: String) {
        let validation = validate(yaml)
        #expect(validation.errors.isEmpty)
        #expect(validation.warnings.isEmpty)
    }

    @Test(arguments: [
        ("license: 1", RepoKind.model, "\"license\" must be a string"),
        ("license: nope", .model, "\"license\" must be one of [apache-2.0, mit,"),
        ("language: [en, English]", .model, "\"language[1]\" must only contain lowercase characters"),
        ("language: english", .model, "\"language\" with value \"english\" is not valid"),
        ("tags: a", .model, "\"tags\" must be an array"), ("tags: [1]", .model, "\"tags[0]\" must be a string"),
        ("library_name: []", .model, "\"library_name\" must be a string"),
        ("base_model_relation: child", .model, "\"base_model_relation\" must be one of"),
        ("model-index:\n- name: m", .model, "\"model-index[0].results\" is required"),
        ("model-index:\n- name: m\n  results:\n  - metrics: []", .model, "\"model-index[0].results[0].task.type\" is"),
        ("sdk: flask", .space, "\"sdk\" must be one of [gradio, docker, static, streamlit]"),
        ("colorFrom: beige", .space, "\"colorFrom\" must be one of [red,"),
        ("configs: x", .dataset, "\"configs\" must be an array"),
        ("- a\n- b", .model, "Metadata must be a mapping"), ("a: [", .model, "Invalid YAML in README.md: "),
    ])
    func `a wrong field is an error`(yaml: String, kind: RepoKind, message: String) {
        let errors = validate(yaml, kind).errors
        #expect(errors.contains { $0.hasPrefix(message) }, "\(errors)")
    }

    @Test func `an unknown task is a warning`() {
        let validation = validate("pipeline_tag: magic")
        #expect(validation.errors.isEmpty)
        #expect(
            validation.warnings.first?.hasPrefix("The pipeline tag \"magic\" is not in the official list: ") == true
        )
    }

    @Test(arguments: ["", "# T\n", "---\n---\n", "---\n# c\n---\n"])
    func `missing metadata is a warning`(readme: String) {
        let validation = CardValidation(readme: readme.utf8, kind: .model)
        #expect(validation.errors.isEmpty)
        #expect(validation.warnings.first?.hasPrefix("empty or missing yaml metadata in repo card") == true)
    }

    @Test func `the line of a yaml error counts from the top of the file`() {
        #expect(validate("a: 1\n\tb: 2").errors.first?.contains("line 3") == true)
    }
}
