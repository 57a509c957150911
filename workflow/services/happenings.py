"""What happened to the matters of the register in some periods, by the office day it happened.

An entry counts by its command's effect in whichever lifecycle, so that an office's own table counts alike.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection

from states.office_time import morning_of, office_day
from states.statistics import Happening
from states.vocabulary import LookbackFinding
from workflow.services.office import Office
from workflow.services.statistics import Happenings, kinds_of
from workflow.storage import happenings
from workflow.storage.guarded import Read, Unreadable
from workflow.storage.happenings import Between

EFFECTS: Mapping[str, Happening] = {
    "return_for_rework": Happening.RETURNED,
    "close_out": Happening.STRUCK_OFF,
    "grant_extension": Happening.EXTENDED,
    "refuse_extension": Happening.NOT_EXTENDED,
    "follow_up": Happening.LOOKED_BACK,
    "reopen": Happening.REOPENED,
    "reassign": Happening.REASSIGNED,
}
"""What the effect of a command is counted as."""

FURTHER = {Happening.LOOKED_BACK: Happening.RELAPSED, Happening.STRUCK_OFF: Happening.FIRST_TIME}
"""What an entry counts as besides, where it is marked so."""

RELAPSED = ("finding", LookbackFinding.RELAPSED.value)
"""What the command was given: the fact it sets stands in the entry only where it was another before."""

Days = Sequence[tuple[date, date]]


class Entries:
    """The entries that count, of some periods; `condition` is that a case has one of them."""

    def __init__(self, tx: Connection, office: Office, periods: Days) -> None:
        self._tx, self._spans = tx, list(_between(periods))
        lifecycles = office.every_lifecycle(tx)
        self._of = {effect: kinds_of(lifecycles, effect) for effect in EFFECTS}
        self._counted = {kind: EFFECTS[effect] for effect, kinds in self._of.items() for kind in kinds}
        self.condition: ColumnElement[bool] = happenings.happened_to(self._counted, self._spans)

    def read(self, among: Sequence[ColumnElement[bool]], unreadable: list[str]) -> Happenings:
        """What happened on which days, by the numbers of the matters, `among` those that are asked for.

        What is past reading is told in `unreadable`.
        """
        found = defaultdict[str, list[tuple[Happening, date]]](list)
        for one in self._entries(among):
            if isinstance(one, Unreadable):
                unreadable.append(f"（内部编号{one.case_id}）的一条记载")
            else:
                day = office_day(one.occurred_at)
                found[one.number] += ((what, day) for what in self._counts_as(one.kind, one.so))
        return {number: tuple(happened) for number, happened in found.items()}

    def _entries(self, among: Sequence[ColumnElement[bool]]) -> Iterator[Read]:
        before = [*self._of["return_for_rework"], *self._of["reopen"]]
        return happenings.entries_between(
            self._tx,
            self._counted,
            self._spans,
            saying=(self._of["follow_up"], RELAPSED),
            unpreceded=(self._of["close_out"], before),
            among=among,
        )

    def _counts_as(self, kind: str, so: bool) -> Iterator[Happening]:
        what = self._counted[kind]
        yield what
        if so:
            yield FURTHER[what]


def _between(periods: Days) -> Iterator[Between]:
    for since, until in periods:
        yield morning_of(since), morning_of(until + timedelta(days=1))
