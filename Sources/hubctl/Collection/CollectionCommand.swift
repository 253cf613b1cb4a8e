// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser

struct CollectionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collection",
        abstract: "Keep lists of repos and papers.",
        subcommands: [
            CollectionCreate.self, CollectionList.self, CollectionView.self, CollectionEdit.self, CollectionAdd.self,
            CollectionRemove.self, CollectionDelete.self,
        ]
    )
}
