// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension TensorMemory {
    /// Maps a whole file for reading; its pages are shared with the page cache.
    ///
    /// The file must not get shorter while it is mapped: reading past its new end kills the process. Blobs never change.
    /// - Parameter name: what to call the file in errors.
    convenience init(mapping path: String, name: String) throws(HubError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? HubError(.unprocessable, "The model has no file \(name)")
                : HubError(.unavailable, "The file \(name) of the model cannot be opened")
        }
        defer { _ = close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw HubError(.unprocessable, "\(name) is no file")
        }
        guard status.st_size > 0, let count = Int(exactly: status.st_size) else {
            throw HubError(.unprocessable, "The file \(name) is empty")
        }
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw HubError(.unavailable, "There is no memory to map the file \(name)")
        }
        nonisolated(unsafe) let start = base
        self.init(UnsafeRawBufferPointer(start: base, count: count)) { _ = munmap(start, count) }
    }
}
