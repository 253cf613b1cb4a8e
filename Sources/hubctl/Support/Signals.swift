// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What the command does when it is signalled.
enum Signals {
    /// A closed pipe is an error of `write`, which Terminal deals with, not the end of the process.
    static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    /// Ctrl-C during a transfer says that nothing is lost. The handler does nothing but what is safe in a handler.
    static func explainInterrupts() {
        for number in [SIGINT, SIGTERM] {
            _ = signal(number) { number in
                let words: StaticString = "\ninterrupted; run the same command again to go on where it stopped\n"
                _ = write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
                _exit(128 + number)
            }
        }
    }
}
