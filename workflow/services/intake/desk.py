"""The inbox (收件箱) as an officer sees it: what waits, one item whole, and the matters it may be about."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import Refusal
from states.intake.candidates import Candidate, InHand, candidates
from states.intake.progress import Told
from workflow import particulars
from workflow.errors import Ambiguous, NotFound
from workflow.services import files, units
from workflow.services.batch import facts_shown
from workflow.services.files import media_type_of
from workflow.services.intake.items import (
    Item,
    Supplement,
    check_may_look,
    item_of,
    states_of,
    supplement_of,
    unknown,
)
from workflow.services.intake.telling import steps_of
from workflow.services.office import Office
from workflow.services.seeing import Eyes, Onlooker
from workflow.storage import intake, queries
from workflow.storage.intake import Place
from workflow.storage.session import reading

LEAF, SHOWN = 50, 12
WEEKS, MOST_COMPARED = timedelta(weeks=6), 500
"""Items that wait are compared with those of so long before them, and with so many."""
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
WRITTEN = re.compile(r"(?P<at>[0-9]{1,16})\.(?P<id>[0-9a-f]{1,32})")
Part = Item | Supplement


@dataclass(frozen=True, slots=True)
class Line:
    """An item in a list, with how many supplements nobody has taken note of."""

    item: Item
    unseen: int


@dataclass(frozen=True, slots=True)
class Turned:
    """A leaf of the inbox somebody turns to: the one behind a place, or the one before it."""

    place: Place
    back: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """Some items of the inbox, the places to turn to the leaves beside it from, None where there is none, and
    how many wait in all."""

    lines: tuple[Line, ...]
    before: Place | None
    after: Place | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Whole:
    """An item with all that belongs to it. `unit_name` is what the directory calls the unit it suggests, if
    it knows it; `decided_by` is a name."""

    item: Item
    supplements: tuple[Supplement, ...]
    candidates: tuple[Candidate, ...]
    steps: tuple[Told, ...]
    unit_name: str | None
    decided_by: str | None

    @property
    def unseen(self) -> int:
        return sum(one.seen_at is None for one in self.supplements)


def inbox(
    office: Office,
    *,
    by: Onlooker | None,
    settled: bool = False,
    turned: Turned | None = None,
    most: int = LEAF,
) -> Leaf:
    """What an officer has to look at, the longest waiting first; or what was dealt with, the last first.

    Raises `NotPermitted` (`intake_not_permitted`).
    """
    with reading(office.engine) as tx:
        check_may_look(tx, by)
        rows, before, after = _turned(tx, settled, turned, most)
        unseen: dict[str, int] = defaultdict(int)
        for row in intake.supplements(tx, [one.id for one in rows]):
            unseen[row.item] += row.seen_at is None
        lines = tuple(Line(item_of(row), unseen[row.id]) for row in rows)
        return Leaf(lines, before, after, intake.count_to_do(tx))


def _turned(
    tx: Connection, settled: bool, turned: Turned | None, most: int
) -> tuple[list[Row[Any]], Place | None, Place | None]:
    """The lines of a leaf, and the places of those beside it; before the first one lies the first."""
    look, at = (intake.settled, "decided_at") if settled else (intake.to_do, "arrived_at")
    if turned is not None and turned.back:
        rows = look(tx, most + 1, turned.place, back=True)
        if len(rows) > most:
            return rows[1:], _place(rows[1], at), _place(rows[-1], at)
        turned = None
    rows = look(tx, most + 1, turned.place if turned else None)
    some = rows[:most]
    before = _place(some[0], at) if turned and some else None
    return some, before, _place(some[-1], at) if len(rows) > most else None


def _place(row: Row[Any], at: str) -> Place:
    return Place(getattr(row, at), row.id)


def written(place: Place) -> str:
    """A place as an address has it."""
    return f"{(place.at - EPOCH) // MICROSECOND}.{place.id}"


def place_in(text: str) -> Place | None:
    """The place somebody turns from; None for what is none."""
    found = WRITTEN.fullmatch(text)
    return None if found is None else Place(EPOCH + int(found["at"]) * MICROSECOND, found["id"])


def check_drafts(office: Office, *, by: Onlooker) -> None:
    """Raises `NotPermitted` (`intake_not_permitted`) for whoever makes no drafts of texts."""
    with reading(office.engine) as tx:
        check_may_look(tx, by)


def waiting(office: Office) -> int:
    """How many items an officer has to look at."""
    with reading(office.engine) as tx:
        return intake.count_to_do(tx)


def whole(office: Office, item: str, *, by: Onlooker | None) -> Whole:
    """One item, with the matters it may be about as long as it waits.

    Raises `NotFound` (`intake_unknown`), `NotPermitted` (`intake_not_permitted`).
    """
    with reading(office.engine) as tx:
        check_may_look(tx, by)
        row = intake.find(tx, item)
        if row is None:
            raise unknown()
        found = item_of(row)
        sent = tuple(supplement_of(one, found.external_id) for one in intake.supplements(tx, [item]))
        unit = _unit(tx, found)
        near = () if found.decided_at else _near(tx, office, (found, *sent), unit, by)
        names = queries.names_of_people(tx)
        unit_name = None if unit is None else queries.units_by_code(tx, [unit])[unit].name
        decided = found.decided_by and names.get(found.decided_by, found.decided_by)
        return Whole(
            found,
            sent,
            near,
            steps_of(tx, office, [found], [(item, one.arrived_at) for one in sent])[0],
            unit_name,
            decided,
        )


def id_of(office: Office, named: str, *, by: Onlooker | None) -> str:
    """The id of an item that somebody names by it, by its beginning, or by what its source calls it.

    Raises `NotFound` (`intake_unknown`), `Ambiguous` (`intake_ambiguous`), `NotPermitted`.
    """
    with reading(office.engine) as tx:
        check_may_look(tx, by)
        found = intake.named(tx, particulars.read_text(named))
    if not found:
        raise unknown()
    if len(found) > 1:
        told = "、".join(f"{row.id[:SHOWN]}（{row.source}{row.external_id}）" for row in found)
        raise Ambiguous(f"“{named}”不止一个来件，请改用本系统编号：{told}。", code="intake_ambiguous")
    return str(found[0].id)


def fetched(office: Office, item: str, sha256: str, *, by: Onlooker | None) -> tuple[str, str, bytes]:
    """Name, media type and bytes of a file that came with an item.

    Raises as `whole`, `NotFound` (`attachment_unknown`), and as `files.fetch`.
    """
    with reading(office.engine) as tx:
        check_may_look(tx, by)
        row = intake.find(tx, item)
        if row is None:
            raise unknown()
        parts: list[Part] = [
            item_of(row),
            *(supplement_of(one, row.external_id) for one in intake.supplements(tx, [item])),
        ]
    named = {one["sha256"]: str(one["name"]) for part in parts for one in part.files}
    if sha256 not in named:
        raise NotFound("没有这个附件，请核对。", code="attachment_unknown")
    name = named[sha256]
    return name, media_type_of(name), files.fetch(office.settings.files, sha256)


def _unit(tx: Connection, item: Item) -> str | None:
    """The code of the unit a platform suggests, if the directory knows just one by that name; by most it is
    called as the directory has it, which asks for no more than is read anyway."""
    if not item.arrival.unit:
        return None
    said = item.arrival.unit
    exact = [row.code for row in queries.named_units(tx) if said in (row.code, row.name)]
    if len(exact) == 1:
        return str(exact[0])
    try:
        return units.one_by_name(tx, said)
    except Refusal:
        return None


def _near(
    tx: Connection, office: Office, parts: Sequence[Part], unit: str | None, by: Onlooker | None
) -> tuple[Candidate, ...]:
    """The matters an item with its supplements may be about, as far as they are shown to somebody."""
    digests = {str(one["sha256"]) for part in parts for one in part.files}
    item = next(one for one in parts if isinstance(one, Item))
    beside = [*_in_hand(tx, office, item, digests).values(), *_waiting(tx, item)]
    found = candidates(item.arrival, item.source, beside, unit=unit, files=digests)
    numbers = [one.number for one in found if one.item is None]
    if by is None or not numbers:
        return found
    eyes, rows = Eyes(tx, by), intake.cases_numbered(tx, numbers)
    shown = {row.number for row in rows if eyes.see(facts_shown(tx, row))}
    return tuple(one for one in found if one.item or one.number in shown)


def _waiting(tx: Connection, item: Item) -> Iterator[InHand]:
    """The other items of the weeks before it and since that wait, as far as they are compared."""
    known = {one: row.code for row in queries.named_units(tx) for one in (row.code, row.name)}
    for row in intake.waiting_beside(tx, item.id, item.arrived_at - WEEKS, MOST_COMPARED):
        other = item_of(row)
        said = other.arrival
        yield InHand(
            other.external_id,
            said.title,
            known.get(said.unit),
            said.unit,
            ((other.source, other.external_id),),
            {str(one["sha256"]): str(one["name"]) for one in other.files},
            item=other.id,
            place=said.region,
        )


def _in_hand(tx: Connection, office: Office, item: Item, digests: Collection[str]) -> Mapping[int, InHand]:
    """The matters in hand, and those that have an item of the same id, as far as they are compared."""
    linked: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in intake.with_external_id(tx, item.external_id):
        linked[row.case_id].append((row.source, row.external_id))
    having: dict[int, dict[str, str]] = defaultdict(dict)
    for row in intake.cases_with_files(tx, digests) if digests else ():
        having[row.case_id][row.sha256] = row.name
    names = {row.code: row.name for row in queries.named_units(tx)}
    rows: dict[int, Any] = {
        row.id: row for row in intake.matters_in(tx, states_of(tx, office, "open", "side"))
    }
    rows |= intake.cases(tx, linked.keys() - rows.keys())
    return {
        one: InHand(
            row.number,
            row.title or "",
            row.lead_unit,
            names.get(row.lead_unit),
            tuple(linked[one]),
            having[one],
        )
        for one, row in rows.items()
    }
