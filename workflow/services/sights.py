"""Which cases somebody sees when he looks over all of them, and what of each is kept from him."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import NotPermitted
from states.office_time import office_day
from states.visibility import NO_CURTAIN, Curtain, Sight, sees_sealed, sight_of
from states.vocabulary import UNIT_ROLES, Role
from workflow.services.office import Office
from workflow.services.people import ancestors, find_person
from workflow.services.seeing import Onlooker, curtain_for, not_shown, roles_of
from workflow.storage import deputies, queries, searches
from workflow.storage.retention import sealed_cases


class Sights:
    """What an onlooker sees of the whole office; nobody named is who operates the machine.

    `case_ids` are the cases he may see anything of, None for all, but for `sealed`, which are not shown to
    him; only who sees the whole sees the journal.
    """

    def __init__(self, tx: Connection, office: Office, onlooker: Onlooker | None) -> None:
        self._tx, self._office, self._onlooker = tx, office, onlooker
        self._curtains: dict[int, Curtain | None] = {}
        self.sees_everything = onlooker is None or _sees_everything(tx, onlooker)
        shown = onlooker is not None and sees_sealed(roles_of(tx, onlooker))
        self.sealed = frozenset() if shown else sealed_cases(tx)
        self.case_ids = None if self.sees_everything or onlooker is None else _concerning(tx, onlooker)

    def curtain(self, row: Row[Any]) -> Curtain | None:
        """What is kept from him of the case of a row; None where the case is not his."""
        if self.sees_everything:
            return NO_CURTAIN
        if row.id not in self._curtains:
            self._curtains[row.id] = self._drawn(row)
        return self._curtains[row.id]

    def check(self, row: Row[Any]) -> None:
        """Raises `NotPermitted` (`not_yours`) where the case of a row is not his."""
        if row.id in self.sealed:
            raise not_shown(row.number)
        if not self.sees_everything:
            curtain_for(self._tx, self._office, row, self._onlooker)

    def _drawn(self, row: Row[Any]) -> Curtain | None:
        try:
            return curtain_for(self._tx, self._office, row, self._onlooker)
        except NotPermitted:
            return None


def _sees_everything(tx: Connection, onlooker: Onlooker) -> bool:
    return sight_of(roles_of(tx, onlooker)) is Sight.WHOLE


def _concerning(tx: Connection, onlooker: Onlooker) -> frozenset[int]:
    """The cases that may be his: of his units and those below, or naming him as their leader."""
    person, day = find_person(tx, onlooker.person), office_day(onlooker.at)
    names = frozenset({person.code, person.name})
    return searches.ids_of_concerned(tx, _units_of(tx, person.code, day), names)


def _units_of(tx: Connection, person: str, day: date) -> frozenset[str]:
    """The units he has a unit role at, his own or as a deputy, and every unit below them."""
    held = (*queries.grants_of(tx, person, day), *deputies.principals_of(tx, person, day))
    granted = {one.unit for one in held if Role(one.role) in UNIT_ROLES}
    parents = queries.unit_parents(tx)
    return frozenset(unit for unit in parents if not granted.isdisjoint(ancestors(parents, unit)))
