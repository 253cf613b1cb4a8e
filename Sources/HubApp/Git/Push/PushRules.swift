// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// Which refs may be pushed, whatever they are to point to.
enum PushRules {
    /// Why not, in the few words that git shows behind the ref; `nil` if it may.
    static func reason(against command: PushRequest.Command) -> String? {
        if command.ref.hasPrefix(RefName.pullRequestsPrefix) {
            return command.new == nil ? "pull requests are closed, not deleted" : nil
        }
        if command.ref.hasPrefix("refs/convert/") { return "conversions are written by the hub" }
        for prefix in [RefName.headsPrefix, RefName.tagsPrefix] where command.ref.hasPrefix(prefix) {
            let name = String(command.ref.dropFirst(prefix.count))
            guard RefName.isValid(name) else { return "funny refname" }
            if command.new == nil, prefix == RefName.headsPrefix, name == RefName.mainBranch {
                return "the main branch cannot be deleted"
            }
            return nil
        }
        return "only branches, tags and pull requests can be pushed"
    }

    /// Why the viewer may not move this ref; `nil` if it may.
    static func reason(
        against command: PushRequest.Command,
        in repo: RepoRecord,
        by viewer: Viewer,
        _ tx: ReadTransaction
    ) throws -> String? {
        if command.ref.hasPrefix(RefName.pullRequestsPrefix) {
            do {
                _ = try tx.pullRequest(ref: command.ref, in: repo, for: viewer)
                return nil
            } catch let error as HubError where error.code == .revisionNotFound {
                return "no such pull request: open one first"
            } catch let error as HubError where error.code == .forbidden {
                return error.message
            }
        }
        guard viewer.canWrite(repo) else { return "you may not write here: push to a pull request of yours" }
        return try tx.protection(of: command.ref, repo, viewer)
    }

    /// Why the ref cannot be moved from where it is now; `nil` if it can.
    static func reason(against command: PushRequest.Command, among refs: [RefRecord]) -> String? {
        let current = refs.first { $0.name == command.ref }
        guard current?.oid == command.old else {
            return command.old == nil ? "reference already exists" : "fetch first: the ref has moved"
        }
        if command.new == nil { return current == nil ? "no such ref" : nil }
        for ref in refs where ref.name != command.ref {
            if ref.name.hasPrefix(command.ref + "/") || command.ref.hasPrefix(ref.name + "/") {
                return "'\(ref.name)' is in the way"
            }
        }
        return nil
    }
}
