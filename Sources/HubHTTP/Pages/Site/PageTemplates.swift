// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Mustache

/// The templates of all pages, parsed at start: a broken one stops the start, never a request.
struct PageTemplates: Sendable {
    private let library: MustacheLibrary

    /// - Throws: ``HubError/Code/unavailable`` that names the template that cannot be parsed.
    init(_ texts: [String: String]) throws {
        var library = MustacheLibrary()
        for (name, text) in texts {
            do { try library.register(text, named: name) } catch {
                throw HubError(.unavailable, "The template \(name).mustache cannot be parsed: \(error)", cause: error)
            }
        }
        self.library = library
    }

    /// HTML; everything in `data` is escaped unless the template says otherwise.
    func render(_ name: String, _ data: JSONObject) throws -> String {
        guard let html = library.render(TemplateObject(members: data), withTemplate: name) else {
            throw HubError(.unavailable, "The template \(name).mustache is missing in the Public folder")
        }
        return html
    }
}
