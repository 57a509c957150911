"""Proposals of roles against the entries that tell of them, and roles that came with no confirmation."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row

from workflow.services.accounts.administrators import APPOINTED
from workflow.services.accounts.confirming import CONFIRMED, DECLINED
from workflow.services.accounts.role_desk import PROPOSED, WITHDRAWN
from workflow.services.directory_record import CHANGED
from workflow.services.replay import Entry
from workflow.services.verification.verdict import Finding, finding

DECISIONS = {CONFIRMED: "confirmed", DECLINED: "declined", WITHDRAWN: "withdrawn"}
COLUMNS = ("person", "role", "unit", "change", "value", "valid_from", "proposed_by", "decided_by", "decision")
Grant = tuple[str, ...]


def check_role_requests(rows: Iterable[Row[Any]], history: Iterable[Entry]) -> Iterator[Finding]:
    """Every row has its entry, every entry its row, and they say the same."""
    missing = _told(history)
    for row in rows:
        told = missing.pop(row.id, None)
        if told is None:
            yield finding("role_request_unrecorded", "职责提请没有对应的记载：疑似伪造", request=row.id)
            continue
        different = [name for name in COLUMNS if getattr(row, name) != told[name]]
        if different:
            message = f"职责提请与记载不符（{'、'.join(different)}）：职责提请被改动"
            yield finding("role_request_changed", message, request=row.id)
    for lost in missing:
        yield finding("role_request_missing", "记载的职责提请不存在：职责提请被删除", request=lost)


def check_grants_confirmed(history: Iterable[Entry]) -> Iterator[Finding]:
    """Since the three are in office nobody came by a role that was neither confirmed nor one of theirs."""
    confirmed: set[Grant] = set()
    in_office = False
    for entry in history:
        details = entry.details.model_extra or {}
        if entry.kind == APPOINTED:
            in_office = True
            confirmed |= {(person, role, "") for role, person in details["administrators"].items()}
        elif entry.kind == CONFIRMED:
            confirmed |= {_grant(one) for one in details["requests"] if one["change"] == "grant"}
        elif entry.kind == CHANGED and in_office:
            given = {tuple(row["key"]) for row in details["rows"] if _is_given(row)}
            for person, role, unit in sorted(given - confirmed):
                message = f"{person}的职责（{role}）未经核准即授予：越权或者伪造"
                yield finding("grant_unconfirmed", message, person=person, role=role, unit=unit)
            confirmed -= given


def _told(history: Iterable[Entry]) -> dict[str, dict[str, Any]]:
    """Each proposal as its entries leave it, by its id."""
    told: dict[str, dict[str, Any]] = {}
    for entry in history:
        requests = (entry.details.model_extra or {}).get("requests", ())
        if entry.kind == PROPOSED:
            told |= {one["request"]: _proposed(entry, one) for one in requests}
        elif entry.kind in DECISIONS:
            for one in requests:
                told[one["request"]] |= {"decided_by": entry.actor, "decision": DECISIONS[entry.kind]}
    return told


def _proposed(entry: Entry, one: Mapping[str, Any]) -> dict[str, Any]:
    day = date.fromisoformat(one["valid_from"])
    return {
        "value": "",
        **one,
        "valid_from": day,
        "proposed_by": entry.actor,
        "decided_by": None,
        "decision": None,
    }


def _grant(one: Mapping[str, Any]) -> Grant:
    return one["person"], one["role"], one["unit"]


def _is_given(row: Mapping[str, Any]) -> bool:
    """Whether a change of the directory lets somebody hold a role: one that begins or ends no more."""
    days = row.get("set", {})
    return row["table"] == "grants" and not row.get("gone") and not days.get("valid_to")
