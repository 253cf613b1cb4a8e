// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// The code of the ``HubError`` that `body` throws; `nil` when it throws nothing, or something else.
public func codeThrown<Result>(by body: () throws -> Result) -> HubError.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? HubError)?.code
    }
}

/// The code of the ``HubError`` that `body` throws; `nil` when it throws nothing, or something else.
public func asyncCodeThrown<Result>(by body: () async throws -> Result) async -> HubError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? HubError)?.code
    }
}
