// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
public import NIOCore

/// What a client of `git-receive-pack` wants done to refs; the pack follows it.
public struct PushRequest: Sendable {
    public struct Command: Sendable, Hashable {
        public let ref: String
        /// Where the client saw the ref, or `nil` if it saw none.
        public let old: GitOID?
        /// Where it is to be, or `nil` if it is to go.
        public let new: GitOID?
    }

    public private(set) var commands: [Command] = []
    public private(set) var options: [String] = []
    public private(set) var reports = false
    public private(set) var usesSideBand = false
    public private(set) var isAtomic = false
    public private(set) var isQuiet = false
    private var sendsOptions = false
    private var hasCommands = false

    public static let maximumCommands = 10_000
    private static let maximumOptions = 100

    public init() {}

    /// Whether a pack follows: not when refs are only deleted.
    public var hasPack: Bool { commands.contains { $0.new != nil } }

    /// Takes lines off the front of `buffer`.
    /// - Returns: whether all are read; if not, there is more to come.
    /// - Throws: ``HubError/Code/badRequest``.
    public mutating func read(from buffer: inout ByteBuffer) throws -> Bool {
        while true {
            let line: PktLine?
            do { line = try PktLine.read(from: &buffer) } catch {
                throw HubError(.badRequest, "The request is not in git's format: \(error)")
            }
            guard let line else { return false }
            switch line {
            case .flush where !hasCommands:
                hasCommands = true
                if !sendsOptions || commands.isEmpty { return true }
            case .flush: return true
            case .data:
                guard let text = line.text else { throw HubError(.badRequest, "A name in the push is not UTF-8") }
                if hasCommands {
                    guard options.count < Self.maximumOptions else {
                        throw HubError(.badRequest, "A push has at most \(Self.maximumOptions) options")
                    }
                    options.append(text)
                } else {
                    try add(text)
                }
            case .delimiter, .responseEnd: throw HubError(.badRequest, "The request is not in git's format")
            }
        }
    }

    private mutating func add(_ line: String) throws {
        var text = line[...]
        if let end = text.utf8.firstIndex(of: 0) {
            for word in text[text.index(after: end)...].split(separator: " ") { note(word) }
            text = text[..<end]
        }
        // Where a shallow clone's history ends; its push must be whole all the same.
        if text.hasPrefix("shallow ") { return }
        guard !text.hasPrefix("push-cert") else { throw HubError(.badRequest, "Signed pushes are not supported") }
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, let old = GitOID(hex: words[0]), let new = GitOID(hex: words[1]) else {
            throw HubError(.badRequest, "The push has a malformed command")
        }
        guard commands.count < Self.maximumCommands else {
            throw HubError(.badRequest, "A push changes at most \(Self.maximumCommands) refs")
        }
        let ref = String(words[2])
        guard !commands.contains(where: { $0.ref == ref }) else {
            throw HubError(.badRequest, "The push changes '\(ref)' twice")
        }
        commands.append(Command(ref: ref, old: old == Self.none ? nil : old, new: new == Self.none ? nil : new))
    }

    private mutating func note(_ capability: Substring) {
        switch capability {
        case "report-status", "report-status-v2": reports = true
        case "side-band-64k": usesSideBand = true
        case "atomic": isAtomic = true
        case "quiet": isQuiet = true
        case "push-options": sendsOptions = true
        default: break
        }
    }

    private static let none = GitOID(bytes: [UInt8](repeating: 0, count: GitOID.byteCount))
}
