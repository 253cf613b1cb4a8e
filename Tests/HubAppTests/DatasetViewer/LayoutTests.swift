// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import Testing

@testable import HubApp

struct LayoutTests {
    private func layout(_ paths: [String], card: String = "{}") throws -> [String: [String: [String]]] {
        let oid = try #require(GitOID(hex: String(repeating: "a", count: 40)))
        let files = Dictionary(uniqueKeysWithValues: paths.map { ($0, oid) })
        let card = try JSONValue(parsing: Array(card.utf8)).objectValue ?? [:]
        var found: [String: [String: [String]]] = [:]
        for configuration in try ViewerLayout(files: files, card: card).configurations {
            for split in configuration.splits { found[configuration.name, default: [:]][split.name] = split.paths }
        }
        return found
    }

    @Test func `shards name their split`() throws {
        let found = try layout([
            "README.md", "data/odd-name-00000-of-00002.parquet", "data/odd-name-00001-of-00002.parquet",
            "data/train-00000-of-00001-abc.parquet", "other.parquet",
        ])
        #expect(Set(found["default"]?.keys.map { $0 } ?? []) == ["odd-name", "train"])
        #expect(found["default"]?["odd-name"]?.count == 2)
    }

    @Test(
        arguments: [
            ("train.csv", "train"), ("my_train_file.csv", "train"), ("train/0.csv", "train"),
            ("x/dev-1.csv", "validation"),
            ("a/b/validation/c.csv", "validation"), ("eval.csv", "test"), ("testing2.csv", "test"),
            ("training_set/a.csv", "train"), ("contest.csv", "train"), ("plain.csv", "train"), ("trainer.csv", "train"),
        ]
    )
    func `words in names make splits`(path: String, split: String) throws {
        #expect(try layout([path]) == ["default": [split: [path]]])
    }

    @Test func `folders win over files, and a split by name leaves the others out`() throws {
        #expect(try layout(["test/train.csv", "plain.csv"]) == ["default": ["test": ["test/train.csv"]]])
        #expect(try layout(["test.csv", "plain.csv"]) == ["default": ["test": ["test.csv"]]])
    }

    @Test func `hidden files and the hub's own are no data`() throws {
        let found = try layout([".hidden/a.csv", "__pycache__/b.csv", "config.json", "x.csv", ".y.csv"])
        #expect(found == ["default": ["train": ["x.csv"]]])
    }

    @Test func `most files say the format`() throws {
        let found = try layout(["a.jpg", "b.jpg", "metadata.csv", "c.txt"])
        #expect(found == ["default": ["train": ["a.jpg", "b.jpg", "metadata.csv"]]])
        #expect(try layout(["a.csv", "b.parquet"]) == ["default": ["train": ["b.parquet"]]])
    }

    @Test func `the card says which files`() throws {
        let card = """
            {"configs": [
              {"config_name": "a", "data_files": "x/*.csv"},
              {"config_name": "b", "data_files": [{"split": "one", "path": ["y/2.csv", "y/1.csv"]}, {"split": "two", "path": "**/3.csv"}]},
              {"config_name": "c", "data_dir": "z"}]}
            """
        let found = try layout(
            ["x/1.csv", "x/deep/2.csv", "y/1.csv", "y/2.csv", "y/w/3.csv", "z/train.csv", "z/test.csv"],
            card: card
        )
        #expect(
            found == [
                "a": ["train": ["x/1.csv"]], "b": ["one": ["y/2.csv", "y/1.csv"], "two": ["y/w/3.csv"]],
                "c": ["train": ["z/train.csv"], "test": ["z/test.csv"]],
            ]
        )
    }

    @Test(
        arguments: [
            #"{"configs": [{"data_files": "x.csv"}]}"#, #"{"configs": [{"config_name": "a", "data_files": "nope*"}]}"#,
            #"{"configs": [{"config_name": "a", "data_files": [{"path": "x.csv"}]}]}"#,
            #"{"configs": [{"config_name": "a", "data_files": 7}]}"#,
        ]
    )
    func `a card that cannot be followed is an error`(card: String) {
        #expect { try layout(["x.csv"], card: card) } throws: { ($0 as? HubError)?.code == .unprocessable }
    }

    @Test func `nothing to show is an error`() {
        #expect { try layout(["a.bin", "README.md"]) } throws: {
            (($0 as? HubError)?.cause as? ViewerProblem) == .empty
        }
    }
}
