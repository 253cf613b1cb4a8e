"""Signing in with a browser, through identity providers."""

import base64
import hashlib
import os
import urllib.parse

import httpx
import oidc_provider_mock
import pytest
from joserfc.jwk import RSAKey

from support.browser import Browser, Form
from support.people import ALICE, BOB
from support.provider import Provider
from support.server import Server

row = pytest.mark.row("OIDC sign-on")


def settings(issuer, **more):
    return {
        "VITRINE_OIDC_ISSUER": issuer, "VITRINE_OIDC_CLIENT_ID": "vitrine", "VITRINE_OIDC_CLIENT_SECRET": "s:ecret/1",
        "VITRINE_OIDC_NAME": "Example ID",
    } | more


@pytest.fixture
def start(request, tmp_path):
    """Starts hubs of a test's own, with alice on them."""
    servers = []

    def begin(name="hub", **options):
        server = Server(
            os.path.abspath(request.config.getoption("--hubd")), os.path.abspath(request.config.getoption("--hubctl")), tmp_path / name,
            settings=options,
        )
        server.admin("user", "create", "alice", "--token", ALICE.token)
        servers.append(server)
        return server.start()

    yield begin
    for server in servers:
        server.kill()


@pytest.fixture
def provider():
    made = Provider()
    yield made
    made.close()


@row
def test_sign_on(start):
    """A provider from PyPI: the first sign-in makes a user, the second finds it, keys change meanwhile"""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    with oidc_provider_mock.run_server_in_thread() as first:
        port = first.server_port
        issuer = f"http://localhost:{port}"
        hub = start(**settings(issuer))
        claims = {"preferred_username": "dora", "name": "Dora D.", "email": "dora@example.org", "email_verified": True}
        httpx.put(f"{issuer}/users/7c2f", json=claims).raise_for_status()

        def sign_in(browser, subject="7c2f"):
            page = browser.get("/login")
            assert "Sign in with Example ID" in page.text
            form = browser.get("/login/oidc", params={"return_to": "/oauth/device"})
            assert str(form.url).startswith(issuer)
            return browser.http.post(form.url, data={"sub": subject})

        with Browser(hub.url) as browser:
            page = sign_in(browser)
            assert page.url.path == "/oauth/device" and page.status_code == 200, page.text
            assert "<strong>dora</strong>" in browser.get("/login").text
        assert httpx.get(hub.url + "/api/users/dora/overview").json()["fullname"] == "Dora D."
        with Browser(hub.url) as browser:
            assert sign_in(browser).status_code == 200 and browser.is_signed_in
            page = browser.send(Form(browser.get("/login")))
            assert "Sign in" in page.text and not browser.is_signed_in
        with Browser(hub.url) as browser:
            form = browser.get("/login/oidc")
            # This provider sends no state with its refusal, so it cannot be told from somebody else's.
            assert browser.http.post(form.url, data={"action": "deny"}).status_code == 400
            assert not browser.is_signed_in
    # Another key under the same address, as after a change of keys.
    with oidc_provider_mock.run_server_in_thread(port=port):
        httpx.put(f"{issuer}/users/7c2f", json=claims).raise_for_status()
        with Browser(hub.url) as browser:
            assert sign_in(browser).status_code == 200 and browser.is_signed_in
    with Browser(hub.url) as browser:
        # The provider is gone; its description is still known, its tokens are not to be had.
        assert browser.http.get(hub.url + "/login/oidc", follow_redirects=False).status_code == 303


