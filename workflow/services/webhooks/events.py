"""Events told again: by the one order of all entries, as far as it is sealed, to whoever may see the matter.

An entry gets its place within a minute or so of being written (`sealing`), and none ever gets a place before
one that was told: whoever goes on from where he stopped misses nothing, however late a transaction committed.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select

from states.errors import FactInvalid
from states.webhooks.catalogue import BY_NAME
from states.webhooks.envelope import envelope, type_of
from workflow import particulars
from workflow.canonical import canonical_text
from workflow.services.office import Office
from workflow.services.seeing import Onlooker
from workflow.services.sights import Sights
from workflow.storage import sealed_order, webhooks
from workflow.storage.session import reading

SPAN = 20_000
"""Entries looked through for one leaf: one that asks for what is rare may be short, or empty, and go on."""
LONGEST_CURSOR = 40
PLUS = re.compile(r" (?=\d\d:?\d\d$)")
"""A zone's plus as an address has it that nobody wrote as %2B."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it leaves, where its entry stands, and where to go on after it."""

    body: dict[str, Any]
    place: Row[Any]
    after: str

    @property
    def text(self) -> bytes:
        """The same bytes as a webhook gets."""
        return canonical_text(self.body).encode()


@dataclass(frozen=True, slots=True)
class Leaf:
    """Some events in their order; `after` is where to go on, now or later, `more` whether there are more."""

    events: Sequence[Told]
    after: str
    more: bool


def since(
    office: Office, cursor: str | None, types: Collection[str], *, limit: int, by: Onlooker | None
) -> Leaf:
    """The next events for somebody after a cursor, or from an instant on (ISO 8601 with its zone); from the
    beginning without one.

    Raises `FactInvalid` (`cursor_invalid`, `year_out_of_range`, `event_type_unknown`; `cursor_ahead` for one
    past the last entry, which only an office that was restored since can meet), `NotPermitted` as `Sights`.
    """
    names = checked_types(types)
    with reading(office.engine) as tx:
        first = _place(tx, cursor)
        if first > sealed_order.end(tx):
            raise _ahead()
        return leaf(tx, first, names, Sights(tx, office, by).among(), limit)


def leaf(tx: Connection, first: int, names: Collection[str], among: Select[Any] | None, limit: int) -> Leaf:
    """The same from a place on, of the cases a statement finds."""
    end = sealed_order.end(tx)
    before = min(end, first + SPAN)
    kinds = [BY_NAME[one].entry for one in names]
    rows = sealed_order.entries(tx, range(first, before), kinds, among=among, limit=limit)
    following = rows[-1].position + 1 if len(rows) == limit else max(before, first)
    return Leaf(_told(tx, rows), str(following), following < end)


def _ahead() -> FactInvalid:
    message = (
        "这个cursor在全部记载之后：系统可能由备份恢复过；请从备份以前的一个时刻起重新取，按事件的id去重。"
    )
    return FactInvalid(message, code="cursor_ahead")


def _told(tx: Connection, rows: Sequence[Row[Any]]) -> list[Told]:
    payloads = [orjson.loads(row.payload) for row in rows]
    about = webhooks.about_persons(tx, {one["details"].get("escalation") for one in payloads} - {None})
    return [
        Told(envelope(payload, row.hash), row, str(row.position + 1))
        for row, payload in zip(rows, payloads, strict=True)
        if type_of(payload, about) is not None
    ]


def checked_types(types: Collection[str]) -> tuple[str, ...]:
    """Kinds of events by their names, every kind where none is named. Raises `FactInvalid`
    (`event_type_unknown`)."""
    unknown = sorted(set(types) - BY_NAME.keys())
    if unknown:
        message = f"没有“{unknown[0][:40]}”这种事件，请按事件目录填写。"
        raise FactInvalid(message, code="event_type_unknown")
    return tuple(one for one in BY_NAME if not types or one in types)


def _place(tx: Connection, cursor: str | None) -> int:
    if not cursor:
        return 0
    if cursor.isascii() and cursor.isdecimal() and len(cursor) < 19:
        return int(cursor)
    try:
        instant = datetime.fromisoformat(PLUS.sub("+", cursor[:LONGEST_CURSOR]))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        message = "since须为上次答复的cursor，或者带时区的时刻（如2026-07-01T09:00:00+08:00）。"
        raise FactInvalid(message, code="cursor_invalid")
    particulars.check_year(instant.year)
    return sealed_order.place_of(tx, instant)
