"""Which units go on with the work of which, against the reforms the journal tells of.

A succession forged or taken away lets matters pass to a unit nobody registered, or keeps them from their own.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row

from workflow.services.replay import Entry
from workflow.services.verification.verdict import Finding, finding

REFORMS = frozenset({"unit_renamed", "units_merged", "unit_split"})
COLUMNS = ("on", "basis")
Pair = tuple[str, str]
"""A unit and one that goes on with its work."""


def check_successions(rows: Iterable[Row[Any]], journal: Iterable[Entry]) -> Iterator[Finding]:
    """Every succession was registered, of that day and by that document, and each one registered is kept."""
    told = _told(journal)
    for row in rows:
        where = {"unit": row.unit, "successor": row.successor}
        columns = told.pop((row.unit, row.successor), None)
        different = [name for name in COLUMNS if columns and str(getattr(row, name)) != columns[name]]
        if columns is None:
            message = f"{row.unit}由{row.successor}承继没有对应的机构改革记载：疑似伪造"
            yield finding("succession_unrecorded", message, **where)
        elif different:
            message = f"{row.unit}由{row.successor}承继与记载不符（{'、'.join(different)}）：承继关系被改动"
            yield finding("succession_changed", message, **where)
    for unit, successor in told:
        message = f"记载的{unit}由{successor}承继不存在：承继关系被删除"
        yield finding("succession_missing", message, unit=unit, successor=successor)


def _told(journal: Iterable[Entry]) -> dict[Pair, dict[str, str]]:
    """Every succession as it was last registered; of several renamings the last stands."""
    told: dict[Pair, dict[str, str]] = {}
    for entry in journal:
        if entry.kind in REFORMS:
            details = entry.details.model_extra or {}
            columns = {name: details[name] for name in COLUMNS}
            told |= {(unit, heir): columns for unit in details["units"] for heir in details["successors"]}
    return told
