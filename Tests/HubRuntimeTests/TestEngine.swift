// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import HubRuntime
import HubVision

/// The engine that `make test` has installed. It is no reason to skip a test that somebody has not.
enum TestEngine {
    private static let opened = Result {
        let environment = ProcessInfo.processInfo.environment
        return try ORTEngine(
            configured: environment["VITRINE_ONNXRUNTIME_LIBRARY"],
            program: nil,
            environment: environment
        )
    }

    static var shared: ORTEngine {
        get throws { try opened.get() }
    }
}

/// The folder of fixtures.
enum Fixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures")
        .standardizedFileURL

    static func path(_ name: String) -> String { folder.appending(path: name).path }
}
