"""Signing in through the province's or city's own sign-in (统一身份认证), by OpenID Connect.

`begin` says where the browser goes and what it keeps meanwhile; with that and what it brings back `finish`
signs its person in. What it keeps is sealed under the installation's key and good for ten minutes, so that
nobody is signed in by an answer to a question another browser asked. Passwords and second factors are the
provider's business then.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from hmac import compare_digest
from typing import Any, NamedTuple

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, Row

from workflow.errors import ConfigurationError, ProviderRefused, SignInRefused
from workflow.identity_provider import Client, Question, claims_behind, discover, way_to
from workflow.secret import Key
from workflow.services.accounts import guessing, sessions
from workflow.services.accounts.linking import SUBJECT_BOUND
from workflow.services.accounts.signing_in import SignedIn, check_address
from workflow.services.accounts.telling import tell
from workflow.services.accounts.tokens import hashed
from workflow.services.accounts.visitors import grants_today, visitor_of
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office
from workflow.settings import Settings
from workflow.storage import accounts
from workflow.storage.session import transaction

DOMAIN = b"duban/oidc/1"
LASTS_SECONDS = 600


class Begun(NamedTuple):
    """Where the browser goes, and what it keeps until it comes back: a cookie of its own."""

    url: str
    kept: str


class Caller(NamedTuple):
    """From where somebody signs in, and by what browser."""

    address: str = ""
    agent: str = ""


def is_offered(settings: Settings) -> bool:
    """Whether the installation has a provider to sign in through."""
    return settings.oidc_issuer is not None and settings.oidc_client_id is not None


def begin(office: Office, redirect: str, *, address: str = "", at: datetime) -> Begun:
    """Begin a sign-in that comes back to the address `redirect`, as it is registered with the provider.

    `address` is the browser's, whose ways there are counted until they come back right. Raises
    `ConfigurationError` (`oidc_off`) where there is no provider, `TooManyTries`, `ProviderRefused`
    (`oidc_away`).
    """
    issuer, question = _issuer(office.settings), Question.new()
    check_address(office, address, at=at, limit=guessing.TO_PROVIDER)
    provider, client = discover(issuer, at=at), _client(office.settings, redirect)
    kept = json.dumps({"redirect": redirect, **asdict(question)}).encode()
    sealed = _seal(office.secret.newest).encrypt_at_time(kept, int(at.timestamp()))
    return Begun(way_to(provider, client, question), sealed.decode())


def finish(office: Office, params: Mapping[str, str], kept: str, *, caller: Caller, at: datetime) -> SignedIn:
    """Sign in whoever came back with these parameters of the address and what his browser kept.

    Raises `ProviderRefused` (`oidc_away`, `oidc_denied`, `oidc_stale`, `oidc_invalid`), `SignInRefused` for
    somebody without an account here (`subject_unknown`) or with a disabled one, `TooManyTries`.
    """
    question, redirect = _asked(office, params, kept, at)
    check_address(office, caller.address, at=at)
    provider, client = discover(_issuer(office.settings), at=at), _client(office.settings, redirect)
    try:
        claims = claims_behind(provider, client, params["code"], question, at=at)
        subject = _subject(claims, office.settings.oidc_claim)
    except ProviderRefused as refused:
        if refused.code == "oidc_invalid":
            _tell(office, "token", caller, at=at)
        raise
    return _signed_in(office, subject, caller, at=at)


def _asked(office: Office, params: Mapping[str, str], kept: str, at: datetime) -> tuple[Question, str]:
    """The question this is the answer to, and where it was asked from."""
    try:
        opened = _seal(office.secret.newest).decrypt_at_time(kept, LASTS_SECONDS, int(at.timestamp()))
    except (InvalidToken, TypeError, ValueError) as error:
        raise _stale() from error
    told = json.loads(opened)
    redirect = told.pop("redirect")
    question = Question(**told)
    _check_answers(office.settings, question, params)
    return question, redirect


def _check_answers(settings: Settings, question: Question, params: Mapping[str, str]) -> None:
    if not compare_digest(question.state.encode(), params.get("state", "").encode(errors="replace")):
        raise _stale()
    if params.get("iss", settings.oidc_issuer) != settings.oidc_issuer:  # RFC 9207
        raise _stale()
    if "error" in params or not params.get("code"):
        raise ProviderRefused("统一身份认证没有放行，没有登录；请重新登录。", code="oidc_denied")


def _stale() -> ProviderRefused:
    message = "这次登录已经过时，或者不是在这个浏览器里开始的，请重新登录。"
    return ProviderRefused(message, code="oidc_stale")


def _subject(claims: Mapping[str, Any], claim: str) -> str:
    """What the provider calls him. An e-mail address counts only where it vouches for it."""
    subject = claims.get(claim)
    vouched = claim != "email" or claims.get("email_verified") is True
    if isinstance(subject, str) and 0 < len(subject) <= SUBJECT_BOUND and vouched:
        return subject
    raise ProviderRefused(
        f"统一身份认证没有给出可用的“{claim}”，没有登录；请联系系统管理员核对DUBAN_OIDC_CLAIM。",
        code="oidc_invalid",
        reason=claim,
    )


def _signed_in(office: Office, subject: str, caller: Caller, *, at: datetime) -> SignedIn:
    with transaction(office.engine) as tx:
        account = accounts.by_external(tx, subject)
        if account is not None and account.disabled_at is None:
            return _open(tx, office, account, caller, at=at)
    _tell(office, "subject" if account is None else "disabled", caller, at=at, account=account)
    raise _unknown() if account is None else _disabled()


def _open(tx: Connection, office: Office, account: Row[Any], caller: Caller, *, at: datetime) -> SignedIn:
    address = guessing.place_of(caller.address)
    guessing.give_back(tx, address, at)
    guessing.give_back(tx, address, at, guessing.TO_PROVIDER)
    token = sessions.open_session(
        tx, account.person, address=address, agent=caller.agent, by_provider=True, at=at
    )
    told = {"session": hashed(token)[: sessions.SHOWN], "address": address, "by_provider": True}
    tell(tx, office, Act("signed_in", at, account.person, told))
    grants = grants_today(tx, account.person, at)
    return SignedIn(token, visitor_of(office, account, grants, hashed(token), at, by_provider=True))


def _tell(
    office: Office, wrong: str, caller: Caller, *, at: datetime, account: Row[Any] | None = None
) -> None:
    """One entry, and no more of those who have no account here than of unknown names."""
    told: dict[str, Any] = {"address": guessing.place_of(caller.address), "wrong": wrong}
    told |= {} if account is None else {"person": account.person}
    with transaction(office.engine) as tx:
        if account is not None or guessing.may_tell(tx, at):
            tell(tx, office, Act("sign_in_failed", at, SYSTEM, told))


def _unknown() -> SignInRefused:
    return SignInRefused(
        "您已通过统一身份认证，但还没有对应本系统的人员，不能登录；请联系本单位督查联络员或者系统管理员，"
        "由系统管理员对应账号。",
        code="subject_unknown",
    )


def _disabled() -> SignInRefused:
    return SignInRefused("您在本系统的账号已停用，不能登录；请联系系统管理员。", code="account_disabled")


def _issuer(settings: Settings) -> str:
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        raise ConfigurationError(
            "没有设置统一身份认证，请用登录名和密码登录；要用的，请设DUBAN_OIDC_ISSUER和DUBAN_OIDC_CLIENT_ID。",
            code="oidc_off",
        )
    return settings.oidc_issuer


def _client(settings: Settings, redirect: str) -> Client:
    kept = settings.oidc_client_secret
    secret = None if kept is None else kept.get_secret_value()
    return Client(settings.oidc_client_id or "", secret, redirect)


def _seal(key: Key) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=DOMAIN).derive(key.value)
    return Fernet(urlsafe_b64encode(derived))
