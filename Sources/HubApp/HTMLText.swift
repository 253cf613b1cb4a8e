// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Text made safe to stand in HTML, between tags or in a quoted attribute.
public enum HTMLText {
    public static func escape(_ text: some StringProtocol) -> String {
        var out = ""
        for character in text {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.append(character)
            }
        }
        return out
    }
}
