// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubVision
import Testing

/// Pixel values against what the reference library stored, bit for bit.
@Suite struct PixelValueTests {
    static let fixtures = [
        "beit", "clip", "clipseg", "conditional_detr", "convnext", "convnextv2", "deit", "depth_anything", "detr",
        "detr_panoptic", "detr_timm", "dinov2", "dpt", "dpt_hybrid", "dpt_segmentation", "glpn", "maskformer_swin",
        "mobilenet_v2", "owlvit", "regnet", "resnet", "resnet18_basic_multilabel", "segformer", "siglip", "swin",
        "table_transformer", "timm_efficientnet", "timm_resnet", "timm_vit", "upernet_convnext", "vilt_vqa", "vit",
        "vit_bf16", "vit_features", "vit_mae", "yolos",
    ]

    @Test(arguments: fixtures)
    func `pixel values equal the reference bit for bit`(_ name: String) throws {
        let processor = try Self.processor(name)
        var compared = 0
        for (label, meta) in try Fixture.cases(name) {
            guard let photo = meta["images"]?.arrayValue?.first?.stringValue else { continue }
            let expected = try Fixture.tensors("\(name)/expected/\(label).safetensors")
            guard let values = expected["in.pixel_values"] else { continue }
            let result = try processor.process([Fixture.photo(photo)])
            #expect(result.pixelValues.shape.suffix(3) == values.shape.suffix(3))
            var actual = result.pixelValues.floats
            if values.type == .bfloat16 { actual = actual.map(Self.roundedToBFloat16) }
            // CLIPSeg's inputs repeat the picture for each text.
            #expect(Array(values.floats.prefix(actual.count)) == actual, "\(name)/\(label)")
            if let mask = expected["in.pixel_mask"] { #expect(result.pixelMask?.integers == mask.integers) }
            compared += 1
        }
        #expect(compared > 0)
    }

    static func processor(_ name: String) throws -> ImageProcessor {
        try ImageProcessor(
            processor: Fixture.jsonIfThere("\(name)/processor_config.json"),
            preprocessor: Fixture.jsonIfThere("\(name)/preprocessor_config.json"),
            model: Fixture.json("\(name)/config.json")
        )
    }

    private static func roundedToBFloat16(_ value: Float) -> Float {
        let bits = value.bitPattern
        return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
    }
}
