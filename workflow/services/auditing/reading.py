"""Entries and rules read for an audit: rows of the database as values of the rule book."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row

from states.audit import InForce, Recorded, Rulebook
from states.calendar import WorkCalendar
from states.errors import UNREADABLE, Refusal
from states.visibility import NO_CURTAIN, Curtain
from states.vocabulary import ActorKind
from workflow.services.office import read_calendar
from workflow.services.verification.rules import sound_rules
from workflow.storage import rules as kept_rules
from workflow.storage.guarded import Read, readable

ACTIVATED = "rule_activated"
UNPRINTABLE = "document_unrenderable"


def recorded(row: Read, drawn: Curtain = NO_CURTAIN) -> Recorded | None:
    """The entry of a row; None for one that was changed past reading.

    The words a curtain withholds, for they concern a person, are as if they had been taken away.
    """
    try:
        stored = readable(row)
        payload, words = json.loads(stored.payload), json.loads(stored.personal or "{}")
        is_kept = drawn.withholds(payload)
        return _recorded(stored, payload, words, is_kept=is_kept)
    except UNREADABLE:
        return None


def _recorded(row: Row[Any], payload: dict[str, Any], words: dict[str, Any], *, is_kept: bool) -> Recorded:
    """Of redacted words only the marks are left beside the entry, without a salt: they are nobody's words.

    Why a paper could not be laid out may repeat what it says.
    """
    tells = "personal" in payload or row.kind == UNPRINTABLE
    withheld = (is_kept and tells) or ("personal" in payload and not row.personal_salt)
    unsaid = {"message"} if is_kept and row.kind == UNPRINTABLE else set[str]()
    return Recorded(
        seq=row.seq,
        kind=row.kind,
        actor=row.actor,
        is_machine=row.actor_kind == ActorKind.SYSTEM,
        acting_for=row.acting_for,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        before=payload["before"],
        after=payload["after"],
        sets=dict(payload["set"]),
        details={name: value for name, value in payload["details"].items() if name not in unsaid},
        words={} if withheld else dict(words.get("details", {})),
        word_facts=dict.fromkeys(words.get("set", {})) if withheld else dict(words.get("set", {})),
        withheld=withheld,
        account=payload.get("account"),
    )


def rulebook(tx: Connection, kept: Iterable[Row[Any]], journal: Iterable[Recorded]) -> Rulebook:
    """Every rule that is what its hash says, and since when each was in force as the journal tells."""
    sound = sound_rules(kept)
    years = kept_rules.kept_calendars(tx)
    calendars = {row.version: one for row in years if (one := _calendar(row)) is not None}
    activated = [(entry, str(entry.details.get("digest"))) for entry in journal if entry.kind == ACTIVATED]
    return Rulebook(
        sound.lifecycles,
        sound.policies,
        calendars,
        tuple(InForce(entry.recorded_at, one) for entry, one in activated if one in sound.lifecycles),
        tuple(InForce(entry.recorded_at, one) for entry, one in activated if one in sound.policies),
        tuple(
            InForce(row.loaded_at, row.version, int(row.previous is not None))
            for row in years
            if row.version in calendars
        ),
    )


def _calendar(row: Row[Any]) -> WorkCalendar | None:
    try:
        return read_calendar(row)
    except (Refusal, *UNREADABLE):
        return None
