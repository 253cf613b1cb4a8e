// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer

/// Trees, pointers and the small files git reads.
extension FuzzTarget {
    static let git = FuzzTarget("git", run: GitFuzz.run)
}

private enum GitFuzz {
    static func run(_ bytes: [UInt8]) {
        if let tree = try? TreeObject(parsing: bytes) {
            precondition(tree.data == bytes, "a tree that is read is written as the same bytes")
        }
        if let pointer = LFSPointer(parsing: bytes) {
            precondition(LFSPointer(parsing: pointer.data) == pointer, "a pointer survives writing")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        _ = GitAttributes(parsing: text).isLFS("folder/model.safetensors")
        _ = GitIgnore(parsing: text).ignores("folder/model.safetensors")
        let halves = bytes.split(separator: 0, maxSplits: 1)
        if let pattern = halves.first, let subject = halves.last { _ = Glob.matches(Array(pattern), Array(subject)) }
    }
}
