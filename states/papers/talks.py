"""When a talk with a unit (约谈) is held, as the notice that calls to it says in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from states.office_time import OFFICE_ZONE

WHEN = re.compile(
    r"(\d{4})[年\-./](\d{1,2})[月\-./](\d{1,2})日?\s*(?:[（(][^）)]{1,8}[）)])?\s*"
    r"(?:(上午|中午|下午|晚上)?\s*(\d{1,2})[时点:：](?:(\d{1,2})分?|(半))?)?"
)
AFTER_NOON, NOON, HALF = ("下午", "晚上"), 12, 30


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk units are called to by a paper: its day, and the instant where the notice names an hour."""

    paper: str
    units: frozenset[str]
    on: date
    at: datetime | None = None


def read_talk(paper: str, units: Iterable[str], words: str) -> Talk | None:
    """The talk a notice calls to; None where its words name no day there is."""
    found = WHEN.search(words)
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        return None
    hour = _hour(found)
    at = datetime.combine(day, hour, OFFICE_ZONE) if hour else None
    return Talk(paper, frozenset(units), day, at)


def _hour(found: re.Match[str]) -> time | None:
    if found[5] is None:
        return None
    hour, minute = int(found[5]), HALF if found[7] else int(found[6] or 0)
    if found[4] in AFTER_NOON and hour < NOON:
        hour += NOON
    try:
        return time(hour, minute)
    except ValueError:
        return None
