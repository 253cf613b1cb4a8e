// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubVision

/// Tokenizers as they are pushed, and the configurations of image processors, which come with them.
extension FuzzTarget {
    static let tokenizer = FuzzTarget("tokenizer", run: TokenizerFuzz.run)
}

private enum TokenizerFuzz {
    static func run(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes) else { return }
        if let tokenizer = try? Tokenizer(json: json, configuration: json) {
            _ = try? tokenizer.encode("This is a photo of a cat's cup, 12.50!\n", "日本 é 🚀", maximumLength: 9)
            _ = try? tokenizer.encode(batch: ["", "a b"], padding: .length(4))
        }
        let labels = LabelNames(configuration: json)
        precondition(!labels[0].isEmpty || json["id2label"] != nil || json["label_names"] != nil, "classes have names")
        guard let settings = try? ImageProcessorSettings(processor: json, preprocessor: json, model: json) else {
            return
        }
        var processor = ImageProcessor(settings)
        processor.maximumPixels = 1 << 16
        if let image = Image(width: 5, height: 3, channels: 3, samples: [UInt8](repeating: 7, count: 45)) {
            _ = try? processor.process([image])
        }
    }
}
