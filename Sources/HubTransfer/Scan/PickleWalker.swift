// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Follows the opcodes of a pickle (protocols 0 to 5) and notes what loading it would import. Never runs anything.
///
/// Bytes are fed in pieces of any length; memory stays bounded whatever they say. A stream of several pickles, as
/// PyTorch writes them, is followed to the last.
public struct PickleWalker: Sendable {
    /// How it ended.
    public enum End: Sendable, Hashable {
        /// Still in the middle of a pickle.
        case unfinished
        /// At the end of the last pickle; what follows is not one.
        case complete
        /// At a byte that is no opcode, or an argument that makes no sense.
        case malformed
        /// Built to exhaust whoever follows it.
        case tooComplex
    }

    /// In the order they were met, each once.
    public private(set) var imports: [PickleImport] = []
    public private(set) var end: End = .unfinished
    /// Pickles that were followed to their STOP.
    public private(set) var pickles = 0
    /// Whether the loader would call something of what was imported.
    public private(set) var calls = false
    /// Bytes at the front of the next input that need not be fed: the inside of a long string.
    public var skippable: UInt64 {
        if case .payload(_, let left, false) = state { return left }
        return 0
    }

    private enum Value: Sendable {
        case mark, other
        case text(String)
    }

    private enum State: Sendable {
        case opcode
        case fixed(op: UInt8, left: Int)
        case line(op: UInt8, second: Bool)
        case length(op: UInt8, left: Int)
        case payload(op: UInt8, left: UInt64, kept: Bool)
    }

    private static let maximumDepth = 1 << 20
    private static let maximumImports = 10_000
    private static let maximumText = 512
    private static let maximumKeptBytes = 32 << 20

    private var state = State.opcode
    private var argument: [UInt8] = []
    private var firstLine: [UInt8] = []
    private var stack: [Value] = []
    private var memo: [UInt64: String] = [:]
    private var memoCount: UInt64 = 0
    private var keptBytes = 0
    private var seen: Set<PickleImport> = []

    public init() {}

    public var isDone: Bool { end != .unfinished }

    /// Tells of bytes that were left out because they were ``skippable``.
    public mutating func skip(_ count: UInt64) {
        guard case .payload(let op, let left, _) = state else { return }
        let rest = left - min(left, count)
        state = .payload(op: op, left: rest, kept: false)
        if rest == 0 { finish(op) }
    }

