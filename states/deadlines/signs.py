"""The signs of a ledger on a wall calendar: one behind each day, saying what it was to the term."""

from collections.abc import Mapping
from enum import Enum
from typing import Any


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


def sign_of(day: Mapping[str, Any], original_due_on: str | None = None) -> Sign:
    """The sign of a day of a ledger as it is told; what counts past the original due day was added."""
    if day["due"]:
        return Sign.DUE
    if day["counted"] and original_due_on is not None and day["date"] > original_due_on:
        return Sign.EXTENDED
    if day["kind"] == "make_up" and day["counted"]:
        return Sign.MADE_UP
    return Sign[str(day["verdict"]).upper()]
