"""What came in from elsewhere against what the journal tells of it: nothing added, changed or lost.

Of whoever turned to the platform no entry tells, so that he can be forgotten. Of an item that was redacted
the entry of that tells what is left.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from states.intake import IntakeState
from workflow.services.replay import Entry
from workflow.services.verification.verdict import Finding, finding
from workflow.storage.guarded import Read, Unreadable

Key = tuple[str, int]
"""An item, and the number of a supplement, 0 for its first body."""

DECIDED = {
    "intake_registered": IntakeState.REGISTERED,
    "intake_joined": IntakeState.JOINED,
    "intake_returned": IntakeState.RETURNED,
}
UNDECIDED: Mapping[str, Any] = dict.fromkeys(("decided_by", "decided_at", "reason"))
COLUMNS = (
    "source",
    "external_id",
    "state",
    "decided_by",
    "decided_at",
    "arrived_at",
    "sha256",
    "case_number",
)
OF_SUPPLEMENTS = ("arrived_at", "sha256", "seen_by", "seen_at")


def check_intake(
    items: Iterable[Read], supplements: Iterable[Read], history: Iterable[Entry]
) -> Iterator[Finding]:
    """Every row has its entry, every entry its row, and they say the same."""
    told, sent = _told(history)
    yield from _compared(items, {(item, 0): one for item, one in told.items()}, COLUMNS)
    yield from _compared(supplements, sent, OF_SUPPLEMENTS)


def check_told(sources: Iterable[Row[Any]], history: Iterable[Entry]) -> Iterator[Finding]:
    """Every source is told where its last entry says."""
    told: dict[str, str] = {}
    for entry in history:
        if entry.kind in ("intake_callback_set", "intake_callback_confirmed"):
            details = entry.details.model_extra or {}
            told[details["source"]] = details["webhook"]
    kept = {row.source: row.webhook for row in sources}
    for source in sorted(told.keys() | kept.keys()):
        if told.get(source) != kept.get(source):
            message = f"来源“{source}”的回告地址与记载不符：绕过系统改动"
            yield finding("intake_source_changed", message, source=source)


def _compared(
    rows: Iterable[Read], told: dict[Key, dict[str, Any]], columns: Iterable[str]
) -> Iterator[Finding]:
    for row in rows:
        if isinstance(row, Unreadable):
            message = f"{row.table}表的一行无法读取：绕过系统改动了数据，该来件未能比对"
            told = {key: one for key, one in told.items() if key[0] != row.id}
            yield finding("row_unreadable", message, table=row.table, row=str(row.id))
            continue
        key = (getattr(row, "item", None) or row.id, getattr(row, "number", 0))
        one = told.pop(key, None)
        where = {"intake": key[0], "supplement": key[1]}
        if one is None:
            yield finding("intake_unrecorded", "来件没有对应的记载：绕过系统添加", **where)
        elif different := _different(row, one, columns):
            message = f"来件与记载不符（{'、'.join(different)}）：绕过系统改动"
            yield finding("intake_changed", message, **where, columns=different)
    for item, number in told:
        yield finding("intake_missing", "记载的来件不存在：绕过系统删除", intake=item, supplement=number)


def _told(history: Iterable[Entry]) -> tuple[dict[str, dict[str, Any]], dict[Key, dict[str, Any]]]:
    """Each item as its entries leave it, and each supplement."""
    items: dict[str, dict[str, Any]] = {}
    sent: dict[Key, dict[str, Any]] = {}
    for entry in history:
        details = entry.details.model_extra or {}
        item = str(details.get("intake", ""))
        if entry.kind == "intake_received":
            named = {name: details[name] for name in ("source", "external_id")}
            waits = {"state": IntakeState.WAITING.value, "case_number": None, **UNDECIDED}
            items[item] = {**named, **_body(entry), **waits}
        elif entry.kind == "intake_supplemented":
            sent[item, details["supplement"]] = {**_body(entry), "seen_by": None, "seen_at": None}
            if details.get("waits"):
                items[item] |= {"state": IntakeState.WAITING.value, **UNDECIDED}
        elif entry.kind == "intake_redacted":
            for number, left in details["left"].items():
                (items[item] if number == "0" else sent[item, int(number)])["left"] = left
        elif entry.kind in DECIDED or entry.kind == "intake_noted":
            items[item] |= _decided(entry)
            seen = {"seen_by": entry.actor, "seen_at": entry.occurred_at}
            for key in (key for key, one in sent.items() if key[0] == item and one["seen_at"] is None):
                sent[key] |= seen
    return items, sent


def _body(entry: Entry) -> dict[str, Any]:
    content = (entry.details.model_extra or {})["content"]
    files = {file.sha256 for file in entry.details.files}
    return {"sha256": content, "arrived_at": entry.occurred_at, "files": files}


def _decided(entry: Entry) -> dict[str, Any]:
    """What an entry makes of an item."""
    if entry.kind not in DECIDED:
        return {}
    details = entry.details.model_extra or {}
    return {
        "state": DECIDED[entry.kind].value,
        "case_number": details.get("case"),
        "decided_by": entry.actor,
        "decided_at": entry.occurred_at,
        "reason": entry.words.get("details", {}).get("reason"),
    }


def _hashes(files: str) -> set[str] | None:
    """The files a row names; None where it was put out of shape."""
    try:
        return {one["sha256"] for one in json.loads(files)}
    except (KeyError, TypeError, ValueError):
        return None


def _different(row: Any, told: Mapping[str, Any], columns: Iterable[str]) -> list[str]:
    """The columns that say something else than the entries."""
    different = [name for name in columns if getattr(row, name) != told[name]]
    if sha256(row.content.encode()).hexdigest() != told.get("left", told["sha256"]):
        different.append("content")
    elif "case_number" in told and row.calls_back != json.loads(row.content)["call_back"]:
        different.append("calls_back")
    if _hashes(row.files) != told["files"]:
        different.append("files")
    if "case_number" in told and (row.case_id is None) != (told["case_number"] is None):
        different.append("case_id")
    if told.get("reason") is not None and row.reason != told["reason"]:
        different.append("reason")
    return different
