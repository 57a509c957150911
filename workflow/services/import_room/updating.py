"""What a row of a ledger would change of a matter that is known: each fact, as it is and as it would be."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from states.differences import CASE, Place
from states.facts import to_json
from states.field_labels import Vocabulary, called
from states.office_time import day_in_words
from states.register.headers import Column
from states.register.sorting import Fate, SortedRow
from states.register.statement import COLUMNS
from workflow.services.import_room.lines import noted
from workflow.services.office import Office
from workflow.storage import queries

STATE = "state"


class Updates:
    """Tells what rows would change, in the words of the office's rules and directory."""

    def __init__(self, tx: Connection, office: Office, columns: Mapping[str, Column]) -> None:
        self._columns = columns
        self._words = Vocabulary(
            names={row.code: row.name for row in queries.units(tx)},
            states={one.id: one.label for one in office.lifecycle(tx).states},
            categories={one.id: one.label for one in office.policy(tx).categories},
            steps={},
        )

    def of(self, one: SortedRow) -> Iterator[dict[str, Any]]:
        """One note for each fact that would change, beside its column where the sheet has one."""
        if one.fate is not Fate.CHANGED:
            return
        given = one.stated.particulars(one.case)
        for name in (STATE, *one.stated.differing(one.case)):
            old, new = getattr(one.case, name), given.get(name)
            if old != new:
                yield self._told(name, old, new)

    def _told(self, name: str, old: Any, new: Any) -> dict[str, Any]:
        place = Place(CASE, "", name)
        message = f"{called(place)}由“{self._said(place, old)}”更新为“{self._said(place, new)}”"
        found = (self._columns[one].number for one in COLUMNS.get(name, {name}) if one in self._columns)
        return noted(min(found, default=0), "updated", message)

    def _said(self, place: Place, value: Any) -> str:
        if isinstance(value, date):
            return day_in_words(value)
        return self._words.value(place, to_json({place.name: value})[place.name])
