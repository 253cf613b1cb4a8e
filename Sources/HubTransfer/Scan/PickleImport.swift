// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// One thing a pickle brings in when it is loaded, and what is to be thought of it.
public struct PickleImport: Sendable, Hashable {
    public enum Safety: String, Sendable, Hashable, Comparable {
        /// Known to build plain data only.
        case innocuous
        /// Not known.
        case suspicious
        /// Runs code, reaches the system or the network, or reaches what does.
        case dangerous

        public static func < (left: Safety, right: Safety) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .innocuous: 0
            case .suspicious: 1
            case .dangerous: 2
            }
        }
    }

    public let module: String
    public let name: String

    public init(module: String, name: String) {
        self.module = module
        self.name = name
    }

    /// An import whose name is worked out while loading: nobody can tell what it is.
    public static let unknown = PickleImport(module: "?", name: "?")

    public var safety: Safety {
        if self == Self.unknown { return .dangerous }
        var prefix = ""
        for part in module.split(separator: ".", omittingEmptySubsequences: false) {
            prefix += prefix.isEmpty ? part : "." + part
            if ImportRatings.dangerousModules.contains(prefix) { return .dangerous }
        }
        // Pickle protocol 4 resolves dots in the name as well: a harmless object may lead to another.
        let path = module + "." + name
        if let first = name.split(separator: ".").first, name.contains("."),
            Self(module: module, name: String(first)).safety != .innocuous
                || name.split(separator: ".").contains(where: { $0.hasPrefix("_") })
        {
            return .dangerous
        }
        if ImportRatings.dangerous.contains(path) { return .dangerous }
        if ImportRatings.innocuous.contains(path) { return .innocuous }
        if let names = ImportRatings.innocuousSuffixes[module], names.contains(where: name.hasSuffix) {
            return .innocuous
        }
        if let names = ImportRatings.innocuousPrefixes[module], names.contains(where: name.hasPrefix) {
            return .innocuous
        }
        return .suspicious
    }
}
