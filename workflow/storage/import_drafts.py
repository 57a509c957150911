"""Reads and writes of files on their way in, and of their lines. They never decide."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from workflow.storage.bulk import insert_rows
from workflow.storage.models import StoredFile
from workflow.storage.queries import table
from workflow.storage.work_models import ImportDraft, ImportLine

DRAFT, LINE, FILE = table(ImportDraft), table(ImportLine), table(StoredFile)
HEAD = [column for column in DRAFT.columns if column.name != "content"]
"""Everything of a draft but the file itself."""


def add(tx: Connection, **values: Any) -> None:
    tx.execute(insert(DRAFT).values(**values))


def find(tx: Connection, draft: str) -> Row[Any] | None:
    """A draft without its file."""
    return tx.execute(select(*HEAD).where(DRAFT.c.id == draft)).first()


def content(tx: Connection, draft: str) -> str:
    return str(tx.execute(select(DRAFT.c.content).where(DRAFT.c.id == draft)).scalar_one())


def of(tx: Connection, person: str, most: int) -> list[Row[Any]]:
    """Somebody's drafts, the last touched first."""
    mine = select(*HEAD).where(DRAFT.c.person == person)
    return list(tx.execute(mine.order_by(DRAFT.c.changed_at.desc(), DRAFT.c.id).limit(most)))


def in_states(tx: Connection, states: Collection[str], person: str | None = None) -> list[Row[Any]]:
    """The drafts in these states, the one that waits longest first."""
    found = select(*HEAD).where(DRAFT.c.state.in_(sorted(states)))
    found = found if person is None else found.where(DRAFT.c.person == person)
    return list(tx.execute(found.order_by(DRAFT.c.changed_at, DRAFT.c.id)))


def brought_in_at(tx: Connection, sha256: str) -> datetime | None:
    """When a file was first brought in whole here; None where no draft says so."""
    whole = select(func.min(DRAFT.c.changed_at)).where(DRAFT.c.sha256 == sha256, DRAFT.c.state == "done")
    found: datetime | None = tx.execute(whole).scalar_one()
    return found


def stored_at(tx: Connection, sha256: str) -> datetime | None:
    """When a file came into the store, where a register is kept once any of it went in."""
    return tx.execute(select(FILE.c.stored_at).where(FILE.c.sha256 == sha256)).scalar_one_or_none()


def untouched(tx: Connection, since: datetime, states: Collection[str]) -> list[str]:
    """The drafts in these states nobody has touched since."""
    old = select(DRAFT.c.id).where(DRAFT.c.changed_at < since, DRAFT.c.state.in_(sorted(states)))
    return list(tx.execute(old).scalars())


def change(tx: Connection, draft: str, state: str, /, **values: Any) -> bool:
    """Change a draft that is in this state; False where it is in another by now."""
    one = update(DRAFT).where(DRAFT.c.id == draft, DRAFT.c.state == state)
    return bool(tx.execute(one.values(**values)).rowcount)


def replace_version(tx: Connection, draft: str, state: str, version: str, /, **values: Any) -> bool:
    """The same of the version somebody began with; False also where there is another by now."""
    one = update(DRAFT).where(DRAFT.c.id == draft, DRAFT.c.state == state, DRAFT.c.version == version)
    return bool(tx.execute(one.values(**values)).rowcount)


def claim(tx: Connection, draft: str, run: str, at: datetime, until: datetime) -> bool:
    """Take a draft that is to be brought in, or whose run has lost it; False where another has it."""
    lost = and_(DRAFT.c.state == "running", DRAFT.c.lease_until < at)
    free = update(DRAFT).where(DRAFT.c.id == draft, or_(DRAFT.c.state == "queued", lost))
    return bool(tx.execute(free.values(state="running", run=run, lease_until=until)).rowcount)


def advance(tx: Connection, draft: str, run: str, /, **values: Any) -> bool:
    """Change a draft a run holds; False once the run has lost it. Nobody else can before this commits."""
    held = update(DRAFT).where(DRAFT.c.id == draft, DRAFT.c.run == run, DRAFT.c.state == "running")
    return bool(tx.execute(held.values(**values)).rowcount)


def drop(tx: Connection, drafts: Sequence[str]) -> None:
    """Do away with drafts, their files and their lines."""
    for draft in drafts:
        tx.execute(delete(LINE).where(LINE.c.draft == draft))
        tx.execute(delete(DRAFT).where(DRAFT.c.id == draft))


def put_lines(tx: Connection, draft: str, lines: Iterable[Mapping[str, Any]]) -> None:
    """Let these be the lines of a draft."""
    tx.execute(delete(LINE).where(LINE.c.draft == draft))
    rows = [
        {**one, "draft": draft, "cells": _written(one["cells"]), "found": _written(one["found"])}
        for one in lines
    ]
    if rows:
        insert_rows(tx, LINE, rows)


def lines(tx: Connection, draft: str, fates: Collection[str], after: int, most: int) -> list[Row[Any]]:
    """Lines of a draft with these fates from a place on."""
    found = select(LINE).where(LINE.c.draft == draft, LINE.c.place > after)
    found = found.where(LINE.c.fate.in_(sorted(fates))).order_by(LINE.c.place)
    return list(tx.execute(found.limit(most)))


def lines_at(tx: Connection, draft: str, places: Collection[int]) -> list[Row[Any]]:
    """The lines of a draft at these places."""
    found = select(LINE).where(LINE.c.draft == draft, LINE.c.place.in_(sorted(places)))
    return list(tx.execute(found.order_by(LINE.c.place)))


def counts(tx: Connection, draft: str) -> dict[str, int]:
    """How many lines of a draft have each fate."""
    found = select(LINE.c.fate, func.count()).where(LINE.c.draft == draft).group_by(LINE.c.fate)
    return {row[0]: row[1] for row in tx.execute(found)}


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
