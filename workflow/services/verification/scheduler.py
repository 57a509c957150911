"""What the scheduler keeps beside the cases against the journal: its holds, the daily lists, the set aside.

A hold that was taken away lets the sweep go on, a forged list keeps a person's from being sent, a forged
mark keeps a case asleep; each of them has its entry.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Row

from states.office_time import office_day
from workflow.services.replay import Entry
from workflow.services.set_asides import MOST_FAILURES
from workflow.services.verification.verdict import Finding, finding

HOLD = ("reason", "told", "since", "released_at", "released_by", "covers")
DIGEST = ("content", "document_id")
Told = dict[Any, dict[str, Any]]


def check_holds(rows: Iterable[Row[Any]], journal: Iterable[Entry]) -> Iterator[Finding]:
    """Every hold is as it was made and released."""
    told = _holds_of(journal)
    for row in rows:
        columns = told.pop(row.id, None)
        if columns is None:
            yield finding("hold_unrecorded", "巡查的暂缓没有对应的记载：疑似伪造", hold=row.id)
        elif different := _different(row, columns, HOLD):
            message = f"巡查的暂缓与记载不符（{different}）：绕过系统放行或改动"
            yield finding("hold_changed", message, hold=row.id)
    for lost in told:
        yield finding("hold_missing", "记载的巡查暂缓不存在：暂缓被删除", hold=lost)


def check_digests(rows: Iterable[Row[Any]], journal: Iterable[Entry]) -> Iterator[Finding]:
    """Every list that counts as sent was queued, with this content, on this day."""
    told = _digests_of(journal)
    for row in rows:
        where = {"addressee": row.addressee, "day": row.day.isoformat()}
        columns = told.pop((row.addressee, row.day), None)
        if columns is None:
            yield finding("digest_unrecorded", "待办清单的发送没有对应的记载：疑似伪造", **where)
        elif different := _different(row, columns, DIGEST):
            message = f"待办清单的发送与记载不符（{different}）：发送记录被改动"
            yield finding("digest_changed", message, **where)
    for addressee, day in told:
        where = {"addressee": addressee, "day": day.isoformat()}
        yield finding("digest_missing", "记载的待办清单没有发送记录：发送记录被删除", **where)


def check_set_asides(rows: Iterable[Row[Any]], journal: Iterable[Entry]) -> Iterator[Finding]:
    """A case that waits for a person was set aside and not brought back since.

    One whose mark is gone may have gone well since; whether it should be asleep is told by its next look.
    """
    asleep = asleep_in(journal)
    for row in rows:
        if row.waits and row.number not in asleep:
            message = f"事项{row.number}的巡查搁置没有对应的记载：疑似伪造"
            yield finding("set_aside_unrecorded", message, case=row.number)
        elif row.failures >= MOST_FAILURES and not row.waits:
            message = f"事项{row.number}的巡查搁置被改动：已连续失败{row.failures}次而未搁置"
            yield finding("set_aside_changed", message, case=row.number)


def asleep_in(journal: Iterable[Entry]) -> frozenset[str]:
    """The numbers of the cases last set aside and not brought back by a person."""
    about = (one for one in journal if one.kind in ("case_set_aside", "case_retried"))
    last = {(one.details.model_extra or {})["case"]: one.kind for one in about}
    return frozenset(number for number, kind in last.items() if kind == "case_set_aside")


def _holds_of(journal: Iterable[Entry]) -> Told:
    told: Told = {}
    for entry in journal:
        details = entry.details.model_extra or {}
        if entry.kind == "sweep_held":
            made = {"reason": details["held_for"], "told": details["told"], "since": entry.occurred_at}
            told[details["hold"]] = dict.fromkeys(HOLD) | made
        elif entry.kind == "hold_released" and details["hold"] in told:
            released = {"released_at": entry.occurred_at, "released_by": entry.actor}
            told[details["hold"]] |= released | {"covers": details["covers"]}
    return told


def _digests_of(journal: Iterable[Entry]) -> Told:
    told: Told = {}
    for entry in journal:
        if entry.kind == "digest_queued":
            details = entry.details.model_extra or {}
            columns = {"content": details["content"], "document_id": entry.details.document}
            told[details["addressee"], office_day(entry.occurred_at)] = columns
    return told


def _different(row: Row[Any], columns: Mapping[str, Any], names: Iterable[str]) -> str:
    return "、".join(name for name in names if getattr(row, name) != columns[name])
