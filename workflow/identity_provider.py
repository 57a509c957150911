"""OpenID Connect, the client's side: the way to the provider, and what it says of whoever came back.

Authorization code with PKCE (RFC 7636), state and nonce. One issuer is trusted, the one the settings name;
its answers are bounded in size and time, no redirect is followed, and only signatures by public key count.
"""

import json
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import quote_plus

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workflow.errors import ProviderRefused

PATIENCE = 10.0
"""Seconds for the whole of an answer."""
LEFT_ALONE = timedelta(seconds=15)
"""How long a provider is not asked again that did not say what it is."""
LARGEST = 256 * 1024
"""Bytes of an answer; usual ones have two to twenty thousand."""
SKEW_SECONDS = 60
"""How far the provider's clock may be off."""
ANSWERED, BAD_REQUEST, UNAUTHORIZED = 200, 400, 401
BY_PUBLIC_KEY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SAFE = r"^(https://|http://(127\.0\.0\.1|localhost|\[::1\])([:/]|$))"
"""Codes, secrets and tokens go there: not in the open, unless it is this machine."""
SCOPES = "openid profile email"


class Provider(BaseModel):
    """What a provider's discovery document says of it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str = Field(pattern=SAFE)
    token_endpoint: str = Field(pattern=SAFE)
    jwks_uri: str = Field(pattern=SAFE)
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)

    @property
    def algorithms(self) -> list[str]:
        """Those it signs with that are taken from it: `none` and shared secrets never."""
        return [one for one in self.id_token_signing_alg_values_supported if one in BY_PUBLIC_KEY]


@dataclass(frozen=True, slots=True)
class Client:
    """The installation as the provider knows it, and where it sends people back to."""

    id: str
    secret: str | None = field(repr=False)
    redirect: str


@dataclass(frozen=True, slots=True)
class Question:
    """What one sign-in is known by: to the browser, in the token, and at the exchange of the code."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def new(cls) -> "Question":
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class _Failed:
    """When a provider was asked what it is and gave no answer that will do, and why not."""

    at: datetime
    reason: str


_known: dict[str, Provider | _Failed] = {}
_asking = Lock()


def discover(issuer: str, *, at: datetime) -> Provider:
    """The provider of an issuer, asked once a process, by one at a time.

    After a failure it is left alone for `LEFT_ALONE`. Raises `ProviderRefused` (`oidc_away`).
    """
    with _asking:
        known = _known.get(issuer)
        if isinstance(known, Provider):
            return known
        if known is not None and abs(at - known.at) < LEFT_ALONE:
            raise _away(known.reason)
        try:
            found = _known[issuer] = _discovered(issuer)
        except ProviderRefused as refused:
            _known[issuer] = _Failed(at, str(refused.facts.get("reason", "")))
            raise
        return found


def _discovered(issuer: str) -> Provider:
    told = _answer("GET", get_well_known_url(issuer, external=True))
    try:
        provider = Provider.model_validate(told)
    except ValidationError as error:
        raise _away("发现文档缺少内容或地址不安全") from error
    if provider.issuer != issuer:
        raise _away(f"发现文档的issuer是“{provider.issuer[:80]}”")
    return provider


def way_to(provider: Provider, client: Client, question: Question) -> str:
    """Where a browser goes to sign in."""
    return str(
        prepare_grant_uri(
            provider.authorization_endpoint,
            client_id=client.id,
            response_type="code",
            redirect_uri=client.redirect,
            scope=SCOPES,
            state=question.state,
            nonce=question.nonce,
            code_challenge=create_s256_code_challenge(question.verifier),
            code_challenge_method="S256",
        )
    )


def claims_behind(
    provider: Provider, client: Client, code: str, question: Question, *, at: datetime
) -> Mapping[str, Any]:
    """What the provider says of whoever came back with this code, signed and for this sign-in.

    Raises `ProviderRefused`: `oidc_away`, `oidc_denied` for a code it does not take, `oidc_invalid`.
    """
    answer = _exchanged(provider, client, code, question)
    keys = _answer("GET", provider.jwks_uri)
    try:
        token = jwt.decode(answer["id_token"], KeySet.import_key_set(keys), registry=_registry(provider))
        known = {"nonce": question.nonce, "client_id": client.id}
        claims = CodeIDToken(token.claims, token.header, _expected(provider, client), known)
        claims.validate(now=int(at.timestamp()), leeway=SKEW_SECONDS)
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise ProviderRefused(
            "统一身份认证的应答不能核实，没有登录；请重新登录，仍不能登录的请联系系统管理员。",
            code="oidc_invalid",
            reason=getattr(error, "error", type(error).__name__),
        ) from error
    return dict(claims)


def _registry(provider: Provider) -> JWSRegistry:
    """Of what is taken from it; an empty list would mean every algorithm there is."""
    if not provider.algorithms:
        raise UnsupportedAlgorithmError("none that is taken")
    return JWSRegistry(algorithms=provider.algorithms, strict_check_header=False)


def _expected(provider: Provider, client: Client) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": client.id},
    }


def _exchanged(provider: Provider, client: Client, code: str, question: Question) -> Any:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect}
    form |= {"code_verifier": question.verifier, "client_id": client.id}
    credentials = None
    if client.secret is not None:
        if "client_secret_basic" in provider.token_endpoint_auth_methods_supported:
            credentials = (quote_plus(client.id), quote_plus(client.secret))  # RFC 6749, 2.3.1
        else:
            form["client_secret"] = client.secret
    return _answer("POST", provider.token_endpoint, data=form, auth=credentials)


def _answer(method: str, url: str, **more: Any) -> Any:
    """The JSON at an address. Raises `ProviderRefused` (`oidc_away`, `oidc_denied`)."""
    try:
        with (
            httpx.Client(timeout=PATIENCE, trust_env=False) as http,
            http.stream(method, url, headers={"Accept": "application/json"}, **more) as response,
        ):
            body = _read(response.iter_bytes())
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise _away(type(error).__name__) from error
    if response.status_code in (BAD_REQUEST, UNAUTHORIZED) and method == "POST":
        raise ProviderRefused("统一身份认证没有认可这次登录，请重新登录。", code="oidc_denied")
    if response.status_code != ANSWERED:
        raise _away(f"应答{response.status_code}")
    try:
        return json.loads(body)
    except ValueError as error:
        raise _away("应答不是JSON") from error


def _read(parts: Iterable[bytes]) -> bytes:
    """No more than is usual, and not for ever."""
    body, until = b"", time.monotonic() + PATIENCE
    for part in parts:
        body += part
        if len(body) > LARGEST or time.monotonic() > until:
            raise _away("应答过大或过慢")
    return body


def _away(why: str) -> ProviderRefused:
    return ProviderRefused(
        f"统一身份认证暂时不能使用（{why}），请稍后再试，或者用登录名和密码登录；"
        "一直如此的，请系统管理员核对DUBAN_OIDC_ISSUER及网络。",
        code="oidc_away",
        reason=why,
    )
