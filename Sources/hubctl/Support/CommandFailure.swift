// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Why a command ends without having done its work, in words for the person who typed it.
struct CommandFailure: Error, Sendable {
    /// Exit codes of every verb.
    enum Status: Int32, Sendable {
        /// What was typed, or what the server refused.
        case input = 1
        /// A fault of ours, of the server or of the network.
        case fault = 2
    }

    let message: String
    /// What to do next, if anything sensible is known.
    let hint: String?
    let status: Status

    init(_ message: String, hint: String? = nil, status: Status = .input) {
        self.message = message
        self.hint = hint
        self.status = status
    }
}
