// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What holds for every call.
enum APIGuide {
    /// Of the description; moves when a call is changed in a way that breaks a client.
    static let version = "1"

    static let introduction = """
        The calls of the Hugging Face Hub that its clients make, and those of this hub's own (`docs/api.md`).

        **Tokens.** `Authorization: Bearer hf_…`. Without one a request is anonymous; with one that is not valid it is \
        refused. What one may not see is absent: 401 to the anonymous, 404 to others.

        **Errors** are `{"error": "…"}` with `X-Error-Code` and `X-Error-Message`. **Lists** come in pages: \
        `Link: <…>; rel="next"` has the address of the next. **Objects** may have more members than are named here.

        **Names.** A repository is `{namespace}/{name}`. A slash in a revision is written `%2F`. A former name answers 307.
        """
}
