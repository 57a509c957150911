"""Rounds of 回头看 against the journal and the histories: the drawing is drawn again and compared.

A round tells which matters were in question and which of them were drawn. Each history says by itself whether
its matter was in question when the round was opened; so nobody was left out or slipped in afterwards.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from states.lifecycle import Lifecycle
from states.lookbacks import Candidate, Drawing, candidate
from states.office_time import office_day
from workflow.canonical import canonical_text
from workflow.services.replay import Entry, facts_of
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding

UNDER_WAY = timedelta(hours=1)
"""What was written to so shortly before a round may not have been seen by it, and is not judged."""


@dataclass(slots=True)
class OpenedRound:
    """A round as the journal tells of it; `id` is its entry's, `unlisted` who has yet to account for it."""

    name: str
    id: int
    recorded_at: datetime
    columns: dict[str, Any]
    drawing: Drawing
    unlisted: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Rounds:
    """Every round the journal tells of, by name."""

    told: dict[str, OpenedRound] = field(default_factory=dict)

    @classmethod
    def told_in(cls, journal: Dossier) -> "Rounds":
        opened = (
            _round(event, entry)
            for event, entry in zip(journal.events, journal.entries, strict=True)
            if entry is not None and entry.kind == "lookback_opened"
        )
        return cls({one.name: one for one in opened})

    def check_rows(self, rows: Iterable[Row[Any]]) -> Iterator[Finding]:
        """Every round kept is as it was opened, and draws the same again."""
        missing = dict(self.told)
        for row in rows:
            told = missing.pop(row.id, None)
            if told is None:
                yield finding("campaign_unrecorded", "回头看批次没有对应的记载：疑似伪造", campaign=row.id)
            elif any(getattr(row, name) != value for name, value in told.columns.items()):
                yield finding("campaign_changed", "回头看批次与记载不符：批次被改动", campaign=row.id)
        for lost in missing:
            yield finding("campaign_missing", "记载的回头看批次不存在：批次被删除", campaign=lost)
        for name, told in self.told.items():
            if not told.drawing.is_reproduced:
                message = "按记载的总体、条件和种子重新抽取，结果与抽中名单不同：抽取不实"
                yield finding("drawing_not_reproduced", message, campaign=name)

    def check(self, dossier: Dossier, lifecycles: Mapping[str, Lifecycle]) -> Iterator[Finding]:
        """A matter was in question for a round exactly when it told so, and was listed if it was drawn."""
        if not any("closed_on" in entry.sets for entry in dossier.history):
            return
        for told in self.told.values():
            if any(_lists(entry, told.name) for entry in dossier.history):
                told.unlisted.discard(dossier.name)
            yield from _in_question(dossier, told, lifecycles)

    def unlisted(self) -> Iterator[Finding]:
        """Matters drawn whose history knows nothing of it."""
        for name, told in self.told.items():
            for number in sorted(told.unlisted):
                message = f"抽中的事项{number}没有列入该批次的记载"
                yield finding("drawn_not_listed", message, campaign=name, case=number)


def _round(event: Row[Any], entry: Entry) -> OpenedRound:
    details = entry.details.model_extra or {}
    drawing = Drawing.from_json(details["drawing"])
    days = {"since": drawing.criteria.since, "until": drawing.criteria.until}
    columns = {
        **days,
        "due_on": date.fromisoformat(details["due_on"]),
        "opened_on": office_day(event.occurred_at),
        "opened_by": entry.actor,
        "drawing": canonical_text(details["drawing"]),
    }
    name = str(details["campaign"])
    return OpenedRound(name, event.id, entry.recorded_at, columns, drawing, set(drawing.drawn))


def _in_question(
    dossier: Dossier, told: OpenedRound, lifecycles: Mapping[str, Lifecycle]
) -> Iterator[Finding]:
    before = [
        entry
        for event, entry in zip(dossier.events, dossier.history, strict=True)
        if event.id < told.id and not _lists(entry, told.name)
    ]
    if any(entry.recorded_at > told.recorded_at - UNDER_WAY for entry in before):
        return
    facts = facts_of(before)
    lifecycle = lifecycles.get(facts.lifecycle or "")
    judged = candidate(facts, lifecycle, told.drawing.criteria) if lifecycle else None
    found = judged if isinstance(judged, Candidate) else None
    if (found is not None) != (dossier.name in _numbers(told)) or found not in (
        None,
        *told.drawing.population,
    ):
        message = f"事项{dossier.name}当时是否属于该批次的总体，与其历史不符：总体不实"
        yield finding("population_untrue", message, campaign=told.name, case=dossier.name)


def _numbers(told: OpenedRound) -> frozenset[str]:
    return frozenset(one.number for one in told.drawing.population)


def _lists(entry: Entry, name: str) -> bool:
    """Whether the entry puts its matter on the list of this round."""
    return entry.sets.get("lookback_campaign") == name
