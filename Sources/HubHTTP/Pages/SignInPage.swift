// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

/// Where somebody signs in, or sees that they are.
struct SignInPage {
    let returnTo: String
    /// The identity provider's name, if there is one.
    let provider: String?
    /// Who is signed in, and the key of their forms.
    let session: SessionService.Session?
    /// What was wrong with the last try.
    var problem: String?

    var page: HTMLPage {
        guard let session else { return HTMLPage(title: "Sign in", body: signedOut) }
        return HTMLPage(
            title: "You are signed in",
            body: """
                <p>This browser is signed in as <strong>\(HTMLText.escape(session.name))</strong>.</p>
                \(provider.map { link("Link your account at \($0)") } ?? "")
                <form method="post" action="/logout">
                \(HTMLPage.hidden("form_key", session.formKey))
                <button>Sign out</button>
                </form>
                """
        )
    }

    private var signedOut: String {
        """
        \(problem.map { "<p class=\"problem\" role=\"alert\">\(HTMLText.escape($0))</p>" } ?? "")
        \(provider.map { link("Sign in with \($0)") + "<p class=\"or\">or with an access token</p>" } ?? "")
        <form method="post" action="/login">
        \(HTMLPage.hidden("return_to", returnTo))
        <label for="token">Access token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" placeholder="hf_…" required
        aria-describedby="hint">
        <p class="hint" id="hint">With the role <code>write</code>. Your first one comes from
        <code>hubctl admin user create</code>, further ones from <code>hubctl token create</code>.</p>
        <button>Sign in</button>
        </form>
        """
    }

    private func link(_ text: String) -> String {
        let target = "/login/oidc?return_to=\(PercentCoding.encode(returnTo))"
        return "<p><a class=\"button\" href=\"\(HTMLText.escape(target))\">\(HTMLText.escape(text))</a></p>"
    }
}
