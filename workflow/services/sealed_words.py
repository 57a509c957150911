"""Secrets the database keeps: closed under a key derived from the installation's, so that the database alone
opens none. Where that key was lost they have to be made anew.
"""

import secrets
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workflow.secret import Key, Secret

NONCE_BYTES = 12


def sealed(opened: str, of: str, secret: Secret, *, domain: bytes) -> str:
    """A secret of somebody or something as the database keeps it: the key's name, and what only it opens.

    `domain` says what it is for: nothing closed for one purpose opens for another.
    """
    key, nonce = secret.newest, secrets.token_bytes(NONCE_BYTES)
    closed = AESGCM(_derived(key, domain)).encrypt(nonce, opened.encode(), of.encode())
    return f"{key.id}:{b64encode(nonce + closed).decode()}"


def unsealed(kept: str, of: str, secret: Secret, *, domain: bytes) -> str | None:
    """The same opened; None where the key is gone, or the seal is another's or broken."""
    key_id, _, closed = kept.partition(":")
    key = secret.find(key_id)
    if key is None:
        return None
    raw = b64decode(closed)
    try:
        return (
            AESGCM(_derived(key, domain)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], of.encode()).decode()
        )
    except (InvalidTag, ValueError):
        return None


def _derived(key: Key, domain: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=domain).derive(key.value)
