// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Which addresses may stand in the output, and what they become.
struct Addresses {
    enum Address: Equatable {
        /// Within this server, or a fragment.
        case local(String)
        /// Somewhere else, with the name of the host or, for an address of mail, of the scheme.
        case external(String, host: String)
    }

    let links: MarkdownLinks
    let idPrefix: String

    /// The target of a link; nil if there is none that is allowed.
    func link(_ value: [UInt8]) -> Address? {
        let bytes = Self.cleaned(value)
        if bytes.first == UInt8(ascii: "#") {
            let name = bytes.dropFirst()
            let isOwn = name.isEmpty || name.starts(with: idPrefix.utf8)
            return .local("#" + Self.encoded(isOwn ? Array(name) : Array(idPrefix.utf8) + name))
        }
        return resolve(bytes, prefix: links.file, schemes: ["http", "https", "mailto"])
    }

    /// The source of a picture, a sound or a film.
    func source(_ value: [UInt8]) -> Address? {
        let bytes = Self.cleaned(value)
        guard bytes.first != UInt8(ascii: "#") else { return nil }
        return resolve(bytes, prefix: links.image, schemes: ["http", "https"])
    }

    private func resolve(_ bytes: [UInt8], prefix: String?, schemes: Set<String>) -> Address? {
        guard !bytes.isEmpty else { return nil }
        if let colon = bytes.firstIndex(where: { ":/?#".utf8.contains($0) }), bytes[colon] == UInt8(ascii: ":") {
            let scheme = String(decoding: bytes[..<colon].map(\.asciiLowercased), as: UTF8.self)
            guard schemes.contains(scheme) else { return nil }
            let rest = bytes[(colon + 1)...]
            guard scheme != "mailto" else { return .external("mailto:" + Self.encoded(rest), host: "mailto") }
            return external(rest, scheme: scheme)
        }
        if bytes.starts(with: "//".utf8) { return external(bytes[...], scheme: "https") }
        if bytes.first == UInt8(ascii: "/") { return .local(Self.encoded(bytes)) }
        guard let prefix, bytes.first != UInt8(ascii: "?") else { return nil }
        return .local(relative(bytes, prefix: prefix))
    }

    /// What stands behind the scheme's colon.
    private func external(_ rest: ArraySlice<UInt8>, scheme: String) -> Address? {
        guard rest.starts(with: "//".utf8) else { return nil }
        let authority = rest.dropFirst(2).prefix { !"/?#".utf8.contains($0) }
        let host = authority.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).last ?? []
        guard !host.isEmpty else { return nil }
        return .external("\(scheme):" + Self.encoded(rest), host: String(decoding: host, as: UTF8.self))
    }

    /// Follows "." and ".." from the text's folder, never above the root.
    private func relative(_ bytes: [UInt8], prefix: String) -> String {
        let end = bytes.firstIndex { "?#".utf8.contains($0) } ?? bytes.count
        var segments = links.folder
        let given = bytes[..<end].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true)
        for segment in given.map(Self.percentDecoded) {
            switch segment {
            case [0x2E]: break
            case [0x2E, 0x2E]: _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        var path = prefix
        for segment in segments { path += "/" + Self.encoded(segment: segment) }
        if bytes[..<end].last == UInt8(ascii: "/") { path += "/" }
        return path + Self.encoded(bytes[end...])
    }

    /// As a browser reads it: no spaces around, no tabs and line ends within, slashes for backslashes. Other control
    /// characters have no place in an address.
    private static func cleaned(_ value: [UInt8]) -> [UInt8] {
        guard let first = value.firstIndex(where: { $0 > 0x20 }), let last = value.lastIndex(where: { $0 > 0x20 })
        else { return [] }
        return value[first...last].filter { $0 >= 0x20 && $0 != 0x7F }
            .map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 }
    }
}
