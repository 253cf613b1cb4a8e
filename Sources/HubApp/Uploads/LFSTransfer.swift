// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// An upload or download address of an LFS object, as it is signed into its query.
public struct LFSAddress: Sendable {
    public enum Action: String, Sendable {
        case upload, part, complete, download
    }

    public let action: Action
    /// The repo's public id (24 hex digits).
    public let repo: String
    public let oid: BlobID
    /// Bytes of the whole object.
    public let size: Int64
    /// Of a part, from 1; else 0.
    public let part: Int
    /// Seconds since the epoch.
    public let expires: Int64

    public init(action: Action, repo: String, oid: BlobID, size: Int64, part: Int = 0, expires: Int64) {
        self.action = action
        self.repo = repo
        self.oid = oid
        self.size = size
        self.part = part
        self.expires = expires
    }

    private var signed: [String] {
        ["lfs", action.rawValue, repo, oid.hex, String(size), String(part), String(expires)]
    }

    func url(baseURL: String, signer: URLSigner) -> String {
        "\(baseURL)/lfs/\(repo)/\(oid.hex)?action=\(action.rawValue)&size=\(size)&part=\(part)&expires=\(expires)"
            + "&signature=\(signer.sign(signed))"
    }

    /// - Throws: ``HubError/Code/forbidden`` if the signature is wrong or the time is over.
    func check(signature: String, signer: URLSigner, now: Timestamp) throws {
        guard signer.isValid(signature, for: signed) else {
            throw HubError(.forbidden, "This upload address is not one of ours: its signature does not match")
        }
        guard now.seconds < expires else {
            throw HubError(.forbidden, "This upload address has expired: ask for a new one")
        }
    }
}
