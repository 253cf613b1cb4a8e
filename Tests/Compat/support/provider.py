"""An identity provider that can be told to lie: OpenID Connect's code flow with whatever ID token a test wants."""

from __future__ import annotations

import base64
import hmac
import http.server
import json
import threading
import time
import urllib.parse

from joserfc import jwt
from joserfc.jwk import RSAKey


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    """`claims` and `header` are what a test changes; every request is granted at once."""

    def __init__(self):
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.listed = [self.key]
        self.claims: dict[str, object] = {}
        self.header: dict[str, object] = {}
        # The oldest trick: the public key's text as a secret.
        self.signs_with_public_key = False
        self.authenticated: str | None = None
        self.forms: list[dict[str, str]] = []
        self.description: dict[str, object] = {}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url, "sub": "subject-1", "aud": "vitrine", "iat": now, "exp": now + 300, "nonce": nonce,
            "preferred_username": "Zoë Müller@example.org", "name": "Zoë Müller", "email": "zoe@example.org", "email_verified": True,
        } | self.claims
        claims = {key: value for key, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key.kid} | self.header
        if header["alg"] == "RS256":
            return jwt.encode(header, claims, self.key, algorithms=["RS256"])
        text = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
        secret = self.key.as_pem(private=False)
        return text + "." + (encode(hmac.digest(secret, text.encode(), "sha256")) if self.signs_with_public_key else "")

    def _handler(self):
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_arguments):
                pass

            def answer(self, body: dict, status: int = 200) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self) -> None:
                place = urllib.parse.urlsplit(self.path)
                if place.path == "/.well-known/openid-configuration":
                    self.answer({
                        "issuer": provider.url, "authorization_endpoint": provider.url + "/authorize",
                        "token_endpoint": provider.url + "/token", "jwks_uri": provider.url + "/keys",
                    } | provider.description)
                elif place.path == "/keys":
                    keys = [key.as_dict(private=False) | {"use": "sig", "alg": "RS256"} for key in provider.listed]
                    self.answer({"keys": keys + [{"kty": "unheard-of", "kid": "x"}, {"kty": "EC", "use": "enc", "kid": "y"}]})
                elif place.path == "/authorize":
                    items = dict(urllib.parse.parse_qsl(place.query))
                    provider.forms.append(items)
                    query = urllib.parse.urlencode({"code": items["nonce"], "state": items["state"]})
                    self.send_response(302)
                    self.send_header("location", f"{items['redirect_uri']}?{query}")
                    self.send_header("content-length", "0")
                    self.end_headers()
                else:
                    self.answer({"error": "not_found"}, 404)

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                items = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
                provider.forms.append(items)
                provider.authenticated = self.headers.get("authorization")
                if items["code"] == "refuse":
                    self.answer({"error": "invalid_grant", "error_description": "the code is old"}, 400)
                else:
                    self.answer({"access_token": "x", "token_type": "bearer", "id_token": provider.id_token(items["code"])})

        return Handler
