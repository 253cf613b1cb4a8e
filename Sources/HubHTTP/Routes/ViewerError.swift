// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// An error in the words of the dataset viewer's API, whose codes are not the hub's.
struct ViewerError: Error {
    let status: HTTPResponse.Status
    let code: String
    let message: String

    init(_ status: HTTPResponse.Status, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// `nil` for what is no matter of datasets: too many requests, a fault of ours.
    init?(_ error: HubError, anonymous: Bool) {
        switch error.code {
        case .repoNotFound, .gated, .moved, .unauthenticated:
            let how = anonymous ? "without authentication" : "with the current credentials"
            self.init(
                anonymous ? .unauthorized : .notFound,
                anonymous ? "ExternalUnauthenticatedError" : "ExternalAuthenticatedError",
                "The dataset does not exist, or is not accessible \(how) (private or gated). "
                    + "Please check the spelling of the dataset name."
            )
        case .revisionNotFound: self.init(.notFound, "RevisionNotFoundError", error.message)
        case .entryNotFound, .notFound, .badRequest, .unprocessable:
            let problem = error.cause as? ViewerProblem
            self.init(
                error.code == .entryNotFound || error.code == .notFound ? .notFound : .unprocessableContent,
                problem?.rawValue ?? (error.code == .badRequest ? "InvalidParameter" : "StreamingRowsError"),
                error.message
            )
        default: return nil
        }
    }

    var response: Response {
        let json: JSONValue = ["error": .string(message)]
        return .json(
            json,
            status: status,
            headers: [.errorCode: code, .errorMessage: ErrorResponses.headerSafe(message)]
        )
    }
}

/// Clients put a word in front of the hub's name; addresses in answers are of the hub itself.
enum ViewerHost {
    private static let prefix = "datasets-server."

    static func hub(_ baseURL: String) -> String {
        guard let slashes = baseURL.firstRange(of: "://"), baseURL[slashes.upperBound...].hasPrefix(prefix) else {
            return baseURL
        }
        return "\(baseURL[..<slashes.upperBound])\(baseURL[slashes.upperBound...].dropFirst(prefix.count))"
    }
}
