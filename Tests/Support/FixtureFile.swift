// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Files of `Fixtures/`.
public enum FixtureFile {
    public static let folder: String = {
        // Tests/Support/FixtureFile.swift, three levels below the package.
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return parts.joined(separator: "/") + "/Fixtures"
    }()

    public struct Missing: Error {
        public let path: String

        public init(path: String) {
            self.path = path
        }
    }

    public static func exists(_ path: String) -> Bool { access("\(folder)/\(path)", R_OK) == 0 }

    public static func bytes(_ path: String) throws -> [UInt8] {
        guard let file = fopen("\(folder)/\(path)", "rb") else { throw Missing(path: path) }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let count = ftell(file)
        rewind(file)
        return [UInt8](unsafeUninitializedCapacity: count) { $1 = fread($0.baseAddress, 1, count, file) }
    }
}
