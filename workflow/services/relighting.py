"""Working out anew when the lights of cases turn: after an upgrade, under another calendar or policy.

What is in force is compared with what lights were last worked out under, so it is done wherever a rule came
from. Every part is a transaction of its own that locks its cases, so nobody's act is overwritten, and that
says how far it came: whoever goes on, a worker or the command that changed the rule, begins there.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import UNREADABLE
from states.facts import CaseFacts
from workflow.services.batch import opened
from workflow.services.lighting import rows_of
from workflow.services.office import Office
from workflow.storage import lights, relit, rules
from workflow.storage.guarded import Read, Unreadable
from workflow.storage.session import reading, transaction

AT_ONCE = 500
"""Cases in one part: as long as their rows are locked, whoever acts on one of them waits."""


def relight(office: Office, *, at: datetime, most: int | None = None) -> int:
    """Keep when lights turn from an instant on, part after part, until all are kept under the rules in force
    or `most` parts are done; returns how many parts there were."""
    done = 0
    while (most is None or done < most) and _is_behind(office):
        with transaction(office.engine) as tx:
            _part(tx, office, at)
        done += 1
    return done


def _is_behind(office: Office) -> bool:
    with reading(office.engine) as tx:
        mark = relit.mark(tx)
        return mark is None or mark.done_until is not None or not _is_in_force(tx, mark)


def _is_in_force(tx: Connection, mark: Row[Any]) -> bool:
    found = rules.in_force(tx)
    return bool(mark.calendar == found.get("calendar", "") and mark.policy == found.get("policy", ""))


def _part(tx: Connection, office: Office, at: datetime) -> None:
    mark, found = relit.mark_for_update(tx), rules.in_force(tx)
    calendar, policy = found.get("calendar", ""), found.get("policy", "")
    is_of_all, after = mark.is_of_all, mark.done_until or ""
    if not _is_in_force(tx, mark):
        is_of_all, after = _is_of_all(mark, calendar), ""
    part = list(relit.cases_after(tx, after, AT_ONCE, is_of_all=is_of_all))
    _light(tx, office, part, at)
    until = None if len(part) < AT_ONCE else part[-1].number
    relit.move(tx, calendar=calendar, policy=policy, is_of_all=is_of_all, done_until=until)


def _is_of_all(mark: Row[Any], calendar: str) -> bool:
    """Another policy concerns those alone that none is pinned to; what was begun of all is not done."""
    return bool(mark.calendar != calendar or (mark.is_of_all and mark.done_until is not None))


def _light(tx: Connection, office: Office, part: list[Read], at: datetime) -> None:
    rows = list(rows_of(tx, office, _readable(part), at=at))
    rest = {row.id for row in part} - {row["case_id"] for row in rows}
    rows += [{"case_id": case_id, "yellow_at": None, "red_at": None} for case_id in sorted(rest)]
    lights.put(tx, rows, [row["case_id"] for row in rows])


def _readable(rows: Iterable[Read]) -> Iterator[tuple[int, CaseFacts]]:
    for row in rows:
        if isinstance(row, Unreadable):
            continue
        try:
            yield row.id, opened(row).facts
        except UNREADABLE:
            continue