@row
def test_names_and_links(start, provider):
    """User names of any form; a name that is taken; linking an account that is there already"""
    hub = start(**settings(provider.url))
    with Browser(hub.url) as browser:
        assert browser.get("/login/oidc").status_code == 200
        assert "<strong>Zo-M-ller</strong>" in browser.get("/login").text
    authorize = next(form for form in provider.forms if "code_challenge" in form)
    exchange = next(form for form in provider.forms if "code_verifier" in form)
    digest = hashlib.sha256(exchange["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == authorize["code_challenge"]
    assert authorize["redirect_uri"] == hub.url + "/login/oidc/callback" and authorize["scope"] == "openid profile email"
    assert base64.b64decode(provider.authenticated.removeprefix("Basic ")).decode() == "vitrine:s%3Aecret%2F1"
    provider.claims = {"sub": "subject-2", "preferred_username": "Alice"}
    with Browser(hub.url) as browser:
        refused = browser.get("/login/oidc")
        assert refused.status_code == 409 and "access" in refused.text and not browser.is_signed_in
        browser.sign_in(ALICE.token)
        assert browser.get("/login/oidc").status_code == 200
    with Browser(hub.url) as browser:
        browser.get("/login/oidc")
        assert "<strong>alice</strong>" in browser.get("/login").text
    provider.claims = {"sub": "subject-3", "preferred_username": "@@@", "email": None}
    with Browser(hub.url) as browser:
        assert browser.get("/login/oidc").status_code == 403
    audit = hub.admin("audit", "--json").stdout
    assert "identity.link" in audit and "subject-2" in audit and "session.create" in audit


@row
@pytest.mark.parametrize(
    "claims, header, named",
    [
        ({"iss": "https://elsewhere.example"}, {}, "iss"),
        ({"aud": "another"}, {}, "aud"),
        ({"aud": []}, {}, "aud"),
        ({"aud": ["vitrine", "another"]}, {}, "azp"),
        ({"azp": "another"}, {}, "azp"),
        ({"exp": 1}, {}, "exp"),
        ({"exp": None}, {}, "exp"),
        ({"iat": 1 << 40}, {}, "iat"),
        ({"nonce": "old"}, {}, "nonce"),
        ({"nonce": None}, {}, "nonce"),
        ({"sub": ""}, {}, "sub"),
        ({}, {"alg": "none"}, "signed"),
        ({}, {"kid": "unknown"}, "signed"),
        ({}, {"alg": "HS256"}, "signed"),
    ],
)
def test_false_tokens(start, provider, claims, header, named):
    """ID tokens of others, for others, too old, without signature, or signed with the public key as a secret"""
    hub = start(**settings(provider.url))
    provider.claims, provider.header = claims, header
    if header.get("alg") == "HS256":
        provider.signs_with_public_key = True
    with Browser(hub.url) as browser:
        refused = browser.get("/login/oidc")
        assert refused.status_code == 403 and named in refused.text
        assert not browser.is_signed_in


@row
def test_changed_keys(start, provider):
    """A new key is looked up at once; a key that is not listed opens nothing"""
    hub = start(**settings(provider.url))
    with Browser(hub.url) as browser:
        assert browser.get("/login/oidc").status_code == 200 and browser.is_signed_in
    fresh = RSAKey.generate_key(2048, {"kid": "two"})
    provider.key = fresh
    with Browser(hub.url) as browser:
        assert browser.get("/login/oidc").status_code == 403
    provider.listed = [fresh]
    with Browser(hub.url) as browser:
        assert browser.get("/login/oidc").status_code == 200 and browser.is_signed_in


@row
def test_other_browsers_answers(start, provider):
    """An answer that another browser asked for, or none, signs nobody in; nobody is sent to other sites"""
    hub = start(**settings(provider.url))
    with Browser(hub.url) as one, Browser(hub.url) as other:
        away = one.http.get(hub.url + "/login/oidc", follow_redirects=False)
        back = httpx.get(away.headers["location"], follow_redirects=False).headers["location"]
        assert other.get(back).status_code == 400 and not other.is_signed_in
        changed = back.replace("state=", "state=x")
        assert one.get(changed).status_code == 400
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
        refused = one.http.get(hub.url + "/login/oidc/callback", params={"state": query["state"], "code": "refuse"})
        assert refused.status_code == 403 and "the code is old" in refused.text
        denied = one.http.get(hub.url + "/login/oidc/callback", params={"state": query["state"], "error": "access_denied"})
        assert denied.status_code == 403
    for place in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        with Browser(hub.url) as browser:
            page = browser.get("/login", params={"return_to": place})
            answer = browser.send(Form(page), follow=False, token=ALICE.token)
            assert answer.headers["location"] == "/login"


@row
def test_no_new_users(start, provider):
    """oidc-create-users=false: only who is linked gets in; a provider that lies of itself is not used"""
    hub = start(**settings(provider.url, VITRINE_OIDC_CREATE_USERS="false"))
    with Browser(hub.url) as browser:
        assert browser.get("/login/oidc").status_code == 403
    provider.description = {"issuer": "https://elsewhere.example"}
    other = start("other", **settings(provider.url))
    with Browser(other.url) as browser:
        refused = browser.get("/login/oidc")
        assert refused.status_code == 503 and "elsewhere.example" in refused.text
    nowhere = start("nowhere", **settings("http://127.0.0.1:9"))
    with Browser(nowhere.url) as browser:
        assert browser.get("/login/oidc").status_code == 503


@row
def test_sessions(request):
    """Signing in with a token: read tokens and wrong ones do not; the session ends with its token"""
    from conftest import SERVER

    hub = request.config.stash[SERVER]
    with Browser(hub.url) as browser:
        assert "identity provider" in browser.get("/login/oidc").text
        assert browser.sign_in("hf_" + "0" * 40).status_code == 401 and not browser.is_signed_in
        made = hub.admin("token", "create", "bob", "--name", "browser-read", "--role", "read").stdout.split()[-1]
        assert "write" in browser.sign_in(made).text and not browser.is_signed_in
        made = hub.admin("token", "create", "bob", "--name", "browser", "--role", "write").stdout.split()[-1]
        answer = browser.sign_in(" " + made + "\n")
        assert browser.is_signed_in
        cookie = next(iter(browser.http.cookies.jar))
        assert cookie.has_nonstandard_attr("HttpOnly") and made not in cookie.value
        hub.admin("token", "revoke", "bob", "--name", "browser")
        assert not browser.is_signed_in
        assert answer.status_code == 200
    # API calls go by tokens alone: a cookie means nothing there.
    with Browser(hub.url) as browser:
        browser.sign_in(BOB.token)
        assert browser.get("/api/whoami-v2").status_code == 401
