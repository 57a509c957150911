"""The form of a history entry: canonical payload bytes, chain hash, keyed code, salted hash of personal text.

A hash is taken over the exact bytes that are stored, so that verifying never re-encodes. The keyed code is
made with a key that is not in the database: who owns the database alone cannot append or re-hash.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

SCHEMA = 1
SHA256, SM3 = "sha256", "sm3"
PROFILES = (SHA256, SM3)
"""The digests an entry may be written with; `algorithm` names one of them in every entry."""

GENESIS = "0" * 64
DOMAIN = b"duban/entry/1\x00"
PERSONAL_DOMAIN = b"duban/personal/1\x00"

_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode


def canonical(payload: Mapping[str, Any]) -> str:
    """The payload as it is stored and hashed: sorted keys, no spaces. Floats do not belong in it."""
    return _encode(payload)


def chain_hash(payload: str, previous: str, algorithm: str = SHA256) -> str:
    """The entry's hash: H(domain, algorithm, stored payload bytes, previous hash), in hex."""
    entry = b"\x00".join((algorithm.encode(), payload.encode(), previous.encode()))
    return _digest(algorithm)(DOMAIN + entry).hexdigest()


def keyed_code(entry_hash: str, key: bytes, algorithm: str = SHA256) -> str:
    """HMAC of the entry's hash with the installation's key, in hex."""
    return hmac.digest(key, entry_hash.encode(), algorithm).hex()


def personal_hash(text: str, salt: str, algorithm: str = SHA256) -> str:
    """The salted hash that stands in the entry for personal free text kept beside it."""
    return _digest(algorithm)(PERSONAL_DOMAIN + salt.encode() + b"\x00" + text.encode()).hexdigest()


@cache
def _digest(algorithm: str) -> "Callable[[bytes], hashlib._Hash]":
    """SHA-256 by its own constructor: finding it by its name takes as long as hashing an entry."""
    return hashlib.sha256 if algorithm == SHA256 else partial(hashlib.new, algorithm)
