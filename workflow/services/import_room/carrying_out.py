"""Bringing a file in: at once where it is short, else by the worker, part by part, each part all or nothing.

Whatever ends a run midway loses nothing: what is in is known again by its number or its fingerprint, and the
next run goes on with the rest. Two runs of one draft exclude each other.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from states.errors import FactMissing, Refusal
from states.importing import Kind
from states.register.amending import amended
from states.register.rows import RegisterReading, RowReading
from states.register.sorting import Fate
from workflow.services import importing, register_returns
from workflow.services.directories import import_directory
from workflow.services.import_room import directories, notices
from workflow.services.import_room.drafts import (
    DOOR,
    Draft,
    State,
    as_file,
    check_may,
    draft_of,
    fetched,
    kinds_of,
    next_version,
)
from workflow.services.import_room.examining import busy, examined, kept, read_anew, told_of
from workflow.services.import_room.lines import Found
from workflow.services.importing import Source
from workflow.services.office import Office, Signature
from workflow.services.register_returns import Back
from workflow.storage import import_drafts
from workflow.storage.session import reading, transaction
from workflow.workbooks.opening import open_workbook

PART, AT_ONCE = 200, 200
"""Rows that go in together; so many are brought in while whoever sends the form waits."""

BROKEN_OFF = "程序内部出错，导入中断；已导入的行不受影响，可再次导入余下的。仍然如此的，请告知维护人员。"
KEPT = timedelta(days=30)
MOST_REFUSED = 100
Clock = Callable[[], datetime]


def start(office: Office, draft: str, *, seen: str, by: Signature, at: datetime) -> Draft | None:
    """Have a draft brought in as it was `seen` (its `version`); None where it is another one by now, as
    after a double click, or where a directory would change something else than it was seen to.

    Raises `NotFound`, `NotPermitted`, and `FactMissing` (`import_empty`) where no line can go in.
    """
    read_anew(office, draft, by=by, at=at)
    with transaction(office.engine) as tx:
        standing = fetched(tx, draft, str(by.person))
        check_may(kinds_of(tx, standing.person, at), standing.kind)
        if standing.state is not State.OPEN or standing.version != seen:
            return None
        if not _is_ready(standing):
            raise FactMissing("没有可以导入的行，请先更正标出的问题。", code="import_empty", missing="rows")
        started = {"state": State.QUEUED.value, "done": 0, "version": next_version(), "changed_at": at}
        return standing if import_drafts.change(tx, draft, State.OPEN, **started) else None


def put_away(office: Office, draft: str, *, by: Signature) -> None:
    """Do away with a draft and its file; what went in of it stays. Raises `EditConflict` (`import_busy`)."""
    with transaction(office.engine) as tx:
        if fetched(tx, draft, str(by.person)).state in (State.QUEUED, State.RUNNING):
            raise busy()
        import_drafts.drop(tx, [draft])


def carry_out_waiting(office: Office, *, clock: Clock) -> int:
    """Bring in whatever waits, and what a run left midway; put away what nobody touched for a month."""
    with reading(office.engine) as tx:
        waiting = [row.id for row in import_drafts.in_states(tx, (State.QUEUED, State.RUNNING))]
    done = sum(carry_out(office, draft, clock=clock) for draft in waiting)
    with transaction(office.engine) as tx:
        idle = import_drafts.untouched(tx, clock() - KEPT, (State.OPEN, State.DONE))
        import_drafts.drop(tx, idle)
    return done


def carry_out(office: Office, draft: str, *, clock: Clock) -> bool:
    """Bring a draft in; False where another run has it, or it waits for nothing."""
    run, at = secrets.token_hex(16), clock()
    with transaction(office.engine) as tx:
        lease = timedelta(seconds=office.settings.lease_seconds)
        row = import_drafts.find(tx, draft)
        if row is None or not import_drafts.claim(tx, draft, run, at, at + lease):
            return False
        standing = draft_of(row)
    by = Signature(standing.person, DOOR, at, clock=clock)
    _Run(office, standing, run, by, at).carry_out()
    return True


class _Superseded(Refusal):
    """Another run has taken the draft over."""

    code = "import_superseded"


class _Run:
    """One run of a draft."""

    def __init__(self, office: Office, draft: Draft, run: str, by: Signature, at: datetime) -> None:
        self.office, self.draft, self.run, self.by, self.at = office, draft, run, by, at
        self.counts = {"imported": 0, "corrected": 0, "updated": 0, "unchanged": 0}
        self.earlier = self.done = draft.done
        self.refused: list[dict[str, Any]] = []

    def carry_out(self) -> None:
        """Bring everything in that can go in, and tell what became of it."""
        try:
            with reading(self.office.engine) as tx:
                check_may(kinds_of(tx, self.draft.person, self.at), self.draft.kind)
            with as_file(self.office, self.draft) as path:
                result = self._brought_in(path)
            self._end(result)
        except _Superseded:
            return
        except Refusal as refusal:
            self._end(self.counts, refusal.message)
        except Exception:  # whoever handed it in is told that it broke off; the chore tells the log why
            self._end(self.counts, BROKEN_OFF)
            raise

    def _brought_in(self, path: Path) -> dict[str, Any]:
        draft, by, at = self.draft, self.by, self.at
        if draft.kind is Kind.DIRECTORY:
            amendments = draft.changes.amendments
            report = import_directory(self.office, path, by=by, at=at, amendments=amendments)
            return directories.summary(report)
        if draft.kind is Kind.CALENDAR:
            return notices.summary(
                notices.load(self.office, path, draft.changes, by=by, at=at, dry_run=False)
            )
        sheets = amended(open_workbook(path), draft.changes.amendments)
        back = importing.returned(self.office, sheets, draft.changes.accepted, by=by)
        if back is not None:
            self._correct(path, back)
            if back.rest is None:
                return {**self.counts, "earlier": self.earlier}
            sheets = back.rest
        with reading(self.office.engine) as tx:
            register = importing.read(tx, self.office, sheets, at)
        for part in _parts(register.rows):
            self._bring_in(path, register, part)
        return {**self.counts, "earlier": self.earlier}

    def _correct(self, path: Path, back: Back) -> None:
        """Correct what was edited, row by row."""
        reason = register_returns.reason_for(path.name)
        for one in back.of(Fate.CHANGED):
            with transaction(self.office.engine) as tx:
                self._hold(tx)
            try:
                register_returns.correct(self.office, one, by=self.by.dated(), at=self.at, reason=reason)
            except Refusal as refusal:
                self.refused.append({"row": one.row, "message": refusal.message})
                continue
            self.done += 1
            self.counts["corrected"] += 1
            with transaction(self.office.engine) as tx:
                import_drafts.advance(tx, self.draft.id, self.run, done=self.done)
        self.counts["unchanged"] += len(back.of(Fate.UNCHANGED))

    def _bring_in(self, path: Path, register: RegisterReading, part: Sequence[RowReading]) -> None:
        """A part, or where something in it is refused, each of its rows by itself."""
        try:
            self._try(path, register, part)
        except _Superseded:
            raise
        except Refusal as refusal:
            if len(part) == 1:
                self.refused.append({"row": part[0].row, "message": refusal.message})
                return
            for one in part:
                self._bring_in(path, register, [one])

    def _try(self, path: Path, register: RegisterReading, part: Sequence[RowReading]) -> None:
        accept = self.draft.changes.accepted & {row.row for row in part}
        with transaction(self.office.engine) as tx:
            self._hold(tx)
            importing.stand_in_line_to_import(tx)
            sorting = importing.sort(tx, register, accept, part)
            new, changed = len(sorting.of(Fate.NEW)), len(sorting.of(Fate.CHANGED))
            if new or changed:
                file = importing.keep(tx, self.office, path, self.by)
                source = Source(file, self.draft.changes.amendments)
                importing.bring_in((tx, self.office), register, sorting, source, by=self.by, at=self.at)
            import_drafts.advance(tx, self.draft.id, self.run, done=self.done + new + changed)
        self.done += new + changed
        self.counts["imported"] += new
        self.counts["updated"] += changed
        self.counts["unchanged"] += len(sorting.of(Fate.UNCHANGED))

    def _hold(self, tx: Connection) -> None:
        """Go on holding the draft. Raises `_Superseded` where another run has it by now."""
        lease = timedelta(seconds=self.office.settings.lease_seconds)
        until = self.by.dated().recorded_at + lease
        if not import_drafts.advance(tx, self.draft.id, self.run, lease_until=until):
            raise _Superseded("")

    def _end(self, result: Mapping[str, Any], trouble: str = "") -> None:
        """Tell what became of it. What still waits for a person stays open, with its file."""
        found = self._read_again()
        is_over = not (trouble or self.refused or found is None or found.asking)
        now = self.by.dated().recorded_at
        values: dict[str, Any] = {
            "state": State.OPEN.value,
            "run": None,
            "lease_until": None,
            "changed_at": now,
        }
        told = dict(self.draft.told) if found is None else told_of(self.draft, found)
        told["result"] = {**result, "refused": self.refused[:MOST_REFUSED], "trouble": trouble}
        values["told"] = json.dumps(told, ensure_ascii=False)
        if is_over:
            values |= {"state": State.DONE.value, "content": ""}
        elif found is not None:
            values["total"] = found.coming
        with transaction(self.office.engine) as tx:
            if import_drafts.advance(tx, self.draft.id, self.run, **values) and found is not None:
                kept(tx, self.draft.id, () if is_over else found.lines)

    def _read_again(self) -> Found | None:
        """What is in the file now; None where that is refused, as to somebody whose role has ended."""
        draft = self.draft
        try:
            with as_file(self.office, draft) as path:
                return examined(self.office, draft.kind, path, draft.changes, by=self.by, at=self.at)
        except Refusal:
            return None


def _is_ready(draft: Draft) -> bool:
    """Whether anything of it can go in: of a notice all or nothing, of the others line by line. A directory
    ends the roles of whoever it no longer names, who have no line."""
    return "refusal" not in draft.told and (draft.total > 0 or bool(draft.told.get("acts")))


def _parts(rows: Sequence[RowReading]) -> Iterator[Sequence[RowReading]]:
    for first in range(0, len(rows), PART):
        yield rows[first : first + PART]
