// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

/// The number of a discussion or pull request, with or without the sign in front.
struct DiscussionNumber: ExpressibleByArgument, Sendable {
    let value: Int64

    init?(argument: String) {
        guard let value = Int64(argument.hasPrefix("#") ? String(argument.dropFirst()) : argument), value > 0 else {
            return nil
        }
        self.value = value
    }
}
