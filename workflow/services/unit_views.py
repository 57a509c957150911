"""The units of the office as lists and by themselves: who they are, who goes on with whose work."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from states.effects.succeeding import units_at_work
from states.register.units import Directory, UnitRecord
from workflow.services import units
from workflow.services.batch import opened
from workflow.services.office import Office
from workflow.services.reform_checks import AT_WORK
from workflow.storage import queries, successions
from workflow.storage.session import reading

SHOWN = ("code", "name", "short_name", "kind", "parent", "valid_from", "valid_to")
DETAILED = ("head_name", "head_post", "liaison_name", "liaison_post", "remark")


def list_units(office: Office, *, day: date, ended: bool = False) -> list[dict[str, Any]]:
    """The units there are on a day, by code; with `ended` also those that have ended."""
    with reading(office.engine) as tx:
        book, told = units.directory(tx).on(day), successions.successions(tx)
        return [_line(book, one, told) for one in book.units if ended or not one.has_ended(day)]


def show_unit(office: Office, name: str, *, day: date) -> dict[str, Any]:
    """One unit by code or any of its names, with the matters still to be done it has a part in.

    Raises `NotFound` (`unit_unknown`) or `FactInvalid` for a name of several.
    """
    with reading(office.engine) as tx:
        code, book = units.one_by_name(tx, name), units.directory(tx).on(day)
        unit = book.unit(code)
        return {
            **_line(book, unit, successions.successions(tx)),
            **{one: getattr(unit, one) or None for one in DETAILED},
            "aliases": list(unit.aliases),
            "cases": _cases(tx, office, code),
        }


def _line(book: Directory, unit: UnitRecord, told: Iterable[Row[Any]]) -> dict[str, Any]:
    owner = book.legal_owner(unit.code) if unit.is_standing_group else None
    return {
        **{name: getattr(unit, name) or None for name in SHOWN},
        "parent_name": book.unit(unit.parent).name if unit.parent else None,
        "ended": unit.has_ended(book.day),
        "owner": owner.code if owner else None,
        "owner_name": owner.name if owner else None,
        "successors": [_succession(book, row) for row in told if row.unit == unit.code],
    }


def _succession(book: Directory, row: Row[Any]) -> dict[str, Any]:
    name = book.unit(row.successor).name
    return {"code": row.successor, "name": name, "on": row.on, "basis": row.basis}


def _cases(tx: Connection, office: Office, code: str) -> list[dict[str, Any]]:
    rows = (queries.case_by_number(tx, number) for number in successions.numbers_of_cases(tx, [code]))
    cases = [opened(row) for row in rows if row is not None]
    found = []
    for case in cases:
        state = office.lifecycle(tx, case.facts.lifecycle).state_rows[case.facts.state]
        if state.kind in AT_WORK and code in units_at_work(case.facts):
            found.append({"case": case.number, "title": case.facts.title, "state": state.label})
    return found
