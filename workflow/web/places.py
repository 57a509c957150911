"""The place of a line in the register as an address has it, for the leaves before and after it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from states.errors import FactInvalid
from workflow.services.leafing import Turned
from workflow.storage.leafing import Place

WAYS = ("before", "after")
LONGEST, MOST_ID = 400, 2**63 - 1
KINDS: Mapping[str, Any] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "s": str,
    "n": lambda _: None,
}


def written(place: Place, at: datetime) -> str:
    """A place, and the instant its lights are of."""
    told = [place.stretch, *_key(place.key), place.case_id, at.isoformat()]
    return urlsafe_b64encode(json.dumps(told, ensure_ascii=False).encode()).decode().rstrip("=")


def read(given: Mapping[str, str]) -> Turned | None:
    """The leaf an address turns to; None for the first. Raises `FactInvalid` (`place_invalid`)."""
    for way in WAYS:
        if text := given.get(way, ""):
            return _read(text, back=way == "before")
    return None


def _read(text: str, *, back: bool) -> Turned:
    try:
        stretch, kind, key, case_id, at = json.loads(
            urlsafe_b64decode(text[:LONGEST] + "=" * (-len(text) % 4))
        )
        place, instant = Place(int(stretch), KINDS[kind](key), int(case_id)), datetime.fromisoformat(at)
        if not 0 <= place.case_id <= MOST_ID or instant.tzinfo is None:
            raise ValueError(case_id)
        return Turned(place, instant, back)
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise FactInvalid("翻页的位置无法识别，请回到第一页。", code="place_invalid") from error


def _key(key: Any) -> tuple[str, str]:
    if isinstance(key, datetime):
        return "t", key.isoformat()
    if isinstance(key, date):
        return "d", key.isoformat()
    return ("n", "") if key is None else ("s", str(key))
