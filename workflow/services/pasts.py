"""Cases as they were recorded by an instant, many at once: only those that went on since are replayed.

A case without a later entry is today as it was then, and its row is what its entries come to.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from states.facts import CaseFacts
from workflow.services.known import Columns
from workflow.services.replay import escalations_of, facts_of, read
from workflow.storage import journal, searches
from workflow.storage.called import names_of_units

RENAMED = "unit_renamed"


@dataclass(frozen=True, slots=True)
class Past:
    """The facts of a case and its escalations, as its entries told them by an instant."""

    facts: CaseFacts
    escalations: tuple[Columns, ...]


def pasts_of_changed(tx: Connection, instant: datetime) -> Iterator[tuple[str, Past | Exception]]:
    """The cases that were there by an instant and went on after it, by number; for one past reading why."""
    events = searches.events_of_changed(tx, instant)
    for number, group in groupby(events, key=lambda event: event.number):
        yield number, past_of(list(group))


def past_of(events: list[Row[Any]]) -> Past | Exception:
    """The past a case's entries tell of; why they do not where they are past reading."""
    try:
        entries = [read(event) for event in events]
        measures = tuple({"id": one} | columns for one, columns in escalations_of(entries).items())
        return Past(facts_of(entries), measures)
    except Exception as error:
        return error


def unit_names(tx: Connection, by: datetime | None = None) -> dict[str, str]:
    """What every unit is called, by code; with `by` what one that was renamed later was called then."""
    names = names_of_units(tx)
    if by is None:
        return names
    for event in reversed(journal.entries_of_kind(tx, RENAMED)):
        if event.recorded_at > by:
            told = json.loads(event.payload)["details"]
            names = names | dict.fromkeys(told["units"], told["names"]["from"])
    return names
