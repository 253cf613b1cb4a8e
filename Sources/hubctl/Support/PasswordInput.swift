// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A new password from whoever runs this.
enum PasswordInput {
    /// Asked for twice on a terminal, where it is not shown; else the first line of stdin.
    /// - Throws: `CommandFailure` without one.
    static func read(fromStdin: Bool = false) throws -> String {
        guard !fromStdin, isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine(), !line.isEmpty else { throw CommandFailure("there is no password on stdin") }
            return line
        }
        let first = try ask("New password (it is not shown): ")
        guard try ask("The same once more: ") == first else { throw CommandFailure("the two are not the same") }
        return first
    }

    private static func ask(_ prompt: String) throws -> String {
        guard let typed = getpass(prompt) else { throw CommandFailure("no password was given") }
        // Its buffer is used again by the next call.
        return String(cString: typed)
    }
}
