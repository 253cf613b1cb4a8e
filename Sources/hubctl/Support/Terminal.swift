// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// stdout for data, stderr for talk; colours only where somebody can see them.
struct Terminal: Sendable {
    /// Whether talk may use colours and move the cursor.
    let isInteractive: Bool
    let hasColours: Bool
    let isQuiet: Bool

    init(environment: HubEnvironment, quiet: Bool) {
        isInteractive = isatty(STDERR_FILENO) == 1 && !quiet
        hasColours = isatty(STDERR_FILENO) == 1 && !environment.isPlain
        isQuiet = quiet
    }

    /// Columns of the terminal behind stderr; 80 when unknown.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// A line of data.
    func data(_ line: String) { Self.write(line + "\n", to: STDOUT_FILENO) }

    /// A line for the person watching; silent with `--quiet`.
    func say(_ line: String) {
        guard !isQuiet else { return }
        Self.write(line + "\n", to: STDERR_FILENO)
    }

    /// A line that is shown with `--quiet` too.
    func warn(_ line: String) { Self.write(colour("warning: ", "33") + line + "\n", to: STDERR_FILENO) }

    func fail(_ failure: CommandFailure) {
        var text = colour("error: ", "31;1") + failure.message + "\n"
        if let hint = failure.hint { text += colour("hint: ", "36") + hint + "\n" }
        Self.write(text, to: STDERR_FILENO)
    }

    private func colour(_ text: String, _ code: String) -> String {
        hasColours ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// Writes all of `text`. A reader that has gone (`| head`) ends the command in silence: it has what it wanted.
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                #if canImport(Glibc)
                let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
                #else
                let written = Darwin.write(descriptor, rest.baseAddress, rest.count)
                #endif
                if written < 0 {
                    if errno == EINTR || errno == EAGAIN { continue }
                    if errno == EPIPE, descriptor == STDOUT_FILENO { exit(0) }
                    return
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }
}
