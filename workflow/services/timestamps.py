"""Time-stamps of checkpoints by an outside authority (RFC 3161): a token beside each file of the folder.

Nothing waits for them. A checkpoint stands without its token, and whoever looks next asks again; since each
holds the hash of the one before, a later token covers the earlier ones too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from states.errors import Refusal
from workflow.errors import ConfigurationError
from workflow.services import checkpoint_files
from workflow.services.office import Office
from workflow.settings import Settings
from workflow.storage.session import reading

Certificates = list[Any]
"""Those of the authority, as `cryptography` reads them."""

SUFFIX = ".tsr"
LOOKED_BACK = 100
"""Checkpoints that are still asked for; those before are covered by a later token."""

AT_ONCE = 5
LARGEST = 64 * 1024


@dataclass(slots=True)
class Stamped:
    """The tokens that were written, and what went wrong if anything did."""

    written: list[Path] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def keep(office: Office) -> Stamped:
    """Ask for the tokens that are missing, the oldest first; the first that fails ends it until next time."""
    done = Stamped()
    if office.settings.tsa_url is None:
        return done
    try:
        certificates = pinned(office.settings)
        for place in list(missing(office))[:AT_ONCE]:
            token = _craft().stamp(place.read_bytes(), office.settings.tsa_url, certificates or ())
            checkpoint_files.write(token_of(place), token)
            done.written.append(token_of(place))
    except Refusal as refusal:
        done.troubles.append(f"{refusal.message}（{refusal.code}）")
    return done


def missing(office: Office) -> list[Path]:
    """The files without a token, the oldest first, as far back as one that has it."""
    folder = office.settings.checkpoint_dir
    if office.settings.tsa_url is None or folder is None:
        return []
    with reading(office.engine) as tx:
        places = list(_unstamped(checkpoint_files.places(tx, folder, LOOKED_BACK)))
    return [place for place in reversed(places) if place.exists()]


def pinned(settings: Settings) -> Certificates | None:
    """The authority's certificates; None where none are named and none are needed.

    Raises `ConfigurationError` (`tsa_certificate_missing`, `tsa_certificate_unreadable`).
    """
    if settings.tsa_certificate is not None:
        return certificates_in(settings.tsa_certificate)
    if settings.tsa_url is not None:
        raise ConfigurationError(
            "设置了时间戳机构（DUBAN_TSA_URL），还须用DUBAN_TSA_CERTIFICATE指明其证书。",
            code="tsa_certificate_missing",
        )
    return None


def certificates_in(path: Path) -> Certificates:
    """The authority's certificates. Raises `ConfigurationError` (`tsa_certificate_unreadable`)."""
    found: Certificates = _craft().read_certificates(path)
    return found


def stamped_at(place: Path, token: bytes, certificates: Certificates) -> datetime:
    """When the authority saw a checkpoint's file. Raises `TimestampRefused` unless it holds."""
    at: datetime = _craft().stamped_at(token, place.read_bytes(), certificates)
    return at


def token_of(place: Path) -> Path:
    """Where the token of a checkpoint's file lies."""
    return place.with_suffix(SUFFIX)


def read_token(place: Path) -> bytes | None:
    """The token beside a checkpoint's file, None where there is none. Raises `OSError`."""
    token = token_of(place)
    if token == place or not token.exists():
        return None
    with token.open("rb") as file:
        return file.read(LARGEST)


def told_of(place: Path) -> datetime | None:
    """When the token beside a file says it was made; None without one that can be read."""
    try:
        token = read_token(place)
    except OSError:
        return None
    return None if token is None else _craft().told_time(token)


def _craft() -> Any:
    """Long to import, and most commands meet no token."""
    return import_module("workflow.timestamping")


def _unstamped(newest_first: Iterator[Path]) -> Iterator[Path]:
    for place in newest_first:
        if token_of(place).exists():
            return
        yield place
