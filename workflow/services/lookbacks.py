"""Rounds of 回头看: drawing matters struck off in a period, putting each on the list, how far they have come.

A round is opened in one transaction: its row, an entry in the office's journal that tells how it was drawn,
and the command on each matter drawn. Whoever has the entry can draw again.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import FactInvalid, FactMissing
from states.lookbacks import (
    FOLLOWED_UP,
    REOPENED,
    SCHEDULED,
    Criteria,
    Drawing,
    Looked,
    Progress,
    Told,
    candidate,
    draw,
    progress,
    reviews,
)
from states.office_time import office_day
from states.vocabulary import LookbackFinding
from workflow.canonical import canonical_text
from workflow.services import units
from workflow.services.batch import opened
from workflow.services.cases import Order, perform_within
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import ancestors, find_person
from workflow.services.resolving import no_campaign
from workflow.storage import lookbacks, queries
from workflow.storage.bulk import insert_rows
from workflow.storage.session import reading, transaction

MAX_NAME = 64
LISTING = "schedule_lookback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A round as it is asked for; units and category by any name the directory and the policy know.

    `everything` and `sample` exclude each other.
    """

    name: str
    since: date
    until: date
    due_on: date
    everything: bool = False
    sample: int | None = None
    seed: str | None = None
    per: tuple[str, ...] = ()
    unit: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """A round with what became of each of its matters, and the titles and units of these by number."""

    row: Row[Any]
    looked: tuple[Looked, ...]
    named: dict[str, Row[Any]]
    day: date

    @property
    def drawing(self) -> Drawing:
        return Drawing.from_json(json.loads(self.row.drawing))

    @property
    def progress(self) -> Progress:
        return progress(self.looked, self.day)

    def as_json(self) -> dict[str, Any]:
        """The round without its matters. `added` were put on its list by hand, beside those drawn."""
        drawing = self.drawing
        days = {
            name: getattr(self.row, name).isoformat() for name in ("since", "until", "due_on", "opened_on")
        }
        return {
            "name": self.row.id,
            **days,
            "opened_by": self.row.opened_by,
            "criteria": drawing.criteria.as_json(),
            "population": len(drawing.population),
            "drawn": len(drawing.drawn),
            "left_out": dict(drawing.left_out),
            "added": len({one.number for one in self.looked} - set(drawing.drawn)),
            "progress": self.progress.as_json(),
        }

    def matters(self, names: dict[str, str]) -> list[dict[str, Any]]:
        """Each matter of the round, those still due first."""
        ordered = sorted(self.looked, key=lambda one: (one.finding is not None, one.due_on, one.number))
        return [self._matter(one, names) for one in ordered]

    def _matter(self, one: Looked, names: dict[str, str]) -> dict[str, Any]:
        named = self.named[one.number]
        return {
            "number": one.number,
            "title": named.title,
            "lead_unit": names.get(named.lead_unit or "", named.lead_unit),
            "due_on": one.due_on.isoformat(),
            "overdue": one.finding is None and one.due_on < self.day,
            "reviewed_on": one.reviewed_on.isoformat() if one.reviewed_on else None,
            "finding": one.finding,
            "finding_label": LookbackFinding(one.finding).label if one.finding else None,
            "relapsed": one.relapsed,
        }


def preview(office: Office, wanted: Wanted, *, at: datetime) -> Drawing:
    """What opening the round would draw. Raises as `open_round`; nothing is written, no right is asked."""
    with reading(office.engine) as tx:
        return _drawn(tx, office, wanted, at)


def open_round(office: Office, wanted: Wanted, *, by: Signature, at: datetime) -> Drawing:
    """Draw the round and put each matter drawn on its list, as an officer; all of it or nothing.

    Raises `FactMissing` or `FactInvalid` for a round that cannot be drawn or has been opened before, and
    what the command on each matter raises.
    """
    with transaction(office.engine) as tx:
        drawing = _drawn(tx, office, wanted, at)
        opener = find_person(tx, by.person or "").code
        kept = {
            "since": wanted.since, "until": wanted.until, "due_on": wanted.due_on,
            "drawing": canonical_text(drawing.as_json()), "opened_on": office_day(at), "opened_by": opener,
        }  # fmt: skip
        insert_rows(tx, lookbacks.CAMPAIGN, [{"id": wanted.name, **kept}])
        details = {"due_on": wanted.due_on, "campaign": wanted.name}
        orders = [Order(LISTING, number, details) for number in drawing.drawn]
        told = {**details, "drawing": drawing.as_json()}
        note = Act("lookback_opened", at, opener, told)
        perform_within(tx, office, orders, by=by, at=at, note=note)
    return drawing


