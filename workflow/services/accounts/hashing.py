"""Hashing passwords: argon2id through pwdlib, 64 MiB each, at most four at once in a process.

A hash takes a fifth of a second and 64 MiB on purpose. Without the bound a flood of sign-ins would take all
memory; with it they wait in line, and are told to come again where the line is too long. Pages
have a lane for it (`workflow.web.frame.lanes`), where waiting takes no thread from others.
"""

import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Any

from workflow.errors import TooManyTries

AT_ONCE, LONGEST_WAIT = 4, 10
"""Hashes, and seconds."""
SALT_BYTES, HASH_BYTES = 16, 32
_line = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password is right, and its hash anew where it was kept with other costs than today's."""

    right: bool
    renewed: str | None = None


@dataclass(frozen=True, slots=True)
class Hasher:
    """Makes and checks hashes at a cost: memory in KiB, rounds, lanes. Raises `TooManyTries`."""

    memory: int = 64 * 1024
    rounds: int = 3
    lanes: int = 4

    def hash(self, password: str) -> str:
        """The hash of a password, with a salt of its own."""
        with _turn():
            return str(_pwdlib(self).hash(_bytes(password)))

    def verify(self, password: str, kept: str | None) -> Checked:
        """Whether a password is the one a hash was made of; where that is none, the same work for nothing."""
        made = _pwdlib(self)
        known = bool(kept) and made.current_hasher.identify(kept)
        with _turn():
            right, renewed = made.verify_and_update(_bytes(password), kept if known else self.decoy())
        return Checked(right and known, renewed if right else None)

    def decoy(self) -> str:
        """What looks like a hash of this cost, and is none of any password anybody knows."""
        salt, digest = (_unpadded(secrets.token_bytes(length)) for length in (SALT_BYTES, HASH_BYTES))
        return f"$argon2id$v=19$m={self.memory},t={self.rounds},p={self.lanes}${salt}${digest}"


STRONG = Hasher()


def too_many_at_once() -> TooManyTries:
    """The refusal for whoever comes while too many are being served already."""
    message = "正在登录的人太多，请稍等片刻再试。"
    return TooManyTries(message, code="sign_in_busy", retry_after=LONGEST_WAIT)


@contextmanager
def _turn() -> Iterator[None]:
    if not _line.acquire(timeout=LONGEST_WAIT):
        raise too_many_at_once()
    try:
        yield
    finally:
        _line.release()


@lru_cache
def _pwdlib(hasher: Hasher) -> Any:
    """Imported by whoever hashes, not by every command."""
    from pwdlib import PasswordHash  # noqa: PLC0415
    from pwdlib.hashers.argon2 import Argon2Hasher  # noqa: PLC0415

    costs = Argon2Hasher(time_cost=hasher.rounds, memory_cost=hasher.memory, parallelism=hasher.lanes)
    return PasswordHash((costs,))


def _bytes(password: str) -> bytes:
    """A lone surrogate is in no password anybody could choose, but in what somebody tries."""
    return password.encode(errors="surrogatepass")


def _unpadded(value: bytes) -> str:
    return b64encode(value).decode().rstrip("=")
