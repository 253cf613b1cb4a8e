// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubVision
import Testing

@Suite struct ImageProcessorTests {
    static func settings(_ preprocessor: JSONValue, model: JSONValue? = nil) throws -> ImageProcessorSettings {
        try ImageProcessorSettings(processor: nil, preprocessor: preprocessor, model: model)
    }

    @Test func `old and new spellings mean the same`() throws {
        let old = try Self.settings(["feature_extractor_type": "CLIPFeatureExtractor", "size": 64, "crop_size": 64])
        let new = try Self.settings([
            "image_processor_type": "CLIPImageProcessorFast", "size": ["shortest_edge": 64],
            "crop_size": ["height": 64, "width": 64],
        ])
        #expect(old == new)
        let nested = try ImageProcessorSettings(
            processor: [
                "image_processor": ["image_processor_type": "CLIPImageProcessor", "size": 64, "crop_size": 64]
            ],
            preprocessor: ["image_processor_type": "ViTImageProcessor"],
            model: nil
        )
        #expect(nested == old)
        let nulls = try Self.settings([
            "image_processor_type": "CLIPImageProcessor", "size": 64, "crop_size": 64, "do_resize": nil,
            "image_mean": nil,
            "resample": nil, "rescale_factor": nil,
        ])
        #expect(nulls == old)
        let byModel = try Self.settings(["size": 64, "crop_size": 64], model: ["model_type": "clip"])
        #expect(byModel == old)
    }

    static let wrong: [(JSONValue, String)] = [
        (["image_processor_type": "SomethingElse"], "SomethingElse is not supported"), ([:], "names no class"),
        (["image_processor_type": "ViTImageProcessor", "size": -3], "impossible size"),
        (["image_processor_type": "ViTImageProcessor", "size": 9_000_000_000], "impossible size"),
        (["image_processor_type": "ViTImageProcessor", "image_std": [0, 1, 1]], "impossible image_std"),
        (["image_processor_type": "ViTImageProcessor", "image_mean": [1, 1]], "impossible image_mean"),
        (["image_processor_type": "ViTImageProcessor", "resample": 17], "impossible resample"),
        (["image_processor_type": "ConvNextImageProcessor", "size": 96, "crop_pct": 0], "impossible crop_pct"),
        (["image_processor_type": "ViltImageProcessor", "size": ["height": 4, "width": 4]], "impossible size"),
    ]

    @Test(arguments: wrong)
    func `a configuration that makes no sense is refused`(_ json: JSONValue, _ message: String) throws {
        let error = #expect(throws: HubError.self) { try Self.settings(json) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func `a configuration cannot order a huge picture`() throws {
        let image = try #require(Image(width: 2, height: 2, channels: 3, samples: [UInt8](repeating: 1, count: 12)))
        for json: JSONValue in [
            ["image_processor_type": "ViTImageProcessor", "size": 1_000_000],
            ["image_processor_type": "CLIPImageProcessor", "size": 2, "crop_size": 1_000_000],
            [
                "image_processor_type": "SamImageProcessor", "size": ["longest_edge": 8],
                "pad_size": ["height": 1_000_000, "width": 900],
            ],
        ] {
            let error = #expect(throws: HubError.self) { try ImageProcessor(Self.settings(json)).process([image]) }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test func `a picture too small for the model is refused`() throws {
        let image = try #require(Image(width: 20, height: 50, channels: 3, samples: [UInt8](repeating: 1, count: 3000)))
        let processor = try ImageProcessor(Self.settings(["image_processor_type": "GLPNImageProcessor"]))
        let error = #expect(throws: HubError.self) { try processor.process([image]) }
        #expect(error?.code == .unprocessable)
        #expect(error?.message.contains("too small") == true)
    }

    @Test func `pictures of a batch are filled up with zeros and masked`() throws {
        let processor = try ImageProcessor(
            Self.settings(["image_processor_type": "DetrImageProcessor", "do_resize": false, "do_normalize": false])
        )
        let wide = try #require(Image(width: 3, height: 1, channels: 3, samples: [UInt8](repeating: 255, count: 9)))
        let high = try #require(Image(width: 1, height: 2, channels: 3, samples: [UInt8](repeating: 255, count: 6)))
        let batch = try processor.process([wide, high])
        #expect(batch.pixelValues.shape == [2, 3, 2, 3])
        #expect(Array(batch.pixelValues.floats.prefix(6)) == [1, 1, 1, 0, 0, 0])
        #expect(Array(batch.pixelValues.floats.suffix(6)) == [1, 0, 0, 1, 0, 0])
        #expect(batch.pixelMask?.integers == [1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0])
        let vit = try ImageProcessor(Self.settings(["image_processor_type": "ViTImageProcessor", "do_resize": false]))
        #expect(throws: HubError.self) { try vit.process([wide, high]) }
    }

    @Test func `a crop larger than the picture is black around it`() throws {
        let image = try #require(Image(width: 1, height: 1, channels: 3, samples: [9, 9, 9]))
        let cropped = try #require(image.cropped(left: -1, top: 0, width: 3, height: 2))
        #expect(cropped.samples == [0, 0, 0, 9, 9, 9] + [UInt8](repeating: 0, count: 12))
    }
}