def rounds(office: Office, *, at: datetime) -> list[Round]:
    """Every round there was, oldest first."""
    with reading(office.engine) as tx:
        return _rounds(tx, office, lookbacks.campaigns(tx), office_day(at))


def show(office: Office, name: str, *, at: datetime) -> dict[str, Any]:
    """One round with its matters. Raises `NotFound` (`campaign_unknown`)."""
    with reading(office.engine) as tx:
        row = lookbacks.campaign(tx, name)
        if row is None:
            raise no_campaign(name)
        (found,) = _rounds(tx, office, [row], office_day(at))
        names = {unit.code: unit.name for unit in queries.units(tx)}
    return {**found.as_json(), "matters": found.matters(names)}


def _drawn(tx: Connection, office: Office, wanted: Wanted, at: datetime) -> Drawing:
    _check_name(tx, wanted.name)
    criteria = _criteria(tx, office, wanted, at)
    criteria.check(everything=wanted.everything)
    cases = (opened(row).facts for row in lookbacks.struck_off(tx, wanted.since, wanted.until))
    found = (candidate(facts, office.lifecycle(tx, facts.lifecycle), criteria) for facts in cases)
    return draw((one for one in found if one is not None), criteria)


def _check_name(tx: Connection, name: str) -> None:
    if not name:
        raise FactMissing("请用--title写明批次名称。", code="title_missing", missing="title")
    if len(name) > MAX_NAME:
        raise FactInvalid(f"批次名称不得超过{MAX_NAME}字。", code="text_too_long", length=len(name))
    if lookbacks.campaign(tx, name) is not None:
        raise FactInvalid(
            f"已有名为“{name}”的回头看批次，请另取名称。", code="campaign_exists", campaign=name
        )


def _criteria(tx: Connection, office: Office, wanted: Wanted, at: datetime) -> Criteria:
    """A unit stands for itself and everything under it, as the directory has it now."""
    called = office.policy(tx).category_called
    return Criteria(
        since=wanted.since,
        until=wanted.until,
        units=_units(tx, wanted.unit, office_day(at)) if wanted.unit else None,
        category=called(wanted.category) if wanted.category else None,
        sample=wanted.sample,
        seed=wanted.seed,
        per=tuple(dict.fromkeys(wanted.per)),
    )


def _units(tx: Connection, name: str, day: date) -> tuple[str, ...]:
    heads, parents = set(units.codes_by_name(tx, {name}, day)[name]), queries.unit_parents(tx)
    return tuple(sorted(code for code in parents if ancestors(parents, code) & heads))


def _rounds(tx: Connection, office: Office, rows: Iterable[Row[Any]], day: date) -> list[Round]:
    told, named = [], {}
    for one, row in _told(tx, office):
        told.append(one)
        named[one.number] = row
    return [Round(row, reviews(told, row.id), named, day) for row in rows]


def _told(tx: Connection, office: Office) -> Iterator[tuple[Told, Row[Any]]]:
    """Every entry that tells of 回头看, with its row; a matter is in its round until it is set anew."""
    effects = _effects(tx, office)
    current: dict[int, str | None] = defaultdict(lambda: None)
    for row in lookbacks.entries_of_kinds(tx, effects.keys()):
        payload = json.loads(row.payload)
        current[row.case_id] = payload["set"].get("lookback_campaign", current[row.case_id])
        due_on = payload["set"].get("lookback_due_on") or payload["details"].get("due_on")
        yield (
            Told(
                row.number,
                effects[row.kind],
                office_day(row.occurred_at),
                date.fromisoformat(due_on) if due_on else None,
                current[row.case_id],
                payload["details"].get("finding"),
            ),
            row,
        )


def _effects(tx: Connection, office: Office) -> dict[str, str]:
    """The effect of each kind of entry that tells of 回头看, in any lifecycle."""
    asked = (SCHEDULED, FOLLOWED_UP, REOPENED)
    return {
        row.event: row.effect
        for one in office.every_lifecycle(tx)
        for row in one.commands
        if row.effect in asked
    }
