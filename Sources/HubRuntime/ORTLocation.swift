// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension ORTEngine {
    /// The release that `scripts/install-onnxruntime.sh` fetches.
    public static let release = "1.32.0"

    /// Opens the library where it is configured to be, or else where it is usually put.
    /// - Parameters:
    ///   - configured: the setting `onnxruntime-library`; `nil` or empty looks in the usual places.
    ///   - program: the path of the running program, for a library that is shipped beside it.
    /// - Throws: `HubError` with `.unsupported`, naming the places.
    public convenience init(
        configured: String?,
        program: String?,
        environment: [String: String]
    ) throws(HubError) {
        if let configured, !configured.isEmpty {
            try self.init(library: configured)
            return
        }
        let places = Self.usualPlaces(program: program, environment: environment)
        guard let found = places.first(where: { access($0, R_OK) == 0 }) else {
            throw HubError(
                .unsupported,
                "Inference is not available here: ONNX Runtime was not found in \(places.joined(separator: " or ")); "
                    + "scripts/install-onnxruntime.sh fetches it, the setting onnxruntime-library names another place"
            )
        }
        try self.init(library: found)
    }

    static func usualPlaces(program: String?, environment: [String: String]) -> [String] {
        #if os(macOS)
        let name = "libonnxruntime.\(release).dylib"
        #else
        let name = "libonnxruntime.so.\(release)"
        #endif
        var places: [String] = []
        // `bin/hubd` finds `lib/libonnxruntime…`.
        if let program, let slash = program.lastIndex(of: "/") {
            places.append("\(program[..<slash])/../lib/\(name)")
        }
        let cache =
            environment["VITRINE_CACHE"] ?? environment["XDG_CACHE_HOME"].map { "\($0)/vitrine" }
            ?? environment["HOME"].map { "\($0)/.cache/vitrine" }
        if let cache { places.append("\(cache)/onnxruntime/\(release)/\(name)") }
        return places
    }
}
