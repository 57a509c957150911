"""A provider of our own on loopback: discovery, keys, and codes that are exchanged once for a signed token.

`token` may change what goes into a token, `sign` how it is signed; `faults` are answered instead, by path;
`slow` is waited for before an answer.
"""

import hashlib
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from workflow import identity_provider

CLIENT_ID, CLIENT_SECRET = "duban", "秘密 +&="
SUBJECT = "provincial-0001"
KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}, private=True)
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}, private=True)


def signed_by(key: RSAKey) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, key)


@dataclass
class IdentityProvider:
    """What it was asked, and how it answers; `now` is its clock, in seconds."""

    now: int
    issuer: str = ""
    subject: str = SUBJECT
    token: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    sign: Callable[[dict[str, Any]], str] = field(default_factory=lambda: signed_by(KEY))
    document: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    granted: dict[str, dict[str, str]] = field(default_factory=dict)
    slow: Callable[[], object] = lambda: None

    def consent(self, url: str) -> dict[str, str]:
        """What somebody's browser brings back who goes there and signs in."""
        asked = {name: one[0] for name, one in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self.granted)}"
        self.granted[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def discovery(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        own = {name: f"{self.issuer}/{path}" for name, path in places.items()}
        return {"issuer": self.issuer, **own, **self.document}

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A code is taken once, from its client, by whoever knows what its question was made of."""
        asked = self.granted.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge or not authorization.startswith("Basic "):
            return 400, {"error": "invalid_grant"}
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": self.subject,
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": asked["nonce"],
        }
        return 200, {"token_type": "Bearer", "id_token": self.sign(self.token(claims)), "access_token": "x"}


@contextmanager
def serving(provider: IdentityProvider) -> Iterator[IdentityProvider]:
    """The provider at its issuer's address."""

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            documents = {
                "/.well-known/openid-configuration": provider.discovery,
                "/keys": lambda: {"keys": [KEY.as_dict(private=False)]},
            }
            self._answer(200, documents[self.path]())

        def do_POST(self) -> None:
            written = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: one[0] for name, one in parse_qs(written).items()}
            self._answer(*provider.exchange(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, document: Any) -> None:
            provider.asked.append(self.path)
            provider.slow()
            body = json.dumps(document).encode()
            status, body = provider.faults.get(self.path, (status, body))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Location", f"{provider.issuer}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    identity_provider._known.pop(provider.issuer, None)  # another may have had this port
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
