"""A register that was taken out, edited in a spreadsheet and brought back: its edits as corrections (更正).

Each row goes in by itself, all of its edits or none, through the commands everybody gives: who may correct
what, and whether the new value can be true, is decided there. New rows are left to the import of registers.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from states.corrections import EMPTY
from states.errors import Refusal
from states.register.amending import Amendments, amended
from states.register.problems import Finding, Problem
from states.register.returned import (
    Came,
    Edit,
    Judge,
    Now,
    Returned,
    Settled,
    edited,
    find_returned,
    left_unread,
    rows_of,
)
from states.register.returning import Form
from states.register.sheet import Sheet
from states.register.sorting import Fate
from workflow.services import cases
from workflow.services.batch import opened
from workflow.services.cases import Order
from workflow.services.office import Office, Signature
from workflow.services.register import Listed, View
from workflow.services.register_columns import COLUMNS, NOTHING, on_file
from workflow.services.seeing import Eyes, Onlooker
from workflow.storage import queries
from workflow.storage.session import rehearsal

LAYOUT = {one.id: one.returnable for one in COLUMNS}
DERIVED = frozenset({"light", "why", "changed"})
"""Columns that are told anew every day: what they say now is nobody's fact."""

MOST_TRIED = 1_000
"""So many rows are tried out before they are brought in; what is wrong with more is told then."""


@dataclass(frozen=True, slots=True)
class Back:
    """A register of ours: what becomes of its rows, what of it is not read, and the sheets without them for
    the import of new ones, None where there are no new rows."""

    returned: Returned
    rows: tuple[Settled, ...]
    rest: tuple[Sheet, ...] | None
    notes: tuple[Problem, ...]

    def of(self, fate: Fate) -> tuple[Settled, ...]:
        """The rows with this fate."""
        return tuple(one for one in self.rows if one.fate is fate)


def read_back(
    tx: Connection, office: Office, sheets: Sequence[Sheet], accept: Collection[int], *, by: Signature
) -> Back | None:
    """What came back of a register that left the house; None for any other file."""
    returned = find_returned(sheets, tuple(LAYOUT.values()))
    if returned is None:
        return None
    came = list(rows_of(returned, queries.known_numbers(tx), LAYOUT))
    now = _now(tx, office, _in_question(returned, came), by)
    settled = tuple(Judge(returned, LAYOUT, now, accept).settle(came))
    unread = tuple(left_unread(returned, LAYOUT))
    return Back(returned, settled, _rest(sheets, returned, came), unread)


def tried(office: Office, back: Back, *, by: Signature, at: datetime, reason: str) -> Back:
    """The same, with what would be refused of the rows that would change something. Nothing is written."""
    rows, left = list[Settled](), MOST_TRIED
    for one in back.rows:
        if one.fate is Fate.CHANGED and left:
            left -= 1
            rows.append(_tried(office, back, one, by=by, at=at, reason=reason))
        else:
            rows.append(one)
    return replace(back, rows=tuple(rows))


def correct(office: Office, row: Settled, *, by: Signature, at: datetime, reason: str) -> None:
    """Correct what was edited in a row, all of it or nothing. Raises a `Refusal`."""
    cases.perform_all(office, [_order(row, edit, reason) for edit in row.edits], by=by, at=at)


def corrected(office: Office, back: Back, *, by: Signature, at: datetime, reason: str) -> Back:
    """Correct every row that changes something; those that were refused come back with what refused them."""
    rows = list[Settled]()
    for one in back.rows:
        if one.fate is not Fate.CHANGED:
            rows.append(one)
            continue
        try:
            correct(office, one, by=by, at=at, reason=reason)
            rows.append(one)
        except Refusal as refusal:
            rows.append(refused(back, one, one.edits[0], refusal))
    return replace(back, rows=tuple(rows))


def refused(back: Back, row: Settled, edit: Edit, refusal: Refusal) -> Settled:
    """A row that was refused over one of its edits."""
    found = Finding(refusal.code, refusal.message)
    column = edit.column
    problem = found.at(back.returned.sheet.name, row.row, column.letter, column.label)
    return replace(row, fate=Fate.REJECTED, problems=(problem,))


def reason_for(file: str, given: str = "") -> str:
    """Why the edits are corrections, where nobody says more."""
    return given or f"导出的台账修改后导回（{file[:80]}）"


def _tried(office: Office, back: Back, row: Settled, *, by: Signature, at: datetime, reason: str) -> Settled:
    result, edit = row, row.edits[0]
    try:
        with rehearsal(office.engine) as tx:
            for edit in row.edits:
                cases.perform_within(tx, office, [_order(row, edit, reason)], by=by, at=at)
    except Refusal as refusal:
        result = refused(back, row, edit, refusal)
    return result


def _order(row: Settled, edit: Edit, reason: str) -> Order:
    details = {"field": edit.field, "old": edit.old or EMPTY, "new": edit.new or EMPTY, "reason": reason}
    return Order("correct", row.number, details)


def _in_question(returned: Returned, came: Iterable[Came]) -> set[str]:
    """The numbers of the rows that were edited, or may have been."""
    return {one.number for one in came if edited(returned, one, LAYOUT)}


def _now(tx: Connection, office: Office, numbers: Collection[str], by: Signature) -> Mapping[str, Now]:
    """What the office says of the matters of some numbers, as far as they are shown to whoever signs."""
    if not numbers:
        return {}
    seen = View(tx, office, by.recorded_at)
    eyes = None if by.person is None else Eyes(tx, Onlooker(by.person, by.recorded_at))
    found = dict[str, Now]()
    for row in queries.cases_for_update(tx, sorted(numbers)):
        facts = opened(row).facts
        if facts.sealed_on is None and (eyes is None or eyes.see(facts)):
            found[row.number] = _told(seen.listed(facts, ()))
    return found


def _told(line: Listed) -> Now:
    says = {one.id: one.filed(line) for one in COLUMNS if one.id not in DERIVED}
    bare = {name: on_file(value, LAYOUT[name].form) for name, value in says.items()}
    told = {
        name: bare[name] if LAYOUT[name].form is not Form.TEXT else str(value or "")
        for name, value in says.items()
    }
    return Now(bare, {name: "" if words == NOTHING else words for name, words in told.items()})


def _rest(sheets: Sequence[Sheet], returned: Returned, came: Sequence[Came]) -> tuple[Sheet, ...] | None:
    """The sheets as an import of new matters reads them; None where no row is new."""
    sheet, ours = returned.sheet, {one.row for one in came}
    new = [row for row in sheet.rows if row > returned.row and row not in ours]
    if not new:
        return None
    cells = {} if returned.key is None else {(sheet.name, returned.row, returned.key): ""}
    return amended([sheet], Amendments(cells, frozenset((sheet.name, row) for row in ours)))
