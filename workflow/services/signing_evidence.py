"""What a decision in the signing room rests on: its matter and why, measures, files, last entries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from states.office_time import office_day
from workflow.services import measure_desk, register, timeline
from workflow.services.access import shown_case
from workflow.services.attachments import Listed, files_in
from workflow.services.batch import opened
from workflow.services.histories import shown_history
from workflow.services.known import known_in_brief
from workflow.services.measure_desk import MeasureSheet
from workflow.services.office import Office
from workflow.services.outlook import Outlook
from workflow.services.page_look import page_look
from workflow.services.people import find_person
from workflow.services.register import View
from workflow.services.seeing import Onlooker, behind
from workflow.storage import gathering, queries
from workflow.storage.session import look_at_hand


@dataclass(frozen=True, slots=True)
class Evidence:
    """A matter before who decides on it. `case` is it as `register.show` tells, `entries` are its last ones,
    the oldest first."""

    case: dict[str, Any]
    why: Sequence[str]
    measures: Sequence[MeasureSheet]
    files: Sequence[Listed]
    entries: Sequence[dict[str, Any]]


def read_ahead(office: Office, numbers: Iterable[str | None], *, by: Onlooker) -> None:
    """Read the histories and the papers of these matters at once, for a look that will tell of them;
    nothing is told yet."""
    look = look_at_hand(office.engine)
    if look is not None:
        rows = [queries.case_called(look, one) for one in numbers if one]
        known = sorted({one.id for one in rows if isinstance(one, Row)})
        gathering.histories(look, known)
        gathering.cases(look, known, str(find_person(look, by.person).code), office_day(by.at))


def evidence(office: Office, number: str, *, by: Onlooker, last: int) -> Evidence:
    """What is shown of a matter, with so many of its last entries. Raises as `register.show`."""
    with page_look(office, by) as tx:
        row, drawn = shown_case(tx, office, number, by)
        shown = shown_history(tx, row.id, drawn)
        case, known = opened(row), behind(drawn, known_in_brief(tx, row))
        seen = View(tx, office, by.at)
        seen.opens(case.facts, case.id)
        return Evidence(
            register.told_of(known, seen, drawn, {})["case"],
            Outlook(tx, case, seen, office.policy(tx, row.policy), drawn).why(),
            measure_desk.listed(office, number, by=by),
            [one for one in files_in(shown, drawn, seen.people) if one.standing],
            timeline.history(office, number, by=by)[-last:],
        )
