"""What a source is told of its items when it asks: how each stands, step by step, and nothing of the rest."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row

from states.intake import IntakeState
from states.intake.progress import Step, Told, Turn, dealt_with, since, told_of
from workflow.services.intake.items import Item, item_of, unknown
from workflow.services.office import Office
from workflow.services.replay import read
from workflow.storage import intake, journal
from workflow.storage.session import reading


@dataclass(frozen=True, slots=True)
class Account:
    """An item as its source is told of it, with its steps in the order they were taken; `last` is how the
    matter stands now."""

    item: Item
    steps: tuple[Told, ...]
    supplements: int

    @property
    def last(self) -> Told:
        return self.steps[-1]


def account(office: Office, source: str, external_id: str) -> Account:
    """One item of a source. Raises `NotFound` (`intake_unknown`)."""
    with reading(office.engine) as tx:
        row = intake.called(tx, source, external_id)
        if row is None:
            raise unknown()
        return _accounts(tx, office, [row])[0]


def accounts(office: Office, source: str, *, most: int, after: str | None = None) -> list[Account]:
    """The items of a source, in the order of its own ids, behind one of them."""
    with reading(office.engine) as tx:
        return _accounts(tx, office, intake.of_source(tx, source, most, after))


def steps_of(
    tx: Connection, office: Office, items: Sequence[Item], sent: Iterable[tuple[str, datetime]]
) -> list[tuple[Told, ...]]:
    """The steps of each of some items, to which supplements were sent, each told by its item and when."""
    supplements: dict[str, list[Told]] = defaultdict(list)
    for item, at in sent:
        supplements[item].append(Told(Step.SUPPLEMENTED, at))
    for returned in _returns(tx, [one for one in items if one.id in supplements]):
        supplements[returned[0]].append(returned[1])
    followed = _followed(tx, office, {one.case_id for one in items if one.case_id is not None})
    return [_steps(one, supplements[one.id], followed) for one in items]


def _returns(tx: Connection, items: Sequence[Item]) -> Iterator[tuple[str, Told]]:
    """The returns of some items that were sent anew, by item: their rows only have what was decided last."""
    if not items:
        return
    standing = {one.id: one.decided_at for one in items}
    for row in journal.entries_of_kind_since(tx, "intake_returned", min(one.arrived_at for one in items)):
        entry = read(row)
        item = str((entry.details.model_extra or {})["intake"])
        if item in standing and entry.occurred_at != standing[item]:
            reason = entry.words.get("details", {}).get("reason")
            yield item, dealt_with(IntakeState.RETURNED, entry.occurred_at, None, reason)


def _accounts(tx: Connection, office: Office, rows: Iterable[Row[Any]]) -> list[Account]:
    items = [item_of(row) for row in rows]
    sent = [(row.item, row.arrived_at) for row in intake.supplements(tx, [one.id for one in items])]
    steps = steps_of(tx, office, items, sent)
    return [
        Account(one, told, sum(step.step is Step.SUPPLEMENTED for step in told))
        for one, told in zip(items, steps, strict=True)
    ]


def _steps(item: Item, sent: Iterable[Told], followed: Mapping[int, tuple[Told, ...]]) -> tuple[Told, ...]:
    steps = [Told(Step.RECEIVED, item.arrived_at), *sent]
    if item.decided_at is not None:
        steps.append(dealt_with(item.state, item.decided_at, item.number, item.reason))
    matter = followed.get(item.case_id or 0, ())
    if item.state is IntakeState.JOINED and item.decided_at is not None:
        matter = since(matter, item.decided_at)
    return tuple(sorted((*steps, *matter), key=lambda one: one.at))


def _followed(tx: Connection, office: Office, ids: Collection[int]) -> dict[int, tuple[Told, ...]]:
    """What became of some matters; of one that was merged into another, what became of that."""
    rows = intake.cases(tx, ids)
    known = {row.number: row for row in rows.values()}
    wanted = _survivors(known)
    while wanted and (found := intake.cases_numbered(tx, wanted)):
        known |= {row.number: row for row in found}
        wanted = _survivors(known)
    turns = _turns(tx, [row.id for row in known.values()])
    told = {
        number: tuple(told_of(turns[row.id], number, office.lifecycle(tx, row.lifecycle)))
        for number, row in known.items()
    }
    return {one: tuple(_on(row.number, known, told)) for one, row in rows.items()}


def _survivors(known: Mapping[str, Row[Any]]) -> set[str]:
    """The matters that known ones were merged into, and that are not known yet."""
    return {row.merged_into for row in known.values() if row.merged_into} - known.keys()


def _turns(tx: Connection, ids: Sequence[int]) -> dict[int, list[Turn]]:
    turns: dict[int, list[Turn]] = defaultdict(list)
    for entry in intake.entries(tx, ids):
        told = orjson.loads(entry.payload)
        turns[entry.case_id].append(Turn(entry.occurred_at, told["before"], told["after"]))
    return turns


def _on(number: str, known: Mapping[str, Row[Any]], told: Mapping[str, tuple[Told, ...]]) -> Iterator[Told]:
    """The steps of a matter; in place of its end by a merger, those of the one it was merged into."""
    into = known[number].merged_into
    if into not in known:
        yield from told[number]
        return
    merged_at = told[number][-1].at if told[number] else None
    yield from (one for one in told[number] if one.step is not Step.ENDED)
    if merged_at is not None:
        yield Told(Step.JOINED, merged_at, into)
    yield from (one for one in _on(into, known, told) if merged_at is None or one.at >= merged_at)
