"""The hub as OAuth and OpenID Connect provider."""

import base64
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import time
import urllib.parse

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.jwk import KeySet

from support.browser import Browser, Form
from support.people import ALICE, BOB

DEVICE = pytest.mark.row("POST /oauth/device")
TOKEN = pytest.mark.row("POST /oauth/token")
CODE = pytest.mark.row("GET /oauth/authorize, /oauth/userinfo, /.well-known/openid-configuration")

HF = "26be6b09-91c5-47da-9861-d2d2bb7a7e36"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
BACK = "https://app.example.org/oauth/huggingface/callback"


@pytest.fixture
def hub(request):
    from conftest import SERVER

    return request.config.stash[SERVER]


@pytest.fixture
def alice_browser(hub):
    with Browser(hub.url) as browser:
        browser.sign_in(ALICE.token)
        yield browser


def post(hub, path, **items):
    return httpx.post(hub.url + path, data=items)


def whoami(hub, token):
    return httpx.get(hub.url + "/api/whoami-v2", headers={"Authorization": f"Bearer {token}"})


def approve(browser, place, decision="approve"):
    page = browser.get(place)
    assert "Let Hugging Face CLI in?" in page.text and "alice" in page.text
    return browser.send(Form(page), decision=decision)


def app(hub, *arguments):
    return json.loads(hub.admin("app", "create", "Label tool", *arguments, "--json").stdout)


