"""Signing a body in the manner of Standard Webhooks: HMAC-SHA256 over id, time and the exact bytes.

While a secret is being replaced a body bears a signature of each, so that no receiver misses one.
"""

import base64
import hmac
import secrets
from collections.abc import Iterable

PREFIX, VERSION = "whsec_", "v1"
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret nobody can guess, as it is told once: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the code in base64; `timestamp` is in seconds since 1970."""
    signed = b".".join((id.encode(), str(timestamp).encode(), body))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return f"{VERSION},{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def headers(signing: Iterable[str], id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a body, signed with each of these secrets."""
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(one, id, timestamp, body) for one in signing),
    }