    public mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if isDone { return }
            step(byte)
        }
    }

    private mutating func step(_ byte: UInt8) {
        switch state {
        case .opcode: begin(byte)
        case .fixed(let op, let left):
            argument.append(byte)
            if left == 1 { finish(op) } else { state = .fixed(op: op, left: left - 1) }
        case .line(let op, let second):
            guard byte == UInt8(ascii: "\n") else {
                // A number or persistent id may be long; a name may not.
                if argument.count <= Self.maximumText { argument.append(byte) }
                return
            }
            if (op == UInt8(ascii: "c") || op == UInt8(ascii: "i")) && !second {
                firstLine = argument
                argument = []
                state = .line(op: op, second: true)
            } else {
                finish(op)
            }
        case .length(let op, let left):
            argument.append(byte)
            if left > 1 {
                state = .length(op: op, left: left - 1)
                return
            }
            let count = number()
            argument = []
            let kept = Self.isText(op) && count <= UInt64(Self.maximumText)
            if count == 0 { finish(op) } else { state = .payload(op: op, left: count, kept: kept) }
        case .payload(let op, let left, let kept):
            if kept { argument.append(byte) }
            if left == 1 { finish(op, kept: kept) } else { state = .payload(op: op, left: left - 1, kept: kept) }
        }
    }

    private mutating func begin(_ op: UInt8) {
        argument = []
        // Between pickles: another one begins with a protocol, anything else is not ours.
        if pickles > 0, stack.isEmpty, op != 0x80 {
            if atStart { return stop(.complete) }
        }
        atStart = false
        switch op {
        case UInt8(ascii: "K"), UInt8(ascii: "h"), UInt8(ascii: "q"), 0x80, 0x82: state = .fixed(op: op, left: 1)
        case UInt8(ascii: "M"), 0x83: state = .fixed(op: op, left: 2)
        case UInt8(ascii: "J"), UInt8(ascii: "j"), UInt8(ascii: "r"), 0x84: state = .fixed(op: op, left: 4)
        case UInt8(ascii: "G"), 0x95: state = .fixed(op: op, left: 8)
        case UInt8(ascii: "F"), UInt8(ascii: "I"), UInt8(ascii: "L"), UInt8(ascii: "P"), UInt8(ascii: "S"),
            UInt8(ascii: "V"), UInt8(ascii: "c"), UInt8(ascii: "g"), UInt8(ascii: "i"), UInt8(ascii: "p"):
            state = .line(op: op, second: false)
        case UInt8(ascii: "U"), UInt8(ascii: "C"), 0x8a, 0x8c: state = .length(op: op, left: 1)
        case UInt8(ascii: "T"), UInt8(ascii: "X"), UInt8(ascii: "B"), 0x8b: state = .length(op: op, left: 4)
        case 0x8d, 0x8e, 0x96: state = .length(op: op, left: 8)
        default: finish(op)
        }
    }

    /// At the first opcode of a pickle.
    private var atStart = true

    private static func isText(_ op: UInt8) -> Bool {
        [UInt8(ascii: "U"), UInt8(ascii: "T"), UInt8(ascii: "X"), 0x8c, 0x8d].contains(op)
    }

    /// The argument as a little-endian number.
    private func number() -> UInt64 {
        argument.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The argument as decimal text, as protocol 0 writes memo indexes.
    private func decimal() -> UInt64? {
        UInt64(String(decoding: argument, as: UTF8.self).filter { !$0.isWhitespace })
    }

    private mutating func finish(_ op: UInt8, kept: Bool = true) {
        state = .opcode
        apply(op, kept: kept)
        if stack.count > Self.maximumDepth || keptBytes > Self.maximumKeptBytes { stop(.tooComplex) }
    }

    private mutating func apply(_ op: UInt8, kept: Bool) {
        switch op {
        case UInt8(ascii: "("): stack.append(.mark)
        case UInt8(ascii: "."):
            pickles += 1
            stack = []
            memo = [:]
            memoCount = 0
            keptBytes = 0
            atStart = true
        case UInt8(ascii: "0"): pop(1)
        case UInt8(ascii: "1"), UInt8(ascii: "e"), UInt8(ascii: "u"), 0x90: popToMark()
        case UInt8(ascii: "2"): stack.append(stack.last ?? .other)
        case UInt8(ascii: "S"), UInt8(ascii: "V"), UInt8(ascii: "T"), UInt8(ascii: "U"), UInt8(ascii: "X"), 0x8c, 0x8d:
            pushText(op, kept: kept)
        case UInt8(ascii: "F"), UInt8(ascii: "I"), UInt8(ascii: "J"), UInt8(ascii: "K"), UInt8(ascii: "L"),
            UInt8(ascii: "M"), UInt8(ascii: "N"), UInt8(ascii: "P"), UInt8(ascii: "G"), UInt8(ascii: "B"),
            UInt8(ascii: "C"), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"), 0x88, 0x89, 0x8a, 0x8b, 0x8e,
            0x8f, 0x96, 0x97:
            stack.append(.other)
        case UInt8(ascii: "Q"), 0x85: replace(1)
        case UInt8(ascii: "R"):
            calls = true
            replace(2)
        case 0x81:
            calls = true
            replace(2)
        case 0x86: replace(2)
        case 0x87: replace(3)
        case 0x92:
            calls = true
            replace(3)
        case UInt8(ascii: "a"), UInt8(ascii: "b"): pop(1)
        case UInt8(ascii: "s"): pop(2)
        case UInt8(ascii: "d"), UInt8(ascii: "l"), UInt8(ascii: "t"), 0x91:
            popToMark()
            stack.append(.other)
        case UInt8(ascii: "o"):
            calls = true
            popToMark()
            stack.append(.other)
        case UInt8(ascii: "c"):
            note(module: firstLine, name: argument)
            stack.append(.other)
        case UInt8(ascii: "i"):
            calls = true
            note(module: firstLine, name: argument)
            popToMark()
            stack.append(.other)
        case 0x93:
            stackGlobal()
        case 0x82, 0x83, 0x84:
            // An extension code stands for an import that another program registered.
            note(.unknown)
            stack.append(.other)
        case UInt8(ascii: "g"): get(decimal())
        case UInt8(ascii: "h"), UInt8(ascii: "j"): get(number())
        case UInt8(ascii: "p"): put(decimal())
        case UInt8(ascii: "q"), UInt8(ascii: "r"): put(number())
        case 0x94: put(memoCount)
        case 0x80:
            if number() > 5 { stop(.malformed) }
        case 0x95, 0x98: break
        default: stop(.malformed)
        }
    }

    private mutating func pop(_ count: Int) {
        stack.removeLast(min(count, stack.count))
    }

    private mutating func replace(_ count: Int) {
        pop(count)
        stack.append(.other)
    }

    private mutating func popToMark() {
        while let last = stack.popLast() {
            if case .mark = last { return }
        }
    }

    private mutating func pushText(_ op: UInt8, kept: Bool) {
        guard kept, argument.count <= Self.maximumText else { return stack.append(.other) }
        var bytes = argument[...]
        if op == UInt8(ascii: "S") {
            while let last = bytes.last, last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
            if let quote = bytes.first, quote == bytes.last, bytes.count >= 2, [0x22, 0x27].contains(quote) {
                bytes = bytes.dropFirst().dropLast()
            }
        }
        stack.append(.text(String(decoding: bytes, as: UTF8.self)))
    }

    private mutating func stackGlobal() {
        let name = stack.popLast()
        let module = stack.popLast()
        if case .text(let module)? = module, case .text(let name)? = name {
            note(PickleImport(module: module, name: name))
        } else {
            note(.unknown)
        }
        stack.append(.other)
    }

    private mutating func get(_ index: UInt64?) {
        guard let index else { return stop(.malformed) }
        stack.append(memo[index].map(Value.text) ?? .other)
    }

    private mutating func put(_ index: UInt64?) {
        guard let index else { return stop(.malformed) }
        memoCount += 1
        if case .text(let text)? = stack.last {
            keptBytes += text.utf8.count + 32
            memo[index] = text
        } else {
            memo[index] = nil
        }
    }

    private mutating func note(module: [UInt8], name: [UInt8]) {
        func text(_ bytes: [UInt8]) -> String {
            String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes[...], as: UTF8.self)
        }
        note(PickleImport(module: text(module), name: text(name)))
    }

    private mutating func note(_ item: PickleImport) {
        guard seen.insert(item).inserted else { return }
        imports.append(item)
        if imports.count > Self.maximumImports { stop(.tooComplex) }
    }

    private mutating func stop(_ reason: End) {
        // What follows whole pickles may look like the beginning of one more: raw tensors, say.
        end = reason == .malformed && pickles > 0 ? .complete : reason
    }

    /// Says that no more bytes come.
    public mutating func finish() {
        if end == .unfinished, pickles > 0, atStart { end = .complete }
    }
}