@DEVICE
def test_hf_auth_login(hub, client_environment, tmp_path, alice_browser):
    """hf auth login in a browser: the code is shown, let in, and the token stored with its refresh token"""
    environment = client_environment | {"HF_HOME": str(tmp_path), "NO_COLOR": "1", "COLUMNS": "500", "PYTHONUNBUFFERED": "1"}
    hf = shutil.which("hf", path=environment["PATH"])
    with subprocess.Popen(
        [hf, "auth", "login", "--format", "agent"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            line = process.stdout.readline()
            while "http" not in line:
                assert line, "hf ended"
                line = process.stdout.readline()
            place = re.search(r"http\S+", line).group(0)
            assert "You can close this page" in approve(alice_browser, place).text
            rest, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0 and "logged in as alice" in rest
    done = subprocess.run([hf, "auth", "whoami"], env=environment, capture_output=True, text=True, timeout=60)
    assert "alice" in done.stdout
    stored = (tmp_path / "stored_tokens").read_text()
    assert "refresh_token" in stored and "expires_at" in stored


@TOKEN
def test_hf_renews_its_token(hub, client_environment, tmp_path, alice_browser):
    """huggingface_hub renews a stored token that is about to end"""
    device = post(hub, "/oauth/device", client_id=HF).json()
    approve(alice_browser, device["verification_uri_complete"])
    first = post(hub, "/oauth/token", client_id=HF, grant_type=DEVICE_GRANT, device_code=device["device_code"]).json()
    (tmp_path / "token").write_text(first["access_token"])
    (tmp_path / "stored_tokens").write_text(
        f"[mine]\nhf_token = {first['access_token']}\nrefresh_token = {first['refresh_token']}\nexpires_at = {int(time.time()) + 60}\n"
    )
    environment = client_environment | {"HF_HOME": str(tmp_path)}
    environment.pop("HF_TOKEN", None)
    script = "from huggingface_hub import whoami, get_token; print(whoami()['name'], get_token())"
    python = shutil.which("python", path=environment["PATH"])
    done = subprocess.run([python, "-c", script], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    name, token = done.stdout.split()
    assert name == "alice" and token != first["access_token"]
    assert first["refresh_token"] not in (tmp_path / "stored_tokens").read_text()


@DEVICE
def test_device_refusals(hub, alice_browser):
    """authorization_pending, slow_down, access_denied, used and unknown codes, unknown programs"""
    assert post(hub, "/oauth/device", client_id="nobody").json()["error"] == "invalid_client"
    assert post(hub, "/oauth/device").status_code == 401
    assert post(hub, "/oauth/device", client_id=HF, scope="unknown").json()["error"] == "invalid_scope"
    device = post(hub, "/oauth/device", client_id=HF).json()
    assert re.fullmatch(r"[BCDFGHJ-NP-TVWXZ]{4}-[BCDFGHJ-NP-TVWXZ]{4}", device["user_code"])

    def poll(code=device["device_code"]):
        return post(hub, "/oauth/token", client_id=HF, grant_type=DEVICE_GRANT, device_code=code)

    answer = poll()
    assert answer.status_code == 400 and answer.json()["error"] == "authorization_pending"
    assert answer.headers["x-error-code"] == "authorization_pending"
    assert poll().json()["error"] == "slow_down"
    assert poll("dc_unknown").json()["error"] == "invalid_grant"
    other = post(hub, "/oauth/token", client_id="hubctl", grant_type=DEVICE_GRANT, device_code=device["device_code"])
    assert other.json()["error"] == "invalid_grant"
    assert "was told so" in approve(alice_browser, device["verification_uri"] + "?user_code=" + device["user_code"].lower(), "deny").text
    assert poll().json()["error"] == "access_denied"
    assert "No device waits" in alice_browser.get(device["verification_uri_complete"]).text


@DEVICE
def test_typed_code(hub):
    """Somebody who is not signed in gets the code's page after signing in, and may type the code"""
    device = post(hub, "/oauth/device", client_id=HF, scope="openid read-repos").json()
    with Browser(hub.url) as browser:
        page = browser.get(device["verification_uri"])
        assert page.url.path == "/login"
        page = browser.send(Form(page), token=ALICE.token)
        assert page.url.path == "/oauth/device"
        page = browser.send(Form(page), user_code=device["user_code"])
        assert "Read your repos" in page.text and "delete" not in page.text
        browser.send(Form(page), decision="approve")
    tokens = post(hub, "/oauth/token", client_id=HF, grant_type=DEVICE_GRANT, device_code=device["device_code"]).json()
    assert tokens["scope"] == "openid read-repos"
    assert whoami(hub, tokens["access_token"]).json()["auth"]["accessToken"]["role"] == "read"
    again = post(hub, "/oauth/token", client_id=HF, grant_type=DEVICE_GRANT, device_code=device["device_code"])
    assert again.json()["error"] == "invalid_grant"


@DEVICE
def test_hubctl_login_web(hub, tmp_path, alice_browser):
    """hubctl login --web"""
    environment = {"HF_HOME": str(tmp_path), "PATH": os.environ["PATH"], "HF_ENDPOINT": hub.url}
    with subprocess.Popen(
        [hub.hubctl, "login", "--web", "--json"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            place = re.search(r"http\S+", process.stderr.readline()).group(0)
            page = alice_browser.get(place)
            alice_browser.send(Form(page), decision="approve")
            printed, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, said
    assert json.loads(printed)["name"] == "alice"
    assert whoami(hub, (tmp_path / "token").read_text().strip()).json()["name"] == "alice"


@TOKEN
def test_refresh_and_revoke(hub, alice_browser):
    """Refresh tokens are used once; a second use ends the sign-in; revocation ends all of it"""
    def sign_in():
        device = post(hub, "/oauth/device", client_id=HF).json()
        approve(alice_browser, device["verification_uri_complete"])
        return post(hub, "/oauth/token", client_id=HF, grant_type=DEVICE_GRANT, device_code=device["device_code"]).json()

    def refresh(token, client=HF):
        return post(hub, "/oauth/token", client_id=client, grant_type="refresh_token", refresh_token=token)

    first = sign_in()
    assert refresh(first["refresh_token"], "hubctl").json()["error"] == "invalid_grant"
    second = refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    # Two programs at once: within a minute both go on.
    third = refresh(first["refresh_token"]).json()
    for tokens in (first, second, third):
        assert whoami(hub, tokens["access_token"]).status_code == 200
    assert post(hub, "/oauth/revoke", client_id=HF, token=third["refresh_token"]).status_code == 200
    for tokens in (first, second, third):
        assert whoami(hub, tokens["access_token"]).status_code == 401
    assert refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert post(hub, "/oauth/revoke", client_id=HF, token="unknown").status_code == 200
    # Revoked in its owner's list, it ends with its refresh token.
    fourth = sign_in()
    headers = {"Authorization": f"Bearer {fourth['access_token']}"}
    assert httpx.delete(hub.url + "/api/settings/tokens/current", headers=headers).status_code == 200
    assert refresh(fourth["refresh_token"]).json()["error"] == "invalid_grant"
    assert post(hub, "/oauth/token", client_id=HF, grant_type="password").json()["error"] == "unsupported_grant_type"
    assert post(hub, "/oauth/token", client_id=HF).json()["error"] == "invalid_request"


@CODE
def test_authlib_code_flow(hub, alice_browser):
    """Authlib's client: authorisation code with PKCE and nonce, ID token checked against the keys, userinfo"""
    made = app(hub, "--redirect-uri", BACK)
    metadata = httpx.get(hub.url + "/.well-known/openid-configuration").json()
    assert metadata["issuer"] == hub.url
    with OAuth2Client(
        made["clientId"], made["clientSecret"], scope="openid profile email read-repos", redirect_uri=BACK, code_challenge_method="S256"
    ) as client:
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        place, state = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
        page = alice_browser.get(place)
        assert "Label tool" in page.text and "https://app.example.org" in page.headers["content-security-policy"]
        back = alice_browser.send(Form(page), follow=False, decision="approve")
        assert back.status_code == 303
        arrived = urllib.parse.urlsplit(back.headers["location"])
        items = dict(urllib.parse.parse_qsl(arrived.query))
        assert arrived.hostname == "app.example.org" and items["state"] == state and items["iss"] == hub.url
        tokens = client.fetch_token(metadata["token_endpoint"], authorization_response=back.headers["location"], code_verifier=verifier)
        keys = KeySet.import_key_set(httpx.get(metadata["jwks_uri"]).json())
        decoded = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
        assert decoded.header["alg"] == "RS256"
        claims = decoded.claims
        assert (claims["iss"], claims["aud"], claims["nonce"]) == (hub.url, made["clientId"], nonce)
        assert claims["preferred_username"] == "alice" and claims["exp"] > time.time()
        info = client.get(metadata["userinfo_endpoint"]).json()
        assert info["sub"] == claims["sub"] and info["preferred_username"] == "alice"
        assert {"sub", "name", "preferred_username", "roleInOrg"} <= set(info["orgs"][0])
        assert whoami(hub, tokens["access_token"]).json()["auth"]["accessToken"]["role"] == "read"
        # A stolen code: what came of the first exchange ends.
        again = post(
            hub, "/oauth/token", client_id=made["clientId"], client_secret=made["clientSecret"], grant_type="authorization_code",
            code=items["code"], redirect_uri=BACK, code_verifier=verifier,
        )
        assert again.json()["error"] == "invalid_grant"
        assert whoami(hub, tokens["access_token"]).status_code == 401


@CODE
def test_huggingface_hub_oauth(hub, alice_browser, monkeypatch):
    """attach_huggingface_oauth of huggingface_hub, in a FastAPI application"""
    import fastapi
    from fastapi.testclient import TestClient
    from huggingface_hub import attach_huggingface_oauth, constants, parse_huggingface_oauth

    made = app(hub, "--redirect-uri", BACK)
    monkeypatch.setenv("SPACE_ID", "alice/app")
    monkeypatch.setattr(constants, "OAUTH_CLIENT_ID", made["clientId"])
    monkeypatch.setattr(constants, "OAUTH_CLIENT_SECRET", made["clientSecret"])
    monkeypatch.setattr(constants, "OAUTH_SCOPES", "openid profile")
    monkeypatch.setattr(constants, "OPENID_PROVIDER_URL", hub.url)
    application = fastapi.FastAPI()
    attach_huggingface_oauth(application)

    @application.get("/")
    def greet(request: fastapi.Request):
        info = parse_huggingface_oauth(request)
        return {"name": info.user_info.preferred_username if info else None, "orgs": len(info.user_info.orgs or []) if info else 0}

    with TestClient(application, base_url="https://app.example.org", follow_redirects=False) as client:
        assert client.get("/").json()["name"] is None
        place = client.get("/oauth/huggingface/login").headers["location"]
        assert place.startswith(hub.url)
        back = alice_browser.send(Form(alice_browser.get(place)), follow=False, decision="approve")
        client.get(back.headers["location"])
        assert client.get("/").json()["name"] == "alice"


@CODE
def test_code_refusals(hub, alice_browser):
    """Unknown programs and addresses go nowhere; other refusals go back; PKCE, secrets and addresses are checked"""
    made = app(hub, "--redirect-uri", BACK)
    public = app(hub, "--public", "--redirect-uri", "http://127.0.0.1/callback")
    assert "clientSecret" not in public
    def authorize(follow=True, **items):
        items = {"client_id": made["clientId"], "redirect_uri": BACK, "response_type": "code", "state": "s"} | items
        return alice_browser.http.get(hub.url + "/oauth/authorize", params=items, follow_redirects=follow)

    def back(answer):
        assert answer.status_code == 303, answer.text
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["location"]).query))

    for wrong in ("https://evil.example.org/", BACK + "/more", BACK.replace("https", "http"), BACK + "#x", "javascript:alert(1)"):
        assert authorize(redirect_uri=wrong).status_code == 400
    assert authorize(client_id="nobody").status_code == 400
    assert back(authorize(False, response_type="token"))["error"] == "unsupported_response_type"
    assert back(authorize(False, scope="nothing"))["error"] == "invalid_scope"
    assert back(authorize(False, code_challenge="x" * 43, code_challenge_method="plain"))["error"] == "invalid_request"
    # On the user's own machine any port will do; without a secret there must be a challenge.
    local = {"client_id": public["clientId"], "redirect_uri": "http://127.0.0.1:54321/callback"}
    assert back(authorize(False, **local))["error"] == "invalid_request"
    assert authorize(client_id=public["clientId"], redirect_uri="http://127.0.0.1:54321/other").status_code == 400
    refused = back(alice_browser.send(Form(authorize()), follow=False, decision="deny"))
    assert refused["error"] == "access_denied" and refused["state"] == "s"

    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    def code():
        page = authorize(code_challenge=challenge, code_challenge_method="S256")
        return back(alice_browser.send(Form(page), follow=False, decision="approve"))["code"]

    def exchange(auth=(made["clientId"], made["clientSecret"]), **items):
        items = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": verifier} | items
        return httpx.post(hub.url + "/oauth/token", data=items, auth=auth)

    assert exchange(code=code(), code_verifier="wrong").json()["error"] == "invalid_grant"
    assert exchange(code=code(), redirect_uri=BACK + "x").json()["error"] == "invalid_grant"
    assert exchange(code="ac_unknown").json()["error"] == "invalid_grant"
    wrong = exchange((made["clientId"], "wrong"), code=code())
    assert wrong.status_code == 401 and wrong.json()["error"] == "invalid_client" and "basic" in wrong.headers["www-authenticate"].lower()
    good = exchange(code=code())
    assert good.status_code == 200 and good.headers["cache-control"] == "no-store"
    assert good.json()["scope"] == "openid profile"
    # No repos were asked for: private ones are not there.
    headers = {"Authorization": f"Bearer {good.json()['access_token']}"}
    assert httpx.post(hub.url + "/api/repos/create", json={"name": "x-oauth"}, headers=headers).status_code == 403


@CODE
def test_forms_of_other_sites(hub, alice_browser):
    """A decision needs the session, the form's key, and a page of the hub's own"""
    device = post(hub, "/oauth/device", client_id=HF).json()
    form = Form(alice_browser.get(device["verification_uri_complete"]))
    target = hub.url + form.action
    data = form.values | {"decision": "approve"}
    assert httpx.post(target, data=data).status_code == 401
    assert alice_browser.http.post(target, data=data | {"form_key": "0" * 64}).status_code == 403
    assert alice_browser.http.post(target, data=data, headers={"Origin": "https://evil.example.org"}).status_code == 403
    assert alice_browser.http.post(target, data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    with Browser(hub.url) as other:
        other.sign_in(BOB.token)
        assert other.http.post(target, data=data).status_code == 403
    page = alice_browser.get("/oauth/device")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


@CODE
def test_programs(hub):
    """hubctl admin app: list, delete; what was granted ends"""
    made = app(hub, "--redirect-uri", BACK)
    listed = json.loads(hub.admin("app", "list", "--json").stdout)
    assert {HF, "hubctl", made["clientId"]} <= {entry["clientId"] for entry in listed}
    for wrong in ("http://example.org/x", "https://a.example/?q=1", "ftp://x", "https://u@example.org/"):
        assert hub.admin("app", "create", "Wrong", "--redirect-uri", wrong, check=False).returncode != 0
    with Browser(hub.url) as browser:
        browser.sign_in(ALICE.token)
        query = {"client_id": made["clientId"], "redirect_uri": BACK, "response_type": "code"}
        back = browser.send(Form(browser.get("/oauth/authorize", params=query)), follow=False, decision="approve")
    code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back.headers["location"]).query))["code"]
    items = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    tokens = httpx.post(hub.url + "/oauth/token", data=items, auth=(made["clientId"], made["clientSecret"])).json()
    assert whoami(hub, tokens["access_token"]).status_code == 200
    hub.admin("app", "delete", made["clientId"])
    assert whoami(hub, tokens["access_token"]).status_code == 401
    assert hub.admin("app", "delete", made["clientId"], check=False).returncode != 0
    acts = [json.loads(line) for line in hub.admin("audit", "--json").stdout.splitlines() if line.startswith("{")]
    text = hub.admin("audit", "--json").stdout
    for act in ("app.create", "app.delete", "oauth.grant", "session.create"):
        assert act in text, acts[:3]
