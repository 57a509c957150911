"""Browsers somebody has signed in from before, which a lock that others brought about does not keep out.

Whoever knows a login can lock its account from anywhere. So a browser keeps a token of each sign-in by
password, as OWASP's device cookies do, and tries that bring a valid one are counted by themselves. Five wrong
ones lock the token like an account, and while it is locked its browser is as any other.

A token names nobody: it is a random number, a date and a code over both, its person and when his password was
set, under the newest key. Another password, a reset or another key makes it worthless; nothing is kept of it
but its wrong tries.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from workflow.secret import Secret
from workflow.services.accounts.tokens import hashed
from workflow.services.office import Office
from workflow.storage import accounts
from workflow.storage.session import reading

LASTS = timedelta(days=180)
"""Since the last sign-in there."""
MOST = 5
"""People who sign in from one browser; of more it knows the last."""
DOMAIN, SUBJECT, BETWEEN = b"duban/device/1\x00", "device:", "~"
NUMBER_BYTES = 16
TOKEN = re.compile(r"[\w-]{22}\.\d{1,12}\.[\w-]{43}", re.ASCII)


def subject_of(account: Row[Any] | None, kept: str, secret: Secret, at: datetime) -> str | None:
    """What tries on an account are counted under from a browser that keeps these tokens; None where none of
    them is good for it now."""
    token = _own(account, kept, secret)
    if token is None or at - datetime.fromtimestamp(int(token.split(".")[1]), UTC) >= LASTS:
        return None
    return SUBJECT + hashed(token)


def kept_from_now(account: Row[Any], kept: str, secret: Secret, at: datetime) -> str:
    """What a browser keeps once somebody has signed in there: a new token of his before those of others."""
    former = _own(account, kept, secret)
    others = [one for one in _tokens_in(kept) if one != former]
    return BETWEEN.join([_new(account, secret, at), *others][:MOST])


def kept_after_change(office: Office, person: str, kept: str, *, at: datetime) -> str:
    """The same once somebody has changed his password there, whose former tokens are worthless now."""
    with reading(office.engine) as tx:
        account = accounts.of_person(tx, person)
    return kept if account is None else kept_from_now(account, kept, office.secret, at)


def _own(account: Row[Any] | None, kept: str, secret: Secret) -> str | None:
    """The token of this account, however old, among those a browser claims to have been given."""
    if account is None or account.password_at is None:
        return None
    return next((one for one in _tokens_in(kept) if _is_of(account, one, secret)), None)


def _tokens_in(kept: str) -> list[str]:
    return [one for one in kept.split(BETWEEN)[:MOST] if TOKEN.fullmatch(one)]


def _is_of(account: Row[Any], token: str, secret: Secret) -> bool:
    told, _, code = token.rpartition(".")
    return hmac.compare_digest(code, _code(account, told, secret))


def _new(account: Row[Any], secret: Secret, at: datetime) -> str:
    told = f"{secrets.token_urlsafe(NUMBER_BYTES)}.{int(at.timestamp())}"
    return f"{told}.{_code(account, told, secret)}"


def _code(account: Row[Any], told: str, secret: Secret) -> str:
    bound = "\x00".join((account.person, account.password_at.astimezone(UTC).isoformat(), told))
    made = hmac.digest(secret.newest.value, DOMAIN + bound.encode(), "sha256")
    return urlsafe_b64encode(made).decode().rstrip("=")
