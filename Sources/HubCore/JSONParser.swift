// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import NIOCore

extension JSONValue {
    /// Arrays and objects may lie this deep in one another.
    public static let maximumDepth = 128

    /// Parses one JSON text (RFC 8259, strict; no byte order mark), which must fill `bytes` but for white space.
    ///
    /// Integers that fit are `.int`, all other numbers `.double`. Of members with the same key the last wins.
    /// The caller bounds the size.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
        let inPlace = bytes.withContiguousStorageIfAvailable { JSONParser.parse($0) }
        self = try (inPlace ?? Array(bytes).withUnsafeBufferPointer { JSONParser.parse($0) }).get()
    }

    /// Parses the readable bytes of `buffer`.
    public init(parsing buffer: ByteBuffer) throws(JSONError) {
        try self.init(parsing: buffer.readableBytesView)
    }
}

private struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<JSONValue, JSONError> {
        var parser = JSONParser(bytes: bytes)
        do throws(JSONError) {
            let value = try parser.value(depth: 0)
            parser.skipSpace()
            guard parser.at == bytes.count else { throw parser.error(.trailingBytes) }
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var current: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func error(_ reason: JSONError.Reason) -> JSONError { JSONError(reason, offset: at) }

    private func unexpected() -> JSONError { error(at < bytes.count ? .unexpectedByte : .unexpectedEnd) }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        at += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipSpace()
        guard let first = current else { throw error(.unexpectedEnd) }
        switch first {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for index in 0..<word.utf8CodeUnitCount where !take(word.utf8Start[index]) { throw unexpected() }
        return value
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth <= JSONValue.maximumDepth else { throw error(.tooDeep) }
        at += 1
        var items: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return items }
        while true {
            items.append(try value(depth: depth))
            skipSpace()
            if take(UInt8(ascii: "]")) { return items }
            guard take(UInt8(ascii: ",")) else { throw unexpected() }
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        guard depth <= JSONValue.maximumDepth else { throw error(.tooDeep) }
        at += 1
        var members = JSONObject()
        skipSpace()
        if take(UInt8(ascii: "}")) { return members }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw unexpected() }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected() }
            members[key] = try value(depth: depth)
            skipSpace()
            if take(UInt8(ascii: "}")) { return members }
            guard take(UInt8(ascii: ",")) else { throw unexpected() }
        }
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = at
        let negative = take(UInt8(ascii: "-"))
        let firstDigit = at
        var magnitude: Int64? = 0
        while let digit = digit() {
            // Counted downwards, for the lowest Int64 has no positive twin.
            let (shifted, overflowed) = (magnitude ?? 0).multipliedReportingOverflow(by: 10)
            let (sum, wrapped) = shifted.subtractingReportingOverflow(Int64(digit))
            magnitude = magnitude == nil || overflowed || wrapped ? nil : sum
        }
        guard at > firstDigit else { throw unexpected() }
        guard at == firstDigit + 1 || bytes[firstDigit] != UInt8(ascii: "0") else {
            throw JSONError(.badNumber, offset: start)
        }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        if isInteger, let magnitude, negative || magnitude != .min { return .int(negative ? magnitude : -magnitude) }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<at]), as: UTF8.self)
        guard let value = Double(text), value.isFinite else { throw JSONError(.numberOutOfRange, offset: start) }
        return .double(value)
    }

    private mutating func digit() -> UInt8? {
        guard let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        at += 1
        return byte - UInt8(ascii: "0")
    }

    private mutating func digits() throws(JSONError) {
        let start = at
        while digit() != nil {}
        guard at > start else { throw error(at < bytes.count ? .badNumber : .unexpectedEnd) }
    }

    private mutating func string() throws(JSONError) -> String {
        at += 1
        let start = at
        var runStart = at
        var unescaped: [UInt8]?
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                let run = UnsafeBufferPointer(rebasing: bytes[runStart..<at])
                at += 1
                unescaped?.append(contentsOf: run)
                let text =
                    unescaped.map { String(validating: $0, as: UTF8.self) } ?? String(validating: run, as: UTF8.self)
                guard let text else { throw JSONError(.invalidUTF8, offset: start) }
                return text
            case UInt8(ascii: "\\"):
                var text = unescaped ?? []
                unescaped = nil
                text.append(contentsOf: bytes[runStart..<at])
                try escape(into: &text)
                unescaped = text
                runStart = at
            case 0..<0x20:
                throw error(.controlCharacter)
            default:
                at += 1
            }
        }
        throw error(.unexpectedEnd)
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        let start = at
        at += 1
        guard let letter = current else { throw error(.unexpectedEnd) }
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexQuad()
            if 0xD800..<0xDC00 ~= code {
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
                    throw JSONError(.loneSurrogate, offset: start)
                }
                let low = try hexQuad()
                guard 0xDC00..<0xE000 ~= low else { throw JSONError(.loneSurrogate, offset: start) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw JSONError(.loneSurrogate, offset: start) }
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw JSONError(.badEscape, offset: start)
        }
    }

    private mutating func hexQuad() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current else { throw error(.unexpectedEnd) }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw error(.badEscape)
            }
            code = code << 4 | UInt32(digit)
            at += 1
        }
        return code
    }
}
