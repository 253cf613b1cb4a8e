// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Synchronization

/// One line on the terminal that says how far a long command is; elsewhere nothing.
final class StatusLine: Sendable {
    private let terminal: Terminal
    private let drawn = Mutex<ContinuousClock.Instant?>(nil)

    init(_ terminal: Terminal) { self.terminal = terminal }

    /// Shows `text` in place of what was there, at most ten times a second.
    func show(_ text: @autoclosure () -> String) {
        guard terminal.isInteractive else { return }
        let now = ContinuousClock.now
        let isDue = drawn.withLock { last in
            if let last, now - last < .milliseconds(100) { return false }
            last = now
            return true
        }
        if isDue { Terminal.write("\r\u{1B}[2K" + String(text().prefix(max(10, Terminal.width - 1))), to: 2) }
    }

    func clear() {
        guard terminal.isInteractive, drawn.withLock({ $0 != nil }) else { return }
        Terminal.write("\r\u{1B}[2K", to: 2)
    }
}
