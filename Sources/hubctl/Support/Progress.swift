// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Synchronization

/// Shows how far a transfer is, on stderr: bars on a terminal, a line every few seconds elsewhere, nothing when quiet.
final class Progress: Sendable {
    private let state: Mutex<ProgressState>
    private let terminal: Terminal
    private let clock = ContinuousClock()
    private let started: ContinuousClock.Instant
    /// Lines that are on the screen now, to be drawn over.
    private let drawn = Mutex(0)

    init(_ terminal: Terminal, verb: String) {
        self.terminal = terminal
        state = Mutex(ProgressState(verb: verb))
        started = clock.now
    }

    /// Files and bytes there are in all; what is already there counts as done.
    func expect(files: Int, bytes: Int64) { state.withLock { $0.expect(files: files, bytes: bytes) } }

    /// A file's bytes begin to move.
    func begin(_ name: String, bytes: Int64) -> Int { state.withLock { $0.begin(name, bytes: bytes) } }

    /// `bytes` more of it have moved; negative when an attempt was in vain.
    func advance(_ file: Int, by bytes: Int) { state.withLock { $0.advance(file, by: Int64(bytes), now: now) } }

    /// Bytes that need not travel, for they are at the other end since an earlier run.
    func credit(_ file: Int, bytes: Int64) { state.withLock { $0.credit(file, bytes: bytes) } }

    func finish(_ file: Int) { state.withLock { $0.finish(file) } }

    /// A remark that stays on the screen, above the bars.
    func say(_ line: String) {
        erase()
        terminal.say(line)
    }

    /// Draws while `body` runs.
    func run<Result>(_ body: () async throws -> Result) async throws -> Result {
        guard !terminal.isQuiet else { return try await body() }
        let painter = Task { await paint() }
        do {
            let result = try await body()
            painter.cancel()
            _ = await painter.value
            erase()
            return result
        } catch {
            painter.cancel()
            _ = await painter.value
            erase()
            throw error
        }
    }

    /// Files and bytes that have travelled, and the seconds since the start.
    var summary: (files: Int, bytes: Int64, seconds: Double) {
        state.withLock { ($0.filesDone, $0.bytesMoved, now) }
    }

    private var now: Double {
        let passed = clock.now - started
        return Double(passed.components.seconds) + Double(passed.components.attoseconds) / 1e18
    }

    private func paint() async {
        let pause: Duration = terminal.isInteractive ? .milliseconds(120) : .seconds(3)
        while !Task.isCancelled {
            // Cancelled means done: the loop's condition sees it.
            try? await Task.sleep(for: pause)
            guard !Task.isCancelled else { return }
            if terminal.isInteractive { draw() } else { terminal.say(state.withLock { $0.total(now: now) }) }
        }
    }

    private func draw() {
        let lines = state.withLock { $0.lines(width: Terminal.width - 1, now: now) }
        drawn.withLock { count in
            var text = count > 0 ? "\u{1B}[\(count)A" : ""
            for line in lines { text += "\r\u{1B}[2K\(line)\n" }
            // Fewer lines than before: clear the rest, and come back.
            if count > lines.count {
                text +=
                    String(repeating: "\r\u{1B}[2K\n", count: count - lines.count) + "\u{1B}[\(count - lines.count)A"
            }
            Terminal.write(text, to: 2)
            count = lines.count
        }
    }

    private func erase() {
        drawn.withLock { count in
            guard count > 0 else { return }
            Terminal.write("\u{1B}[\(count)A\u{1B}[0J", to: 2)
            count = 0
        }
    }
}
