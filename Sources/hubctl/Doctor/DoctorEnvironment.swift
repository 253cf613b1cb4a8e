// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What clients started from this shell would do.
enum DoctorEnvironment {
    static func check(_ context: CommandContext, _ report: inout DoctorReport) {
        let variables = ProcessInfo.processInfo.environment
        switch variables["HF_ENDPOINT"] {
        case nil, "":
            report.add(
                "environment",
                .warning,
                "HF_ENDPOINT is not set: Python clients started here go elsewhere",
                advice: "export HF_ENDPOINT=\(context.client.endpoint)"
            )
        case let endpoint? where endpoint.hasSuffix("/"):
            report.add(
                "environment",
                .warning,
                "HF_ENDPOINT ends in a slash: older clients then ask for //api",
                advice: "export HF_ENDPOINT=\(context.client.endpoint)"
            )
        case let endpoint? where URLText.origin(endpoint) != context.client.origin:
            report.add("environment", .warning, "HF_ENDPOINT is \(endpoint), another hub than the one checked here")
        default:
            report.add("environment", .ok, "HF_ENDPOINT leads here")
        }
        if variables["HF_HUB_DISABLE_XET"].map({ ["1", "true", "yes", "on"].contains($0.lowercased()) }) == true {
            report.add(
                "xet",
                .warning,
                "HF_HUB_DISABLE_XET is set: changed files are sent whole, not just what changed in them",
                advice: "unset HF_HUB_DISABLE_XET"
            )
        }
    }
}
