// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension Sanitizer {
    mutating func anchor(_ attributes: HTMLAttributes) {
        // A link in a link ends it, as in browsers.
        if let open = index(of: "a") { close(downTo: open) }
        guard links == 0, prepare(for: "a") else { return }
        out.raw("<a")
        if let value = attributes["href"], let address = addresses.link(address(value)) { href(address) }
        write(attributes, allowed: [])
        out.raw(">")
        push("a", as: "a")
    }

    private mutating func href(_ address: Addresses.Address) {
        switch address {
        case .local(let text): out.attribute("href", text.utf8)
        case .external(let text, _):
            out.attribute("href", text.utf8)
            out.raw(" rel=\"nofollow noopener noreferrer\"")
        }
    }

    /// The value of an attribute that holds an address.
    mutating func address(_ value: ArraySlice<UInt8>) -> [UInt8] { HTMLEntities.decoded(math.restored(value)[...]) }

    mutating func image(_ attributes: HTMLAttributes) {
        let alt = attributes["alt"].map { plain($0) } ?? []
        heading?.text.append(contentsOf: alt)
        let source = attributes["src"].map { address($0) } ?? []
        let dimensions = ["width", "height"].compactMap { name in
            attributes[name].flatMap { checked(name, $0) }.map { " \(name)=\"\($0)\"" }
        }
        let local: String
        if let data = DataImage.checked(source) {
            local = data
        } else {
            switch addresses.source(source) {
            case nil: return out.escaped(alt[...])
            case .external(let text, let host): return externalImage(text, host, alt)
            case .local(let text): local = text
            }
        }
        out.raw("<img")
        out.attribute("src", local.utf8)
        out.attribute("alt", alt)
        out.raw(dimensions.joined() + " loading=\"lazy\"")
        write(attributes, allowed: ["align"])
        out.raw(">")
    }

    /// Pages of the hub fetch nothing from elsewhere, so that reading a card tells nobody: the picture is a link.
    private mutating func externalImage(_ address: String, _ host: String, _ alt: [UInt8]) {
        // Within a link of the text's own there can be no other.
        let name = links == 0 ? "a" : "span"
        out.raw("<\(name) class=\"external-image\"")
        if links == 0 { href(.external(address, host: host)) }
        out.attribute("title", host.utf8)
        out.raw(">")
        out.escaped(alt.isEmpty ? Array(host.utf8)[...] : alt[...])
        out.raw("</\(name)>")
    }

    /// Sounds and films of this server only, never started by themselves.
    mutating func media(_ name: String, _ attributes: HTMLAttributes) {
        var fixed = HTMLOutput(limit: .max)
        fixed.raw(" controls=\"\" preload=\"none\"")
        for attribute in name == "video" ? ["src", "poster"] : ["src"] {
            guard let value = attributes[attribute] else { continue }
            guard case .local(let text) = addresses.source(address(value)) else { return }
            fixed.attribute(attribute, text.utf8)
        }
        open(name, as: name, fixed: fixed.string(), attributes)
    }

    /// One version of a picture, sound or film.
    mutating func source(_ attributes: HTMLAttributes) {
        guard let parent = stack.last?.name, ["picture", "audio", "video"].contains(parent) else { return }
        var tag = HTMLOutput(limit: .max)
        if parent == "picture" {
            guard let value = attributes["srcset"], let set = sourceSet(address(value)) else { return }
            tag.attribute("srcset", set.utf8)
            if let media = word(attributes["media"]), media.utf8.allSatisfy(Self.isMediaQuery) {
                tag.attribute("media", media.utf8)
            }
        } else {
            guard let value = attributes["src"], case .local(let text) = addresses.source(address(value)) else {
                return
            }
            tag.attribute("src", text.utf8)
        }
        if let type = word(attributes["type"]),
            type.utf8.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || "/+.-".utf8.contains($0) })
        {
            tag.attribute("type", type.utf8)
        }
        open("source", as: "source", fixed: tag.string(), HTMLAttributes())
    }

    private static func isMediaQuery(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || " ():-,.".utf8.contains(byte)
    }

    /// Candidates of this server with their descriptors ("2x", "640w"); nil as soon as one is not.
    private func sourceSet(_ value: [UInt8]) -> String? {
        var candidates: [String] = []
        for part in value.split(separator: UInt8(ascii: ",")) {
            let words = part.split { $0.isHTMLSpace }
            guard let first = words.first, words.count <= 2, case .local(let text) = addresses.source(Array(first))
            else { return nil }
            let descriptor = words.dropFirst().first.map { String(decoding: $0, as: UTF8.self) }
            if let descriptor, !descriptor.utf8.allSatisfy({ $0.isASCIIDigit || "xw.".utf8.contains($0) }) {
                return nil
            }
            let address = text.replacing(",", with: "%2C")
            candidates.append(descriptor.map { "\(address) \($0)" } ?? address)
        }
        return candidates.isEmpty ? nil : candidates.joined(separator: ", ")
    }
}
