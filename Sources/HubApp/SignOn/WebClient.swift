// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Port: requests to other servers.
public protocol WebClient: Sendable {
    /// - Throws: when there is no whole answer within the client's limits of time and size.
    func send(_ request: WebRequest) async throws -> WebAnswer
}

public struct WebRequest: Sendable {
    public let url: String
    /// GET without a form, else POST with it (`application/x-www-form-urlencoded`, encoded already).
    public let form: String?
    public let authorization: String?

    public init(url: String, form: String? = nil, authorization: String? = nil) {
        self.url = url
        self.form = form
        self.authorization = authorization
    }
}

public struct WebAnswer: Sendable {
    public let status: Int
    public let body: [UInt8]

    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}
