"""How far a round has come, told from the histories of the matters put on its list."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from states.vocabulary import LookbackFinding

SCHEDULED, FOLLOWED_UP, REOPENED = "schedule_lookback", "follow_up", "reopen"
"""The effects of the commands whose entries tell of 回头看."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One matter of a round: by when it is looked at, and when it was with what finding.

    A finding given again counts as it was given last, until the matter is taken up again or arranged anew;
    `relapsed` tells whether one in this round ever was a relapse.
    """

    number: str
    due_on: date
    reviewed_on: date | None = None
    finding: str | None = None
    relapsed: bool = False

    def found(self, on: date, finding: str | None) -> "Looked":
        """The matter once it was looked at with this finding."""
        relapsed = self.relapsed or finding == LookbackFinding.RELAPSED
        return replace(self, reviewed_on=on, finding=finding, relapsed=relapsed)


@dataclass(frozen=True, slots=True)
class Progress:
    """The counts of a round. `reviewed` are those found to hold and those ever found to have relapsed.

    `overdue` are those of `due` whose day has passed; a relapsed matter arranged anew is due as well.
    """

    listed: int
    reviewed: int
    held: int
    relapsed: int
    due: int
    overdue: int

    @property
    def relapse_percent(self) -> str | None:
        """反弹率: relapsed of those reviewed, in percent with one decimal; None before the first review."""
        return f"{self.relapsed * 100 / self.reviewed:.1f}" if self.reviewed else None

    def as_json(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in Progress.__dataclass_fields__}
        rate = {"numerator": self.relapsed, "denominator": self.reviewed, "percent": self.relapse_percent}
        return counts | {"relapse_rate": rate}


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry says of 回头看: that one was arranged, in which round for when, or what it found.

    `effect` is that of its command, `campaign` the round the matter is in once it was given.
    """

    number: str
    effect: str
    on: date
    due_on: date | None = None
    campaign: str | None = None
    finding: str | None = None


def reviews(entries: Iterable[Told], campaign: str) -> tuple[Looked, ...]:
    """The matters of a round, from the entries that tell of 回头看, in the order of cases and histories."""
    looked: dict[str, Looked] = {}
    listed: set[str] = set()
    for one in entries:
        if one.effect == FOLLOWED_UP and one.number in listed:
            looked[one.number] = looked[one.number].found(one.on, one.finding)
        elif one.effect == SCHEDULED and one.campaign == campaign and one.due_on is not None:
            listed.add(one.number)
            before = looked.get(one.number)
            relapsed = before is not None and before.relapsed
            looked[one.number] = Looked(one.number, one.due_on, relapsed=relapsed)
        elif one.effect != FOLLOWED_UP:
            listed.discard(one.number)
    return tuple(looked.values())


def progress(looked: Iterable[Looked], day: date) -> Progress:
    """The counts on a day."""
    every = list(looked)
    reviewed = [one for one in every if one.finding is not None or one.relapsed]
    due = [one for one in every if one.finding is None]
    return Progress(
        listed=len(every),
        reviewed=len(reviewed),
        held=sum(not one.relapsed for one in reviewed),
        relapsed=sum(one.relapsed for one in reviewed),
        due=len(due),
        overdue=sum(one.due_on < day for one in due),
    )
