// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp

/// Where somebody makes an account.
struct SignUpPage {
    /// What was typed in before; the passwords are never sent back.
    var form = SignUpService.Form(name: "", fullName: "", email: "", password: "", invitation: "")
    var problem: String?
    /// Whether there is a form at all.
    var isOpen = true

    var page: HTMLPage { HTMLPage(title: "Sign up", body: isOpen ? fields : closed) }

    private var closed: String {
        """
        \(HTMLPage.problem(problem))
        <p class="actions"><a class="button" href="/login">Sign in</a> <a class="button quiet" href="/">Front page</a></p>
        """
    }

    private var fields: String {
        """
        \(HTMLPage.problem(problem))
        <form method="post" action="/join">
        \(HTMLPage.hidden("invitation", form.invitation))
        <label for="name">User name</label>
        <input id="name" name="name" value="\(HTMLText.escape(form.name))" autocomplete="username" autocapitalize="none"
        spellcheck="false" maxlength="42" required aria-describedby="name-hint">
        <p class="hint" id="name-hint">Letters, digits, <code>-</code>, <code>_</code> and <code>.</code>; the first part
        of the address of what you publish.</p>
        <label for="full_name">Full name <span class="hint">(optional)</span></label>
        <input id="full_name" name="full_name" value="\(HTMLText.escape(form.fullName))" autocomplete="name"
        maxlength="200">
        <label for="email">Email <span class="hint">(optional)</span></label>
        <input id="email" name="email" type="email" value="\(HTMLText.escape(form.email))" autocomplete="email"
        maxlength="254">
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="new-password"
        minlength="\(PasswordRules.minimum)" required aria-describedby="password-hint">
        <p class="hint" id="password-hint">At least \(PasswordRules.minimum) characters; a few words are a good one.</p>
        <label for="repeat">The password once more</label>
        <input id="repeat" name="repeat" type="password" autocomplete="new-password"
        minlength="\(PasswordRules.minimum)" required>
        <button>Sign up</button>
        </form>
        <p>You have an account? <a href="/login">Sign in</a></p>
        """
    }
}
