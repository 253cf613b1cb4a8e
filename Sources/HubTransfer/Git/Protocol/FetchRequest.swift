// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
public import NIOCore

/// What a client of `git-upload-pack` asks for: what it wants, what it has, and how much history is enough.
public struct FetchRequest: Sendable {
    /// How what is found in common is told to clients of the older protocol.
    public enum Acknowledgement: Sendable {
        case first, each, detailed
    }

    /// The rest of a partial clone is fetched when it is needed.
    public enum Filter: Sendable, Hashable {
        case none
        /// `blob:none`
        case noFiles
        /// `blob:limit=N`: no files of N bytes or more.
        case filesBelow(Int64)
    }

    /// How far back the history of a shallow clone goes.
    public struct Depth: Sendable, Hashable {
        /// Commits from each tip, that one included.
        public var commits: Int?
        /// Counted from where the history ends now, not from the tips.
        public var isRelative = false
        /// Seconds since the epoch.
        public var since: Int64?
        /// Refs whose history is left out.
        public var without: [String] = []

        public var isAsked: Bool { commits != nil || since != nil || !without.isEmpty }
    }

    public private(set) var wants: [GitOID] = []
    public private(set) var haves: [GitOID] = []
    /// Where the client's own history ends, without being the first commit.
    public private(set) var shallow: [GitOID] = []
    public private(set) var depth = Depth()
    public private(set) var filter = Filter.none
    /// Whether the client will not name more of what it has.
    public private(set) var isDone = false
    public private(set) var waitsForDone = false
    public private(set) var acknowledgement = Acknowledgement.first
    public private(set) var needsNoDone = false
    /// Deltas may be against objects that the client has.
    public private(set) var takesThinPacks = false
    public private(set) var wantsProgress = true
    /// Annotated tags are wanted with the commits that they name.
    public private(set) var wantsTags = false
    public private(set) var usesSideBand = false
    /// Whether the list of haves was reached; a client that only asks where a shallow history ends stops before.
    public private(set) var hasNegotiation = false

    /// The request of protocol version 0, as sent over HTTP: all of it each time.
    /// - Throws: ``HubError/Code/badRequest`` that names the line.
    public init(version0 body: ByteBuffer) throws {
        var rest = body
        var isFirst = true
        while let line = try Self.next(&rest) {
            guard let text = line.text else { break }
            if isFirst, text.hasPrefix("want ") {
                let words = text.split(separator: " ", omittingEmptySubsequences: true)
                try add("want " + (words.dropFirst().first ?? ""))
                for capability in words.dropFirst(2) { note(capability: capability) }
                isFirst = false
            } else {
                try add(text)
            }
        }
        while let line = try Self.next(&rest) {
            hasNegotiation = true
            // Flushes between blocks of haves: all that was sent is looked at together.
            if let text = line.text { try add(text) }
        }
    }

    /// The arguments of `command=fetch` of protocol version 2.
    /// - Throws: ``HubError/Code/badRequest`` that names the line.
    public init(version2 arguments: [String]) throws {
        usesSideBand = true
        for argument in arguments {
            switch argument {
            case "thin-pack", "no-progress", "include-tag", "ofs-delta": note(capability: argument)
            case "wait-for-done": waitsForDone = true
            case "deepen-relative": depth.isRelative = true
            default: try add(argument)
            }
        }
        hasNegotiation = true
    }

    private static func next(_ rest: inout ByteBuffer) throws -> PktLine? {
        do {
            if let line = try PktLine.read(from: &rest) { return line }
        } catch {
            throw HubError(.badRequest, "The request is not in git's format: \(error)")
        }
        guard rest.readableBytes == 0 else { throw HubError(.badRequest, "The request ends within a line") }
        return nil
    }

    private mutating func add(_ line: some StringProtocol) throws {
        func value(_ word: String) -> String? { line.hasPrefix(word) ? String(line.dropFirst(word.count)) : nil }
        func refuse() -> HubError { HubError(.badRequest, "git upload-pack: not understood: '\(line.prefix(100))'") }
        if let have = value("have ") {
            guard let oid = GitOID(hex: have) else { throw refuse() }
            haves.append(oid)
        } else if let want = value("want ") {
            guard let oid = GitOID(hex: want) else { throw refuse() }
            wants.append(oid)
        } else if line == "done" {
            isDone = true
        } else if let end = value("shallow ") {
            guard let oid = GitOID(hex: end) else { throw refuse() }
            shallow.append(oid)
        } else if let commits = value("deepen ") {
            guard let count = Int(commits), count >= 0 else { throw refuse() }
            // Nought asks for nothing.
            if count > 0 { depth.commits = count }
        } else if let since = value("deepen-since ") {
            guard let seconds = Int64(since) else { throw refuse() }
            depth.since = seconds
        } else if let ref = value("deepen-not ") {
            depth.without.append(ref)
        } else if let spec = value("filter ") {
            filter = try Self.filter(spec)
        } else {
            throw refuse()
        }
    }

    private mutating func note(capability: some StringProtocol) {
        switch capability {
        case "multi_ack": if acknowledgement == .first { acknowledgement = .each }
        case "multi_ack_detailed": acknowledgement = .detailed
        case "no-done": needsNoDone = true
        case "thin-pack": takesThinPacks = true
        case "no-progress": wantsProgress = false
        case "include-tag": wantsTags = true
        case "side-band-64k", "side-band": usesSideBand = true
        case "deepen-relative": depth.isRelative = true
        default: break
        }
    }

    static func filter(_ spec: String) throws -> Filter {
        if spec == "blob:none" { return .noFiles }
        if spec.hasPrefix("blob:limit=") {
            let text = spec.dropFirst("blob:limit=".count)
            let factors: [Character: Int64] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
            let factor = text.last.flatMap { factors[Character($0.lowercased())] }
            let digits = factor == nil ? text : text.dropLast()
            if let number = Int64(digits), number >= 0 {
                let (limit, overflowed) = number.multipliedReportingOverflow(by: factor ?? 1)
                return .filesBelow(overflowed ? .max : limit)
            }
        }
        throw HubError(
            .unsupported,
            "The filter '\(spec.prefix(60))' is not supported by this hub: use blob:none or blob:limit=N"
        )
    }
}

/// A request of protocol version 2: a command, capabilities, arguments.
public struct GitCommand: Sendable {
    public let name: String
    public let capabilities: [String]
    public let arguments: [String]

    /// - Returns: `nil` for a body that holds nothing but a flush.
    /// - Throws: ``HubError/Code/badRequest``.
    public init?(parsing body: ByteBuffer) throws {
        func refuse(_ why: String) -> HubError { HubError(.badRequest, "The request is not in git's format: \(why)") }
        var rest = body
        var name: String?
        var capabilities: [String] = []
        var arguments: [String] = []
        var isAfterDelimiter = false
        lines: while true {
            let line: PktLine?
            do { line = try PktLine.read(from: &rest) } catch { throw refuse("\(error)") }
            guard let line else { throw refuse("it ends without a flush") }
            switch line {
            case .flush, .responseEnd: break lines
            case .delimiter: isAfterDelimiter = true
            case .data:
                guard let text = line.text else { throw refuse("a line is not UTF-8") }
                if isAfterDelimiter {
                    arguments.append(text)
                } else if text.hasPrefix("command=") {
                    name = String(text.dropFirst("command=".count))
                } else {
                    capabilities.append(text)
                }
            }
        }
        guard let name else {
            guard capabilities.isEmpty, arguments.isEmpty else { throw refuse("it names no command") }
            return nil
        }
        self.name = name
        self.capabilities = capabilities
        self.arguments = arguments
    }
}
