// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

extension ReadTransaction {
    /// Whether the viewer may read the repo's files: its namespace may, and whoever's request was accepted.
    func mayReadFiles(_ repo: RepoRecord, _ viewer: Viewer) throws -> Bool {
        if viewer.canReadFiles(repo) { return true }
        guard let account = viewer.account, repo.gated != nil, viewer.canSee(repo), viewer.canUseGrant(on: repo) else {
            return false
        }
        return try accessRequest(repo: repo.id, account: account.id)?.status == .accepted
    }

    /// What to tell a viewer who may see a gated repo and not read its files.
    func gatedError(_ repo: RepoRecord, _ viewer: Viewer) throws -> HubError {
        let name = "\(repo.kind.rawValue) \(repo.fullName)"
        guard let account = viewer.account else {
            return HubError(
                .gated,
                "Access to \(name) is restricted. You must have access to it and be authenticated to access it. "
                    + "Please log in."
            )
        }
        let message =
            switch try accessRequest(repo: repo.id, account: account.id)?.status {
            case .pending: "Your request to access \(name) is awaiting a review from the repo authors."
            case .rejected: "Your request to access \(name) has been rejected by the repo's authors."
            case .accepted:
                "Access to \(name) is restricted, and this token does not cover it: use one with the role read or "
                    + "write, or a fine-grained one that names the repo."
            case nil:
                "Access to \(name) is restricted and you are not in the authorized list. Ask its owner for access: "
                    + "'hubctl access ask \(repo.fullName)"
                    + (repo.kind == .model ? "'." : " --type \(repo.kind.rawValue)'.")
            }
        return HubError(.gated, message)
    }
}
