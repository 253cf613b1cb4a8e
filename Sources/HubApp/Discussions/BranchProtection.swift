// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// Who may push to a protected branch.
public enum ProtectedPush: String, Sendable, CaseIterable {
    /// Those who administer the repo.
    case admins
    /// Nobody: what is to go in comes by a pull request.
    case nobody
}

extension ReadTransaction {
    /// Why the viewer, who may write to the repo, may not write to this ref; `nil` if that is allowed.
    /// - Parameter merges: for a merged pull request.
    func protection(of ref: String, _ repo: RepoRecord, _ viewer: Viewer, merges: Bool = false) throws -> String? {
        guard ref.hasPrefix(RefName.headsPrefix) else { return nil }
        let branch = String(ref.dropFirst(RefName.headsPrefix.count))
        for row in try protections(repo: repo.id)
        where Glob.matches(Array(row.pattern.utf8), Array(branch.utf8)) {
            switch ProtectedPush(rawValue: row.push) {
            case .admins where viewer.canAdminister(repo): continue
            case .nobody where merges: continue
            case .admins: return "the branch '\(branch)' is protected: only administrators write to it"
            default: return "the branch '\(branch)' is protected: open a pull request"
            }
        }
        return nil
    }

    /// - Throws: HubError/Code/forbidden that says why.
    func requirePush(_ ref: String, _ repo: RepoRecord, _ viewer: Viewer, merges: Bool = false) throws {
        guard let reason = try protection(of: ref, repo, viewer, merges: merges) else { return }
        throw HubError(.forbidden, reason.prefix(1).uppercased() + reason.dropFirst())
    }
}
