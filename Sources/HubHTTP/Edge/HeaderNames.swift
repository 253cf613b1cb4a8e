// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HTTPTypes

extension HTTPField.Name {
    private static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("not a field name: \(name)") }
        return field
    }

    public static let errorCode = known("X-Error-Code")
    public static let errorMessage = known("X-Error-Message")
    public static let repoCommit = known("X-Repo-Commit")
    public static let requestID = known("X-Request-Id")
    public static let amznTraceID = known("X-Amzn-Trace-Id")
    public static let linkedSize = known("X-Linked-Size")
    public static let linkedETag = known("X-Linked-ETag")
    public static let totalCount = known("X-Total-Count")
    public static let forwardedProto = known("X-Forwarded-Proto")
    public static let forwardedHost = known("X-Forwarded-Host")
    public static let forwardedFor = known("X-Forwarded-For")
    public static let rateLimit = known("RateLimit")
    public static let rateLimitPolicy = known("RateLimit-Policy")
    public static let host = known("Host")
    public static let link = known("Link")
    static let xetHash = known("X-Xet-Hash")
    static let xetRefreshRoute = known("X-Xet-Refresh-Route")
    static let xetCasURL = known("X-Xet-Cas-Url")
    static let xetAccessToken = known("X-Xet-Access-Token")
    static let xetTokenExpiration = known("X-Xet-Token-Expiration")
    static let gitProtocol = known("Git-Protocol")
    static let fetchSite = known("Sec-Fetch-Site")
    static let referrerPolicy = known("Referrer-Policy")
    static let formKey = known("X-Form-Key")
    static let waitForModel = known("X-Wait-For-Model")
    static let useCache = known("X-Use-Cache")
    static let computeType = known("X-Compute-Type")
    static let revision = known("X-Revision")
    static let computeTime = known("X-Compute-Time")
}
