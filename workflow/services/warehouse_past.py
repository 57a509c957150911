"""The rows of analysts' views as they were by an instant, of the matters that went on since.

A matter to which nothing was entered since is read from its row; of the others the history by then is folded.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from states.handlers import is_about_a_person
from workflow.services.pasts import Past, past_of, unit_names
from workflow.storage import searches
from workflow.storage.analyst_views import Column, View, private_steps
from workflow.storage.models import Escalation
from workflow.storage.retention import sealed_numbers
from workflow.storage.warehouse import paper_numbers

FIELD = re.compile(r"\b[cmpu]\.(\w+)")
Values = tuple[Any, ...]


@dataclass(slots=True)
class Backwards:
    """What went on since an instant, as it was by then. `unreadable` are the numbers of matters past reading.

    An entry recorded at the instant itself is no part of it.
    """

    tx: Connection
    instant: datetime
    unreadable: list[str] = field(default_factory=list)

    def rows(self, view: View) -> Iterator[Values]:
        """The rows of one of the views of matters (`v_cases`, `v_case_units`, `v_measures`)."""
        tell = {"v_cases": self._cases, "v_case_units": self._units, "v_measures": self._measures}[view.name]
        names = unit_names(self.tx, self.instant)
        for number, events, past in self._pasts():
            for told in tell(number, events, past, names):
                yield tuple(_value(column, told) for column in view.columns)

    def _pasts(self) -> Iterator[tuple[str, list[Row[Any]], Past]]:
        sealed, self.unreadable = sealed_numbers(self.tx), []
        for number, group in groupby(searches.events_of_changed(self.tx, self.instant), key=_number):
            events = list(group)
            past = past_of(events) if number not in sealed else None
            if isinstance(past, Past):
                yield number, events, past
            elif past is not None:
                self.unreadable.append(number)

    def _cases(self, number: str, events: list[Row[Any]], past: Past, names: Mapping[str, str]) -> Any:
        facts = {one: getattr(past.facts, one) for one in past.facts.__dataclass_fields__}
        name = names.get(past.facts.lead_unit or "")
        at = max(one.recorded_at for one in events)
        yield {**facts, "number": number, "name": name, "is_sealed": False, "recorded_at": at}

    def _units(self, number: str, _: list[Row[Any]], past: Past, names: Mapping[str, str]) -> Any:
        for unit, part in sorted(past.facts.parts.items()):
            yield {"number": number, "unit": unit, "name": names.get(unit), "part": part}

    def _measures(self, number: str, _: list[Row[Any]], past: Past, names: Mapping[str, str]) -> Any:
        papers = paper_numbers(self.tx)
        for one in (NOTHING_SAID | told for told in past.escalations):
            is_private = one["object_person"] or one["step"] in private_steps()
            if not is_private and not is_about_a_person(one["step"]):
                paper = papers.get(one["document_id"] or "")
                yield {**one, "number": number, "name": names.get(one["unit"]), "paper": paper}


def _number(event: Row[Any]) -> str:
    return str(event.number)


def _value(column: Column, told: Mapping[str, Any]) -> Any:
    """What a column has of it: by its own name, or by that of the field it is come by from."""
    named = FIELD.findall(column.sql)
    value = told[column.name] if column.name in OWN else told[named[-1]]
    return column.labels.get(value, value) if column.labels and value is not None else value


NOTHING_SAID: dict[str, Any] = dict.fromkeys(Escalation.model_fields)
"""A measure no entry has said anything of: entries tell only what they set."""

OWN = frozenset({"number", "is_sealed", "recorded_at", "paper"})
