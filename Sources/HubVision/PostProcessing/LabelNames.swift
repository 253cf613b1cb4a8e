// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// What the classes of a network are called.
public struct LabelNames: Sendable {
    private let names: [Int: String]
    /// The number of classes that the configuration announces; `nil` when it does not.
    public let count: Int?

    private init(names: [Int: String], count: Int?) {
        self.names = names
        self.count = count
    }

    public init(_ names: [String]) {
        self.names = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.offset, $0.element) })
        count = names.count
    }

    /// Reads `config.json`: `id2label`, timm's `label_names`, or for a timm network of a thousand classes ImageNet's.
    public init(configuration: JSONValue) {
        if let labels = configuration["id2label"]?.objectValue {
            var names: [Int: String] = [:]
            for (key, value) in zip(labels.keys, labels.values) {
                guard let id = Int(key), let name = value.stringValue else { continue }
                names[id] = name
            }
            self.init(names: names, count: names.count)
            return
        }
        let isTimm = configuration["pretrained_cfg"] != nil || configuration["architecture"] != nil
        let classes = (configuration["num_classes"] ?? configuration["num_labels"])?.intValue.flatMap {
            Int(exactly: $0)
        }
        if let labels = configuration["label_names"]?.arrayValue?.map({ $0.stringValue ?? "" }) {
            self.init(labels)
        } else if isTimm, (classes ?? configuration["pretrained_cfg"]?["num_classes"]?.intValue.map(Int.init)) == 1000 {
            self.init(ImageNetLabels.names)
        } else {
            // Without labels the reference library assumes two classes.
            self.init(names: [:], count: classes ?? (isTimm ? nil : 2))
        }
    }

    /// The name of a class, as the reference library makes one up where the configuration has none.
    public subscript(id: Int) -> String { names[id] ?? "LABEL_\(id)" }
}
