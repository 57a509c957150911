"""Working out anew when the lights of cases turn, and counting: after an upgrade, under another calendar or
policy.

What is in force is compared with what lights were last worked out under, so it is done wherever a rule came
from. Every part is a transaction of its own that locks its cases, so nobody's act is overwritten, and that
says how far it came: whoever goes on, a worker or the command that changed the rule, begins there.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import UNREADABLE
from states.facts import CaseFacts
from states.tallies import difference
from workflow.services.batch import opened
from workflow.services.lighting import rows_of, unlit
from workflow.services.office import Office
from workflow.storage import lights, queries, relit, rules, tallies
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


def recount(office: Office, *, at: datetime) -> list[str]:
    """Work out every case anew and count all of them; it tells the units whose counts were astray.

    In one transaction, in which whoever acts on a case waits.
    """
    with transaction(office.engine) as tx:
        lights.keep_others_waiting(tx)
        found, cases = tallies.astray(tx), queries.each_case(tx)
        while part := list(islice(cases, AT_ONCE)):
            rows = _worked_out(tx, office, part, at)
            lights.put(tx, rows, [row["case_id"] for row in rows])
        tallies.rebuild(tx)
        return found


def _light(tx: Connection, office: Office, part: list[Read], at: datetime) -> None:
    rows = _worked_out(tx, office, part, at)
    replaced = [one._asdict() for one in lights.kept_for_update(tx, [row["case_id"] for row in rows])]
    lights.put(tx, rows, [one["case_id"] for one in replaced])
    tallies.add(tx, difference(replaced, rows))


def _worked_out(tx: Connection, office: Office, part: list[Read], at: datetime) -> list[dict[str, Any]]:
    """What is to be kept of these cases, the unreadable among them."""
    rows = list(rows_of(tx, office, _readable(part), at=at))
    rest = {row.id for row in part} - {row["case_id"] for row in rows}
    return rows + [unlit(case_id) for case_id in sorted(rest)]


def _readable(rows: Iterable[Read]) -> Iterator[tuple[int, CaseFacts]]:
    for row in rows:
        if isinstance(row, Unreadable):
            continue
        try:
            yield row.id, opened(row).facts
        except UNREADABLE:
            continue
