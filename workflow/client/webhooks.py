"""For receivers of webhooks: whether a body is what the office sent, and when. Standard library alone.

    event = verified(secret, request.headers, request.body)
    if event["id"] not in seen: ...

A body comes again where the answer was lost or was no 2xx, the same to the byte under the same id.
"""

import base64
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

PREFIX, VERSION = "whsec_", "v1"
TOLERANCE = 300
"""Seconds a body may be old, or ahead of this machine's clock: what is older was sent again by somebody."""


class NotVerified(Exception):
    """A body that nobody holding the secret signed, or that is too old."""


def verified(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: float | None = None,
    tolerance: float = TOLERANCE,
) -> dict[str, Any]:
    """What a body says, once it is known to come from the holder of the secret and to be new.

    `body` are the bytes as they came; `headers` are looked up whatever their case. Raises `NotVerified`.
    """
    told = {name.lower(): value for name, value in headers.items()}
    id, stamp, given = (told.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (id and stamp.isascii() and stamp.isdecimal()):
        raise NotVerified("the headers of a webhook are missing")
    if abs((time.time() if now is None else now) - int(stamp)) > tolerance:
        raise NotVerified("the body is too old, or the clocks differ")
    expected = _code(secret, id, stamp, body)
    codes = [one.removeprefix(f"{VERSION},") for one in given.split() if one.startswith(f"{VERSION},")]
    if not any(hmac.compare_digest(one.encode(), expected) for one in codes):
        raise NotVerified("no signature fits")
    event: dict[str, Any] = json.loads(body)
    return event


def _code(secret: str, id: str, stamp: str, body: bytes) -> bytes:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, b".".join((id.encode(), stamp.encode(), body)), "sha256"))
