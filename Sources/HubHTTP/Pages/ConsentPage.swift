// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp

/// May this program? With what it will be able to do.
struct ConsentPage {
    let question: OAuthQuestion
    let session: SessionService.Session
    /// Where the decision goes.
    let action: String
    /// What the decision is about.
    let fields: [(name: String, value: String)]
    /// A sentence about where the program is.
    let remark: String
    var formTargets: [String] = []

    var page: HTMLPage {
        let name = HTMLText.escape(question.appName)
        var seen: Set<String> = []
        let rights = question.scopes.compactMap(\.explanation).filter { seen.insert($0).inserted }
        return HTMLPage(
            title: "Let \(question.appName) in?",
            body: """
                <p><strong>\(name)</strong> asks to act for you, <strong>\(HTMLText.escape(session.name))</strong>,
                on this hub. It will be able to:</p>
                <ul class="rights">
                \(rights.map { "<li>\(HTMLText.escape($0))</li>" }.joined(separator: "\n"))
                </ul>
                <p class="hint">\(HTMLText.escape(remark)) You can end this at any time by revoking its token.</p>
                <form method="post" action="\(HTMLText.escape(action))" class="choice">
                \(HTMLPage.hidden("form_key", session.formKey))
                \(fields.map { HTMLPage.hidden($0.name, $0.value) }.joined(separator: "\n"))
                <button name="decision" value="approve">Let it in</button>
                <button name="decision" value="deny" class="quiet">Refuse</button>
                </form>
                """,
            formTargets: formTargets
        )
    }
}

/// Where a device's code is typed in.
struct DeviceCodePage {
    var problem: String?

    var page: HTMLPage {
        HTMLPage(
            title: "Connect a device",
            body: """
                \(problem.map { "<p class=\"problem\" role=\"alert\">\(HTMLText.escape($0))</p>" } ?? "")
                <form method="get" action="/oauth/device">
                <label for="user_code">The code that the program shows</label>
                <input id="user_code" name="user_code" class="code" autocomplete="off" autocapitalize="characters"
                spellcheck="false" placeholder="ABCD-EFGH" required>
                <button>Go on</button>
                </form>
                """
        )
    }
}
