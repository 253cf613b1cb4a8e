// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension Sanitizer {
    /// The attributes that any element may have, and of the others those that this one may.
    mutating func write(_ attributes: HTMLAttributes, allowed: Elements.Attributes) {
        if let id = attributes["id"] ?? attributes["name"], let id = ownID(id) { out.attribute("id", id) }
        for name in ["title", "aria-label"] {
            if let value = attributes[name] { out.attribute(name, plain(value)) }
        }
        if let value = word(attributes["class"]), Elements.classes.contains(value) { out.raw(" class=\"\(value)\"") }
        if let value = word(attributes["dir"]), ["ltr", "rtl", "auto"].contains(value) { out.raw(" dir=\"\(value)\"") }
        for name in allowed.sorted() {
            if let value = attributes[name], let value = checked(name, value) { out.raw(" \(name)=\"\(value)\"") }
        }
    }

    /// A value in its own form, or nil; what is returned needs no escaping.
    func checked(_ name: String, _ value: ArraySlice<UInt8>) -> String? {
        let text = word(value) ?? ""
        switch name {
        case "align": return ["left", "right", "center", "justify"].contains(text) ? text : nil
        case "valign": return ["top", "middle", "bottom", "baseline"].contains(text) ? text : nil
        case "width", "height": return Self.length(text)
        case "colspan", "rowspan", "start", "value":
            return Int(text).flatMap { (0...1000).contains($0) ? String($0) : nil }
        case "type": return ["1", "a", "i"].contains(text) ? text : nil
        case "open", "reversed": return ""
        case "datetime":
            let letters = text.utf8.allSatisfy { $0.isASCIIDigit || $0.isASCIILetter || "-:+.".utf8.contains($0) }
            return letters && text.utf8.count <= 40 ? text.uppercased() : nil
        default: return nil
        }
    }

    /// Pixels or per cent, at most five digits.
    static func length(_ text: String) -> String? {
        var digits = Substring(text)
        let isPercent = digits.hasSuffix("%")
        if isPercent { digits = digits.dropLast() } else if digits.hasSuffix("px") { digits = digits.dropLast(2) }
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        return isPercent ? digits + "%" : String(digits)
    }

    /// A short value in lower case without the spaces around it.
    func word(_ value: ArraySlice<UInt8>?) -> String? {
        guard let value, value.count <= 200 else { return nil }
        let decoded = HTMLEntities.decoded(value).map(\.asciiLowercased)
        guard let first = decoded.firstIndex(where: { !$0.isHTMLSpace }),
            let last = decoded.lastIndex(where: { !$0.isHTMLSpace })
        else { return "" }
        return String(decoding: decoded[first...last], as: UTF8.self)
    }

    /// Words of an attribute, with the source of formulas in place of their marks.
    mutating func plain(_ value: ArraySlice<UInt8>) -> [UInt8] {
        HTMLEntities.decoded(math.restored(value)[...])
    }

    /// An id of the text under the prefix, so that it is none of the page's.
    func ownID(_ value: ArraySlice<UInt8>) -> [UInt8]? {
        let decoded = HTMLEntities.decoded(value)
        guard !decoded.isEmpty, decoded.count <= 200,
            decoded.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || $0 >= 0x80 || "-_.:".utf8.contains($0) })
        else { return nil }
        return idPrefix.utf8 + decoded
    }
}
