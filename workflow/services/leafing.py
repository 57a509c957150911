"""The register as somebody leafs through it: the lines of the cases that are his, a page at a time.

Whose a case is, is asked of what is read with the page; no line costs a query of its own. Sealed matters are
in no list.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from states.lifecycle import CommandRow, Lifecycle, StateRow
from workflow.services.batch import opened
from workflow.services.held import held_case
from workflow.services.office import Office
from workflow.services.register import REACHED, Listed, View
from workflow.services.seeing import Eyes, Onlooker
from workflow.services.sights import Sights
from workflow.storage import leafing, queries
from workflow.storage.guarded import Read, Unreadable, readable
from workflow.storage.leafing import Sought
from workflow.storage.session import reading

PAGE, CHUNK = 50, 200


@dataclass(frozen=True, slots=True)
class Leaf:
    """Some lines of the register. `after` is where the next leaf begins, None where there is none.

    `unreadable` are cases left out, each with what its data ran into; `openings` the commands by which the
    onlooker may bring a matter into the register, `states` those of the table in force.
    """

    lines: tuple[Listed, ...]
    unreadable: tuple[dict[str, Any], ...]
    after: int | None
    openings: tuple[CommandRow, ...] = ()
    states: tuple[StateRow, ...] = ()


def leaf(
    office: Office,
    sought: Sought,
    *,
    by: Onlooker | None,
    today: datetime,
    after: int | None = None,
    size: int = PAGE,
) -> Leaf:
    """The next lines of what an onlooker may see of the register, the newest matter first.

    Nobody named is who operates the machine. Raises `NotPermitted` (`not_yours`) for an administrator.
    """
    with reading(office.engine) as tx:
        sights = Sights(tx, office, by)
        found = list(islice(_rows(tx, sights, sought, after, size + 1), size + 1))
        shown, more = found[:size], found[size - 1].id if len(found) > size else None
        seen = View(tx, office, today)
        lines, unreadable = _lines(seen, shown)
        table = office.lifecycle(tx)
        openings = openings_for(table, sights.eyes) if sights.eyes else ()
        return Leaf(tuple(lines), tuple(unreadable), more, tuple(openings), table.states)


def blank(office: Office, *, by: Onlooker) -> Leaf:
    """A leaf without lines, for whoever asked for what there is not."""
    with reading(office.engine) as tx:
        table = office.lifecycle(tx)
        return Leaf((), (), None, tuple(openings_for(table, Eyes(tx, by))), table.states)


def openings_for(lifecycle: Lifecycle, eyes: Eyes) -> Iterator[CommandRow]:
    """The commands by which somebody may bring a matter into the register."""
    for row in lifecycle.commands:
        if row.creates and not row.machine and eyes.actor.holds(row.roles):
            yield row


def _rows(tx: Connection, sights: Sights, sought: Sought, after: int | None, count: int) -> Iterator[Read]:
    """The rows of the cases that are his, at least `count` of them where there are so many."""
    if sights.case_ids is None or sights.eyes is None:
        yield from leafing.newest_first(tx, sought, after, count)
        return
    for ids in _chunks(sights.case_ids, after):
        yield from (row for row in leafing.of_ids(tx, sought, ids) if _see(sights.eyes, row))


def _see(eyes: Eyes, row: Read) -> bool:
    """False for a row past reading: nobody can say whose it is."""
    return not isinstance(row, Unreadable) and eyes.see(opened(row).facts)


def _chunks(ids: Iterable[int], after: int | None) -> Iterator[Sequence[int]]:
    newest = sorted((one for one in ids if after is None or one < after), reverse=True)
    for start in range(0, len(newest), CHUNK):
        yield newest[start : start + CHUNK]


def _lines(seen: View, rows: Sequence[Read]) -> tuple[list[Listed], list[dict[str, Any]]]:
    raised: dict[int, list[Any]] = {row.id: [] for row in rows}
    for one in queries.escalations_of(seen.tx, [row.id for row in rows]):
        if one.state in REACHED:
            raised[one.case_id].append(one._asdict())
    lines: list[Listed] = []
    unreadable: list[dict[str, Any]] = []
    for row in rows:
        try:
            lines.append(seen.listed(opened(readable(row)).facts, raised[row.id]))
        except DBAPIError:
            raise
        except Exception as error:  # whatever a damaged row makes of its facts
            unreadable.append(held_case(row.number, error))
    return lines, unreadable
