// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import NIOCore

/// A line of git's protocol: four hex digits that say how long it is, themselves included, then the payload.
public enum PktLine: Sendable, Equatable {
    case data(ByteBuffer)
    /// `0000`
    case flush
    /// `0001`, between the sections of protocol version 2.
    case delimiter
    /// `0002`, the end of an answer where the connection stays open.
    case responseEnd

    /// Bytes of a line, the length included.
    public static let maximumLength = 65_520
    /// Bytes of a line's payload.
    public static let maximumPayload = maximumLength - 4

    public enum Malformed: Error, Hashable {
        /// The length is not four hex digits, or one that no line can have.
        case length
        /// The bytes end within a line.
        case cutShort
    }

    /// Takes the next line off the front of `buffer`.
    /// - Returns: `nil` if it is not there yet as a whole; then nothing is taken.
    public static func read(from buffer: inout ByteBuffer) throws(Malformed) -> PktLine? {
        guard let digits = buffer.getBytes(at: buffer.readerIndex, length: 4) else { return nil }
        var length = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): length = length << 4 | Int(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): length = length << 4 | Int(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): length = length << 4 | Int(digit - UInt8(ascii: "A") + 10)
            default: throw .length
            }
        }
        switch length {
        case 0: return skip(&buffer, .flush)
        case 1: return skip(&buffer, .delimiter)
        case 2: return skip(&buffer, .responseEnd)
        case 4...maximumLength: break
        default: throw .length
        }
        guard buffer.readableBytes >= length else { return nil }
        buffer.moveReaderIndex(forwardBy: 4)
        guard let payload = buffer.readSlice(length: length - 4) else { return nil }
        return .data(payload)
    }

    private static func skip(_ buffer: inout ByteBuffer, _ line: PktLine) -> PktLine {
        buffer.moveReaderIndex(forwardBy: 4)
        return line
    }

    /// The payload as text, without the line break that most lines end with; `nil` for other lines and other bytes.
    public var text: String? {
        guard case .data(let payload) = self else { return nil }
        var view = payload.readableBytesView[...]
        if view.last == UInt8(ascii: "\n") { view = view.dropLast() }
        return String(validating: view, as: UTF8.self)
    }
}

extension ByteBuffer {
    private static let digits = Array("0123456789abcdef".utf8)

    private static func length(_ count: Int) -> [UInt8] {
        [12, 8, 4, 0].map { digits[count >> $0 & 15] }
    }

    /// Writes a line of text; a line break is added.
    ///
    /// Longer text than a line holds is cut: what we write is short, or made of names that are.
    public mutating func writePktLine(_ text: String) {
        let bytes = Array(text.utf8.prefix(PktLine.maximumPayload - 1))
        writeBytes(Self.length(bytes.count + 5))
        writeBytes(bytes)
        writeInteger(UInt8(ascii: "\n"))
    }

    public mutating func writePktFlush() { writeString("0000") }

    public mutating func writePktDelimiter() { writeString("0001") }
}

/// The three streams that share an answer (side-band-64k).
public enum SideBand: UInt8, Sendable {
    case pack = 1
    /// Shown to the user, each line behind `remote: `.
    case progress = 2
    /// Ends the client with this message.
    case fatal = 3
}

extension ByteBuffer {
    /// Writes `bytes` in as many lines of one stream as they need.
    public mutating func writeSideBand(_ band: SideBand, _ bytes: ByteBuffer) {
        var rest = bytes
        let most = PktLine.maximumPayload - 1
        reserveCapacity(minimumWritableBytes: rest.readableBytes + (rest.readableBytes / most + 1) * 5)
        while rest.readableBytes > 0, let piece = rest.readSlice(length: min(rest.readableBytes, most)) {
            writeBytes(Self.length(piece.readableBytes + 5))
            writeInteger(band.rawValue)
            writeImmutableBuffer(piece)
        }
    }

    public mutating func writeSideBand(_ band: SideBand, _ text: String) {
        writeSideBand(band, ByteBuffer(string: text))
    }
}
