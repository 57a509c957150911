"""Who is told of events, against what the journal tells of it; what leaves for them, against the entries.

An entry bears a keyed hash of the address, which may hold a key of the receiver's; under a key that is gone
for good it says no more than that there is one.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import Row

from states.webhooks.catalogue import BY_ENTRY
from states.webhooks.envelope import envelope
from workflow.canonical import canonical_text
from workflow.secret import Secret
from workflow.services.accounts.keyed import fits
from workflow.services.entries import stamp
from workflow.services.replay import Entry
from workflow.services.verification.verdict import Finding, finding
from workflow.services.webhooks import standing
from workflow.services.webhooks.addresses import ADDRESS
from workflow.storage.guarded import Read, Unreadable
from workflow.storage.webhooks import ACTIVE, DECLINED, PROPOSED, REVOKED

COLUMNS = ("name", "kinds", "units", "state", "made_by", "made_at")
MADE: Mapping[str, str] = {
    "webhook_made": ACTIVE,
    "webhook_proposed": PROPOSED,
    "intake_callback_set": ACTIVE,
    "intake_callback_proposed": PROPOSED,
}
TURNED: Mapping[str, str] = {
    "webhook_confirmed": ACTIVE,
    "webhook_declined": DECLINED,
    "intake_callback_confirmed": ACTIVE,
    "intake_callback_declined": DECLINED,
    "webhook_paused": standing.PAUSED,
    "webhook_resumed": ACTIVE,
    "webhook_stopped": standing.STOPPED,
    "webhook_revoked": REVOKED,
    "intake_callback_ended": REVOKED,
}


def check_webhooks(
    rows: Iterable[Read], history: Iterable[Entry], secret: Secret, *, is_told: bool
) -> Iterator[Finding]:
    """Every row has its entry, every entry its row, and they say the same; and who writes entries knows
    whether anybody is told of them (`is_told`)."""
    missing = _told(history)
    listening = any(one["state"] == ACTIVE and one["kinds"] for one in missing.values())
    if listening != is_told:
        message = "是否推送事件的标记与记载不符：绕过系统改动，事件可能没有推送"
        yield finding("webhooks_silenced", message)
    for row in rows:
        told = missing.pop(row.id, None)
        if isinstance(row, Unreadable):
            message = "webhooks表的一行无法读取：绕过系统改动了数据，该推送未能比对"
            yield finding("row_unreadable", message, table=row.table, row=row.id)
        elif told is None:
            yield finding("webhook_unrecorded", "事件推送没有对应的记载：绕过系统添加", webhook=row.id)
        elif different := _different(row, told, secret):
            message = f"事件推送与记载不符（{'、'.join(different)}）：绕过系统改动"
            yield finding("webhook_changed", message, webhook=row.id, columns=different)
    for lost in missing:
        yield finding("webhook_missing", "记载的事件推送不存在：绕过系统删除", webhook=lost)


def check_bodies(rows: Iterable[Row[Any]]) -> Iterator[Finding]:
    """What leaves, or left, says what its entry says; the rows have that beside them."""
    for row in rows:
        if row.payload is None or not _fits(row):
            message = "待推送的事件与记载不符：绕过系统改动"
            yield finding("webhook_body_changed", message, event=row.id)


def _told(history: Iterable[Entry]) -> dict[str, dict[str, Any]]:
    """Each webhook as its entries leave it, by its id."""
    told: dict[str, dict[str, Any]] = {}
    for entry in history:
        details = entry.details.model_extra or {}
        if entry.kind in MADE:
            told[details["webhook"]] = _made(entry, details)
        elif entry.kind in TURNED and details["webhook"] in told:
            told[details["webhook"]]["state"] = TURNED[entry.kind]
    return told


def _made(entry: Entry, details: Mapping[str, Any]) -> dict[str, Any]:
    units = details.get("units")
    return {
        "name": details.get("name", details.get("source")),
        "kinds": tuple(details.get("kinds", ())),
        "units": None if units is None else tuple(units),
        "state": MADE[entry.kind],
        "made_by": entry.actor,
        "made_at": entry.occurred_at,
        "address": details["address"],
    }


def _different(row: Row[Any], told: Mapping[str, Any], secret: Secret) -> list[str]:
    different = [name for name in COLUMNS if getattr(row, name) != told[name]]
    known = secret.find(told["address"].partition(":")[0]) is not None
    is_same = not known or fits(told["address"], ADDRESS, row.url, secret)
    return different if is_same else [*different, "url"]


def _fits(row: Row[Any]) -> bool:
    payload = orjson.loads(row.payload)
    if payload["kind"] not in BY_ENTRY:
        return False
    said = envelope(payload, row.hash)
    written = (row.id, row.kind, row.body, stamp(row.made_at))
    return written == (said["id"], said["type"], canonical_text(said), said["recorded_at"])
