"""The second factor: a code of six digits that changes every half minute (TOTP, RFC 6238), each used once.

What the codes are made of is sealed under a key derived from the installation's, so that a stolen database
alone makes none. Where that key was lost the account's second factor has to be reset.
"""

import secrets
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Row

from workflow.secret import Key, Secret
from workflow.services.office import Office

STEP_SECONDS, DIGITS = 30, 6
EITHER_SIDE = 1
"""Steps a telephone's clock may be off."""
DOMAIN = b"duban/second-factor/1"
NONCE_BYTES = 12


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
    key, nonce = secret.newest, secrets.token_bytes(NONCE_BYTES)
    closed = AESGCM(_derived(key)).encrypt(nonce, opened.encode(), person.encode())
    return f"{key.id}:{b64encode(nonce + closed).decode()}"


def unsealed(kept: str, person: str, secret: Secret) -> str | None:
    """The same opened; None where the key is gone, or the seal is another person's or broken."""
    key_id, _, closed = kept.partition(":")
    key = secret.find(key_id)
    if key is None:
        return None
    raw = b64decode(closed)
    try:
        return AESGCM(_derived(key)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], person.encode()).decode()
    except (InvalidTag, ValueError):
        return None


def _derived(key: Key) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=DOMAIN).derive(key.value)


def _ascii(written: str) -> str:
    """Codes are compared in constant time, which other characters are not made for."""
    return written if written.isascii() else ""
