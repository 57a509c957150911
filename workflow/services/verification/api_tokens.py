"""The rows of the interface's tokens against what the journal tells of them: who is let in by which.

An entry bears a keyed hash of the token's hash, so that another token in its place is seen; under a key that
is gone for good it says no more than that there is one.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from workflow.secret import Secret
from workflow.services.accounts.api_tokens import TOKEN_DOMAIN
from workflow.services.accounts.keyed import fits
from workflow.services.replay import Entry
from workflow.services.verification.verdict import Finding, finding
from workflow.storage.guarded import Read, Unreadable

MADE = frozenset({"token_made", "machine_proposed", "machine_made"})
OVER = frozenset({"token_revoked", "machine_declined"})
COLUMNS = ("person", "machine", "name", "scopes", "units", "until", "waits")


def check_api_tokens(rows: Iterable[Read], history: Iterable[Entry], secret: Secret) -> Iterator[Finding]:
    """Every row has its entry, every entry its row, and they say the same."""
    missing = _told(history)
    for row in rows:
        if isinstance(row, Unreadable):
            missing.pop(row.id, None)
            message = "api_tokens表的一行无法读取：绕过系统改动了数据，该令牌未能比对"
            yield finding("row_unreadable", message, table=row.table, row=row.id)
            continue
        told = missing.pop(row.id, None)
        if told is None:
            yield finding("token_unrecorded", "接口令牌没有对应的记载：绕过系统添加", token=row.id)
        elif different := _different(row, told, secret):
            message = f"接口令牌与记载不符（{'、'.join(different)}）：绕过系统改动"
            yield finding("token_changed", message, token=row.id, columns=different)
    for lost in missing:
        yield finding("token_missing", "记载的接口令牌不存在：绕过系统删除", token=lost)


def _told(history: Iterable[Entry]) -> dict[str, dict[str, Any]]:
    """Each token as its entries leave it, by its id."""
    told: dict[str, dict[str, Any]] = {}
    for entry in history:
        details = entry.details.model_extra or {}
        if entry.kind in MADE:
            told[details["token"]] = _made(entry.kind, details)
        elif entry.kind == "machine_confirmed" and details["token"] in told:
            told[details["token"]]["waits"] = False
        for one in _ended(entry.kind, details):
            if one in told:
                told[one]["ended"] = True
    return told


def _made(kind: str, details: Mapping[str, Any]) -> dict[str, Any]:
    units = details.get("units")
    return {
        "person": details["person"],
        "machine": bool(details.get("machine")),
        "name": details["name"],
        "scopes": tuple(details["scopes"]),
        "units": units if units is None else tuple(units),
        "until": datetime.fromisoformat(details["until"]),
        "waits": kind == "machine_proposed",
        "subject": details["subject"],
        "ended": False,
    }


def _ended(kind: str, details: Mapping[str, Any]) -> Iterable[str]:
    """The tokens an entry ends: its own, or those that went with an account."""
    if kind in OVER:
        return (str(details["token"]),)
    found = details.get("tokens")
    return found if isinstance(found, list) else ()


def _different(row: Row[Any], told: Mapping[str, Any], secret: Secret) -> list[str]:
    """The columns that say something else."""
    different = [name for name in COLUMNS if getattr(row, name) != told[name]]
    different += [] if (row.ended_at is not None) == told["ended"] else ["ended_at"]
    known = secret.find(told["subject"].partition(":")[0]) is not None
    is_same = not known or fits(told["subject"], TOKEN_DOMAIN, row.digest, secret)
    return different if is_same else [*different, "digest"]
