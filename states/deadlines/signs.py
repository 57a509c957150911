"""The signs of a ledger on a wall calendar: one behind each day, saying what it was to the term."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from states.calendar import DayKind
from states.deadlines.ledger import LedgerDay, Verdict


class Sign(Enum):
    """A sign, and what it stands for in the legend."""

    START = "起", "起算"
    COUNTED = "✓", "计入"
    MADE_UP = "班", "调休上班，计入"
    EXTENDED = "延", "延期后计入"
    SKIPPED = "休", "不计"
    PAUSED = "停", "停计"
    ROLLED = "顺", "顺延"
    DUE = "止", "到期"

    def __init__(self, mark: str, label: str) -> None:
        self.mark = mark
        self.label = label


_OF_VERDICT = {verdict: Sign[verdict.name] for verdict in Verdict}


def sign_of(day: LedgerDay, original_due_on: date | None = None) -> Sign:
    """The sign of a day of a ledger; what counts past the original due day was added."""
    counts = day.verdict is Verdict.COUNTED
    if counts and not day.is_due and original_due_on is not None and day.day > original_due_on:
        return Sign.EXTENDED
    return _sign(day.verdict, day.kind, is_due=day.is_due)


def told_sign(day: Mapping[str, Any]) -> Sign:
    """The sign of a day of a ledger as it is told to programs."""
    return _sign(Verdict(day["verdict"]), DayKind(day["kind"]), is_due=day["due"])


def _sign(verdict: Verdict, kind: DayKind, *, is_due: bool) -> Sign:
    if is_due:
        return Sign.DUE
    made_up = kind is DayKind.MAKE_UP and verdict is Verdict.COUNTED
    return Sign.MADE_UP if made_up else _OF_VERDICT[verdict]
