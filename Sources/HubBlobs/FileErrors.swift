// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension HubError {
    /// What a failed system call means to a client; the call and its path go into the cause, for the log.
    static func fileSystem(_ code: CInt, _ call: String) -> HubError {
        let cause = IOError(errnoCode: code, reason: call)
        return switch code {
        case ENOSPC, EDQUOT:
            HubError(.storageFull, "The hub's disk is full; nothing was stored", cause: cause)
        case EROFS:
            HubError(.unavailable, "The hub's data folder is on a read-only file system", cause: cause)
        case EACCES, EPERM:
            HubError(.unavailable, "The hub is not allowed to use its data folder", cause: cause)
        case ENOTDIR, EISDIR, ELOOP:
            HubError(.unavailable, "The hub's data folder is not laid out as it should be", cause: cause)
        case EIO:
            HubError(.unavailable, "The hub's disk reports an input/output error", cause: cause)
        case EMFILE, ENFILE:
            HubError(.overloaded, "The hub has too many files open", cause: cause)
        case EFBIG:
            HubError(.tooLarge, "The hub's file system does not take files this large", cause: cause)
        default:
            HubError(.internal, "The hub's file system refused an operation", cause: cause)
        }
    }
}

/// Runs a system call until it is not interrupted by a signal.
func posix<Result: FixedWidthInteger & SignedInteger>(
    _ call: @autoclosure () -> String,
    _ body: () -> Result
) throws(HubError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        let code = errno
        if code != EINTR { throw .fileSystem(code, call()) }
    }
}
