// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import Hummingbird

extension Request {
    /// The value of a cookie.
    func cookie(_ name: String) -> String? {
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let trimmed = pair.drop { $0 == " " }
                if trimmed.hasPrefix(name + "=") { return String(trimmed.dropFirst(name.count + 1)) }
            }
        }
        return nil
    }
}

/// A cookie that scripts cannot read and other sites' forms do not carry.
struct Cookie {
    let name: String
    let value: String
    /// Seconds; 0 removes it.
    let lifetime: Int64
    /// Whether it travels over TLS only.
    let isSecure: Bool

    var header: String {
        "\(name)=\(value); Path=/; Max-Age=\(lifetime); HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }
}
