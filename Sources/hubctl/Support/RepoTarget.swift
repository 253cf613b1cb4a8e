// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import ArgumentParser
public import HubCore

/// A repo as typed: `namespace/name`, or `name` alone for one of the token's owner, and its kind.
///
/// Looser than ``RepoID``, which has the rules of our own server: other hubs have names without a namespace.
struct RepoTarget: Sendable, Hashable {
    let kind: RepoKind
    let namespace: String?
    let name: String

    var id: String { namespace.map { "\($0)/\(name)" } ?? name }
    /// `/api/models/ns/name`
    var apiPath: String { "/api/\(kind.plural)/\(id)" }
    /// `/datasets/ns/name`: where the repo's page, files and LFS batch lie.
    var webPath: String { "/\(kind.urlPrefix)\(id)" }
    /// `models--ns--name`, the repo's folder in the cache.
    var cacheFolder: String { ([kind.plural] + [namespace, name].compactMap(\.self)).joined(separator: "--") }

    /// From `ns/name` or `name`, also with the kind in front as in URLs: `datasets/ns/name`.
    ///
    /// Throws ``CommandFailure`` that says what is wrong with the name.
    init(_ text: String, kind: RepoKind) throws {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false)
        var kind = kind
        if parts.count == 3, let named = parts.first.flatMap({ RepoKind(plural: $0) }) {
            kind = named
            parts.removeFirst()
        }
        let isSound = parts.allSatisfy { part in
            !part.isEmpty && !part.contains("--") && !part.contains("..") && part.utf8.count <= 96
                && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
                && part.first.map { !"-.".contains($0) } == true && part.last.map { !"-.".contains($0) } == true
        }
        guard isSound, (1...2).contains(parts.count), let name = parts.last else {
            throw CommandFailure(
                "'\(Table.printable(text))' is not a repo id",
                hint: "it has the form namespace/name, of letters, digits, '-', '_' and '.'"
            )
        }
        self.kind = kind
        self.name = String(name)
        namespace = parts.count == 2 ? parts.first.map(String.init) : nil
    }

    private init(kind: RepoKind, namespace: String, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// The same with the token's owner as namespace when none was typed.
    func owned(by client: HubClient) async throws -> RepoTarget {
        guard namespace == nil else { return self }
        return RepoTarget(kind: kind, namespace: try await Account.current(client).name, name: name)
    }
}

extension RepoKind: ExpressibleByArgument {}
