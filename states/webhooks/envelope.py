"""An entry of a history as other programs are told of it: the same bytes whenever it is told."""

from collections.abc import Collection, Mapping
from typing import Any

from states.webhooks.catalogue import BY_ENTRY, EventType

ID = 32
"""An event goes by so much of its entry's hash: nothing else can have it, and an auditor finds the entry."""

Payload = Mapping[str, Any]


def type_of(payload: Payload, about_persons: Collection[str]) -> EventType | None:
    """The kind of event an entry is; None where nobody outside is told of it.

    `about_persons` are the ids of the measures that concern a person.
    """
    details = payload["details"]
    if details.get("escalation") in about_persons or "object_code" in details:
        return None
    return BY_ENTRY.get(payload["kind"])


def envelope(payload: Payload, entry_hash: str) -> dict[str, Any]:
    """What is told of an entry in the catalogue. `state` is where the matter is after it, `sequence` its
    place among the entries of its matter."""
    type_ = BY_ENTRY[payload["kind"]]
    said = _said(payload)
    return {
        "id": entry_hash[:ID],
        "type": type_.name,
        "occurred_at": payload["occurred_at"],
        "recorded_at": payload["recorded_at"],
        "case": payload["case"],
        "sequence": payload["seq"],
        "state": payload["after"],
        "facts": {name: said[name] for name in type_.facts if name in said},
    }


def _said(payload: Payload) -> dict[str, Any]:
    """What an entry names and sets; one that adds a task sets all there are, and the new one is the last."""
    said = {**payload["details"], **payload["set"]}
    tasks = said.get("tasks")
    return {"task": tasks[-1]["id"], **said} if tasks else said
