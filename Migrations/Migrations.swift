// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// One step of the schema: plain SQL, forward only, never changed once released.
public struct Migration: Sendable {
    public let id: String
    public let sql: String

    init(_ id: String, _ bytes: [UInt8]) {
        self.id = id
        self.sql = String(decoding: bytes, as: UTF8.self)
    }
}

extension Migration {
    /// Every migration in the order it is applied; one line per file.
    public static let all: [Migration] = [
        Migration("0001_init", PackageResources._001_init_sql),
        Migration("0002_audit_quota", PackageResources._002_audit_quota_sql),
        Migration("0003_repo_moves", PackageResources._003_repo_moves_sql),
        Migration("0004_people_access", PackageResources._004_people_access_sql),
        Migration("0005_scan", PackageResources._005_scan_sql),
        Migration("0006_sign_on", PackageResources._006_sign_on_sql),
        Migration("0007_xet", PackageResources._007_xet_sql),
        Migration("0008_git", PackageResources._008_git_sql),
        Migration("0009_collaboration", PackageResources._009_collaboration_sql),
        Migration("0010_web_accounts", PackageResources._010_web_accounts_sql),
    ]
}
