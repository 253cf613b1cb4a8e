// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// DeiT: ViT with a second learned token that was trained to agree with a teacher. (Touvron et al. 2020)
enum DeiT {
    static let architectures = [
        Architecture(
            name: "DeiTForImageClassification",
            modelType: "deit",
            task: .imageClassification,
            unused: ["deit.pooler."]
        ) { g, context in
            let states = try ViT(context).states(g, context, "deit.", learned: learned)
            g.output("logits", try g.linear(g.firstToken(states), "classifier"))
        },
        Architecture(
            name: "DeiTForImageClassificationWithTeacher",
            modelType: "deit",
            task: .imageClassification,
            unused: ["deit.pooler."]
        ) { g, context in
            let states = try ViT(context).states(g, context, "deit.", learned: learned)
            let own = try g.linear(g.firstToken(states), "cls_classifier")
            let teacher = try g.linear(g.select(states, axis: 1, at: 1), "distillation_classifier")
            g.output("logits", g.multiply(g.add(own, teacher), 0.5))
            g.output("cls_logits", own)
            g.output("distillation_logits", teacher)
        },
        Architecture(
            name: "DeiTModel",
            modelType: "deit",
            task: .imageFeatureExtraction,
            unused: ["classifier.", "cls_classifier.", "distillation_classifier."]
        ) { g, context in
            let base = g.has("deit.embeddings.cls_token") ? "deit." : ""
            try ViT(context).features(g, context, base, learned: learned)
        },
    ]

    private static let learned = ["cls_token", "distillation_token"]
}
