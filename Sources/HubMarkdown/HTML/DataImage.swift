// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Pictures that stand in their own address: pixels only, nothing that can hold scripts.
enum DataImage {
    private static let prefixes = ["png", "jpeg", "gif", "webp"].map { Array("data:image/\($0);base64,".utf8) }

    static func checked(_ value: [UInt8]) -> String? {
        guard let prefix = prefixes.first(where: { value.starts(with: $0) }),
            value.count > prefix.count,
            value[prefix.count...].allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || "+/=".utf8.contains($0) })
        else { return nil }
        return String(decoding: value, as: UTF8.self)
    }
}
