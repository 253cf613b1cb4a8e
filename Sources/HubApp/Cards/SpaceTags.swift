// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The tags of a space.
enum SpaceTags {
    static func build(card: CardMetadata?) -> [RepoTag] {
        var list = RepoTagList()
        if let sdk = card?.space.sdk { list.add(.sdk, sdk) }
        for tag in card?.tags ?? [] { list.add(.other, tag) }
        if let license = card?.license { list.add(.license, "license:\(license)", label: Licenses.name(of: license)) }
        for code in card?.languages ?? [] { list.add(.language, code, label: Languages.name(of: code)) }
        list.add(.model, prefix: "model", card?.space.models ?? [])
        list.add(.dataset, prefix: "dataset", card?.space.datasets ?? [])
        return list.tags
    }
}
