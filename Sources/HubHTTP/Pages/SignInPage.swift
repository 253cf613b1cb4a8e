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
    /// Whether people may make accounts for themselves.
    var offersSignUp = false
    /// What was wrong with the last try.
    var problem: String?
    /// What was typed as name.
    var name = ""
    /// Whether the last try was with an access token.
    var wasToken = false

    var page: HTMLPage {
        guard let session else { return HTMLPage(title: "Sign in", body: signedOut) }
        return HTMLPage(
            title: "You are signed in",
            body: """
                <p>This browser is signed in as <strong>\(HTMLText.escape(session.name))</strong>.</p>
                <p class="actions"><a class="button" href="/">Front page</a>
                <a class="button quiet" href="/settings">Settings</a>
                \(provider.map { link("Link your account at \($0)") } ?? "")</p>
                <form method="post" action="/logout">
                \(HTMLPage.hidden("form_key", session.formKey))
                <button class="quiet">Sign out</button>
                </form>
                """
        )
    }

    private var signedOut: String {
        """
        \(HTMLPage.problem(problem))
        \(provider.map { "<p>\(link("Sign in with \($0)"))</p><p class=\"or\">or with your password</p>" } ?? "")
        <form method="post" action="/login">
        \(HTMLPage.hidden("return_to", returnTo))
        <label for="name">Name or email</label>
        <input id="name" name="name" value="\(HTMLText.escape(name))" autocomplete="username" autocapitalize="none"
        spellcheck="false" maxlength="254" required>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required>
        <button>Sign in</button>
        </form>
        \(offersSignUp ? "<p>No account yet? <a href=\"/join\">Sign up</a></p>" : "")
        <details class="other-way"\(wasToken ? " open" : "")>
        <summary>With an access token</summary>
        <form method="post" action="/login">
        \(HTMLPage.hidden("return_to", returnTo))
        <label for="token">Access token</label>
        <input id="token" name="token" type="password" autocomplete="off" placeholder="hf_…" required
        aria-describedby="hint">
        <p class="hint" id="hint">With the role <code>write</code>. Your first one comes from
        <code>hubctl admin user create</code>, further ones from your settings or <code>hubctl token create</code>.</p>
        <button class="quiet">Sign in with the token</button>
        </form>
        </details>
        """
    }

    private func link(_ text: String) -> String {
        let target = "/login/oidc?return_to=\(PercentCoding.encode(returnTo))"
        return "<a class=\"button\" href=\"\(HTMLText.escape(target))\">\(HTMLText.escape(text))</a>"
    }
}
