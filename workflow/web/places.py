"""The place of a line in the register as an address has it, for the leaves before and after it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from states.errors import FactInvalid
from workflow.services.leafing import Turned
from workflow.storage.leafing import Place

WAYS = ("before", "after")
LONGEST, MOST_ID = 400, 2**63 - 1
LASTS = timedelta(days=1)
"""So long somebody may leaf through the register as its lights were when he began."""


def _instant(text: str) -> datetime:
    """Raises `ValueError` without a zone, `OverflowError` at an end of time."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found.astimezone(UTC)


def _text(text: str) -> str:
    """Raises `ValueError` for what no database holds."""
    if "\0" in text or not text.encode():
        raise ValueError(text)
    return text


KINDS: Mapping[str, Any] = {"t": _instant, "d": date.fromisoformat, "s": _text, "n": lambda _: None}


def written(place: Place, at: datetime) -> str:
    """A place, and the instant its lights are of."""
    told = [place.stretch, *_key(place.key), place.case_id, at.isoformat()]
    return urlsafe_b64encode(json.dumps(told, ensure_ascii=False).encode()).decode().rstrip("=")


def read(given: Mapping[str, str], now: datetime) -> Turned | None:
    """The leaf an address turns to; None for the first.

    Raises `FactInvalid` (`place_invalid`) for what is no place, or one of more than a day ago.
    """
    for way in WAYS:
        if text := given.get(way, ""):
            return _read(text, now, back=way == "before")
    return None


def _read(text: str, now: datetime, *, back: bool) -> Turned:
    try:
        stretch, kind, key, case_id, at = json.loads(
            urlsafe_b64decode(text[:LONGEST] + "=" * (-len(text) % 4))
        )
        place, instant = Place(int(stretch), KINDS[kind](key), int(case_id)), _instant(at)
        if not (0 <= place.case_id <= MOST_ID and now - LASTS <= instant <= now):
            raise ValueError(text)
        return Turned(place, instant, back)
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, AttributeError) as error:
        message = "翻页的位置已经过期，或者无法识别，现从第一页列起。"
        raise FactInvalid(message, code="place_invalid") from error


def _key(key: Any) -> tuple[str, str]:
    if isinstance(key, datetime):
        return "t", key.isoformat()
    if isinstance(key, date):
        return "d", key.isoformat()
    return ("n", "") if key is None else ("s", str(key))
