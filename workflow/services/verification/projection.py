"""The rows of one case against the fold of its history: facts, head, units, limits, attachments."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Row

from states.facts import FACT_NAMES, PERSONAL_FACTS, CaseFacts
from states.history import canonical
from states.tasks import key_of
from workflow.services.replay import Entry
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding

HANDLING_CLOCK = "handle"


def check_head(dossier: Dossier, head: Row[Any] | None) -> Iterator[Finding]:
    """The row that remembers where a chain ends is there and agrees."""
    end = next(reversed(dossier.events), None)
    remembered = None if head is None else (head.seq, head.head, head.recorded_at)
    if end is None or remembered != (end.seq, end.hash, end.recorded_at):
        where = _lost(end.seq if end else 0, head)
        message = "登记的末条记载与历史不符：末尾记载被删除" + ("" if where else "，或登记的末条被改动")
        yield finding("tail_cut", message, case=dossier.name, **where)


def _lost(last: int, head: Row[Any] | None) -> dict[str, int]:
    """The entries that the row remembers and the chain no longer has."""
    return {"seq": last + 1, "until_seq": head.seq} if head is not None and head.seq > last else {}


def check_row(dossier: Dossier, facts: CaseFacts) -> Iterator[Finding]:
    """The case's row is the fold of its entries, and remembers the last of them."""
    if dossier.row is None:
        yield finding("row_missing", f"事项{dossier.name}的台账行不存在：台账行被删除", case=dossier.name)
        return
    different = [name for name in _told(dossier) if getattr(dossier.row, name) != getattr(facts, name)]
    if different:
        names = "、".join(different)
        message = f"台账行与历史不符（{names}）：绕过系统改动了台账"
        yield finding("row_changed", message, case=dossier.name, facts=different)
    yield from check_head(dossier, dossier.row)


def check_particulars(dossier: Dossier, facts: CaseFacts) -> Iterator[Finding]:
    """Units, limits and attachments are those the entries name."""
    units = {(row.unit, row.part) for row in dossier.units}
    if units != set(facts.parts.items()):
        yield finding("units_changed", "单位索引与历史不符：承办单位被改动", case=dossier.name)
    limits = {(row.seq, row.clock): (row.epoch, row.due_on, row.provenance) for row in dossier.limits}
    if limits != _limits(dossier.history):
        yield finding("limits_changed", "期限记录与历史不符：期限被改动、删除或添加", case=dossier.name)
    yield from check_attachments(dossier)


def check_attachments(dossier: Dossier) -> Iterator[Finding]:
    """Attachments are those the entries name, in a case or in the journal."""
    attachments = {(row.seq, row.sha256): row.name for row in dossier.attachments}
    if attachments != _attachments(dossier.history):
        yield finding("attachments_changed", "附件清单与历史不符：附件被改动、删除或添加", case=dossier.name)


def _told(dossier: Dossier) -> list[str]:
    """The facts the history can tell: without some of people's words, none of those written in them."""
    entries = zip(dossier.events, dossier.history, strict=True)
    speechless = any(entry.personal is not None and event.personal is None for event, entry in entries)
    return [name for name in FACT_NAMES if not (speechless and name in PERSONAL_FACTS)]


def _limits(history: tuple[Entry, ...]) -> dict[tuple[int, str], tuple[int, date, str]]:
    """Each due date with its provenance, in the epoch its clock had come to by then."""
    limits: dict[tuple[int, str], tuple[int, date, str]] = {}
    epochs: dict[str, int] = {}
    for entry in history:
        if "epoch" in entry.sets:
            epochs[HANDLING_CLOCK] = entry.sets["epoch"]
        epochs |= {clock["name"]: clock["epoch"] for clock in entry.sets.get("clocks", ())}
        epochs |= {key_of(task["id"]): task["clock"]["epoch"] for task in entry.sets.get("tasks", ())}
        for name, deadline in _deadlines(entry).items():
            due_on = date.fromisoformat(deadline["due_on"])
            limits[entry.seq, name] = (epochs[name], due_on, canonical(deadline))
    return limits


def _deadlines(entry: Entry) -> dict[str, dict[str, Any]]:
    """The due dates an entry tells of, by clock; before clocks were kept there was one, of the handling."""
    if entry.details.deadline is not None:
        return {HANDLING_CLOCK: entry.details.deadline}
    return entry.details.deadlines or {}


def _attachments(history: tuple[Entry, ...]) -> dict[tuple[int, str], str]:
    return {(entry.seq, file.sha256): file.name for entry in history for file in entry.details.files}
