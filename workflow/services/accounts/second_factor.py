"""The second factor: a code of six digits that changes every half minute (TOTP, RFC 6238), each used once.

What the codes are made of is sealed under a key derived from the installation's, so that a stolen database
alone makes none. Where that key was lost the account's second factor has to be reset.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from workflow.secret import Secret
from workflow.services import sealed_words
from workflow.services.office import Office

STEP_SECONDS, DIGITS = 30, 6
EITHER_SIDE = 1
"""Steps a telephone's clock may be off."""
DOMAIN = b"duban/second-factor/1"


def step_of(office: Office, account: Row[Any] | None, code: str, at: datetime) -> int | None:
    """The step a code of this account belongs to; None where it is no code of it now."""
    if account is None or account.second_factor is None:
        return None
    opened = unsealed(account.second_factor, account.person, office.secret)
    return None if opened is None else matching_step(opened, code, at)


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """The step, of those around an instant, whose code this is."""
    from pyotp import TOTP  # noqa: PLC0415 - for whoever signs in, not for every command

    written = "".join(code.split())
    now, codes = int(at.timestamp()) // STEP_SECONDS, TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    around = range(now - EITHER_SIDE, now + EITHER_SIDE + 1)
    found = [step for step in around if secrets.compare_digest(codes.generate_otp(step), _ascii(written))]
    return found[-1] if found else None


def sealed(opened: str, person: str, secret: Secret) -> str:
    """What codes are made of, as the database keeps it: the key's name, and what only that key opens."""
    return sealed_words.sealed(opened, person, secret, domain=DOMAIN)


def unsealed(kept: str, person: str, secret: Secret) -> str | None:
    """The same opened; None where the key is gone, or the seal is another person's or broken."""
    return sealed_words.unsealed(kept, person, secret, domain=DOMAIN)


def _ascii(written: str) -> str:
    """Codes are compared in constant time, which other characters are not made for."""
    return written if written.isascii() else ""
