"""What lies ahead of somebody, or of a unit of his: the days of the matters he may see, the nearest first.

By as many statements for ten matters as for a million. A matter whose row is past reading is left out and
told to the log: a calendar has nobody to tell it to.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from states.agenda import Dated, agenda, nearest
from states.duties import Matter
from states.office_time import office_day
from states.papers.talks import Talk, read_talk
from states.visibility import Sight, Viewer, sees_no_case
from workflow.services.batch import opened
from workflow.services.office import Office
from workflow.services.people import ancestors
from workflow.services.seeing import Eyes
from workflow.storage import papers, queries, rules
from workflow.storage.agendas import nearest_cases
from workflow.storage.guarded import Read, readable
from workflow.storage.searches import concerned as concerning

log = logging.getLogger("duban")
MOST = 500
"""So many days a calendar has."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A day of a matter, with as much of the matter as a calendar tells.

    `case_id` and the day's key name it for good; `seq` and `changed_at` are those of the matter's last entry.
    """

    dated: Dated
    case_id: int
    number: str
    title: str
    seq: int
    changed_at: datetime


def ahead(
    tx: Connection, office: Office, eyes: Eyes, unit: str | None, *, at: datetime, most: int = MOST
) -> list[Entry]:
    """The days ahead of everything somebody may see, or of a unit's share and those below, by day."""
    if sees_no_case(eyes.roles):
        return []
    day = office_day(at)
    found = list(_Ahead(tx, office, eyes, unit, day).entries())
    found.sort(key=lambda one: (*nearest(day, one.dated.on, one.dated.key), one.number))
    return sorted(found[:most], key=lambda one: (one.dated.on, one.number, one.dated.key))


def _below(eyes: Eyes, unit: str | None) -> frozenset[str]:
    """The units that are asked for: one and those below it, or all that are his; none where he sees all."""
    parents = {row.code: row.parent for row in eyes.actors.tree}
    his = eyes.actors.units
    if unit is None:
        return frozenset() if eyes.see_everything else his
    return frozenset(one for one in his if unit in ancestors(parents, one))


def _talk(notice: Row[Any]) -> Talk | None:
    told = json.loads(notice.facts).get("talk") or {}
    return read_talk(notice.id, notice.units, str(told.get("at") or ""))


class _Ahead:
    """The days ahead, as somebody sees them."""

    def __init__(self, tx: Connection, office: Office, eyes: Eyes, unit: str | None, day: date) -> None:
        self.tx, self.office, self.eyes, self.day = tx, office, eyes, day
        self.unit, self.units = unit, _below(eyes, unit)
        self.calendar, self.policy = office.calendar(tx), office.policy(tx)
        self.notices: dict[int, list[Row[Any]]] = {}

    def entries(self) -> Iterator[Entry]:
        rows = list(self._rows())
        raised = queries.escalations_of(self.tx, [one.id for one in rows]) if rows else []
        by_case: dict[int, list[Row[Any]]] = {}
        for one in raised:
            by_case.setdefault(one.case_id, []).append(one)
        self.notices = self._notices([one.id for one in rows])
        for row in rows:
            yield from self._of(row, by_case.get(row.id, ()))

    def _notices(self, cases: list[int]) -> dict[int, list[Row[Any]]]:
        """The papers that call to a talk (约谈), by their case."""
        found: dict[int, list[Row[Any]]] = {}
        for one in papers.papers_in_force(self.tx, cases, "talk_notice") if cases else ():
            found.setdefault(one.case_id, []).append(one)
        return found

    def _rows(self) -> Iterator[Read]:
        return nearest_cases(self.tx, self.day, self._going(), self._concerned())

    def _concerned(self) -> Any:
        """The statement that finds the cases that may be theirs; None for any."""
        if self.unit is not None:
            return concerning(self.tx, self.units, frozenset())
        return None if self.eyes.see_everything else self.eyes.concerned()

    def _of(self, row: Read, raised: Iterable[Row[Any]]) -> list[Entry]:
        """Everything ahead of one matter; a bad record never keeps the others back."""
        try:
            return list(self._told(readable(row), raised))
        except DBAPIError:
            raise
        except Exception as error:  # whatever a damaged row makes of its facts
            log.warning("case %s is in no calendar", row.number, exc_info=error)
            return []

    def _told(self, row: Row[Any], raised: Iterable[Row[Any]]) -> Iterator[Entry]:
        facts = opened(row).facts
        if facts.sealed_on is not None or not self.eyes.see(facts):
            return
        viewer = self.eyes.viewer(facts)
        lifecycle, policy = self.office.lifecycle(self.tx, facts.lifecycle), self._policy(facts.policy)
        matter = Matter(facts, lifecycle, policy, self.calendar, self.day)
        measures = self._measures(raised, viewer)
        whole = viewer.sight is Sight.WHOLE and not self.units
        talks = [talk for one in self.notices.get(row.id, ()) if (talk := _talk(one))]
        for one in agenda(matter, measures, talks, whole=whole, units=self.units or None):
            yield Entry(one, row.id, str(facts.number), str(facts.title), row.seq, row.recorded_at)

    def _measures(self, raised: Iterable[Row[Any]], viewer: Viewer) -> Iterator[Any]:
        for one in raised:
            if viewer.sees(one._asdict()):
                yield one._asdict(), self._policy(one.policy).rung_of[one.step]

    def _policy(self, digest: str | None) -> Any:
        return self.office.policy(self.tx, digest) if digest else self.policy

    def _going(self) -> frozenset[str]:
        """The states in which a matter is under way, or set aside, under every table that has them."""
        tables = [self.office.lifecycle(self.tx, one) for one in rules.rule_digests(self.tx, "lifecycle")]
        states = (state for one in tables for state in one.states)
        return frozenset(one.id for one in states if one.kind in ("open", "side"))
