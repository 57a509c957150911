"""The course of a case for its page: the way it went, its history a leaf at a time, reports and extensions.

A long history is told in leaves, so that a page stays as short as that of a young case. What an entry says
may rest on any before it, so all are followed and only those of the leaf are told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from states.office_time import office_day
from states.visibility import Curtain
from states.way import Move, Way, way_of
from workflow.services.batch import facts_shown
from workflow.services.histories import History, shown_history
from workflow.services.office import Office
from workflow.services.timeline import teller_of

LEAF, REPORTS, EXTENSIONS = 100, 10, 40
REPORTED = frozenset({"progress_reported", "task_progress_reported"})
EXTENDING = frozenset(
    {
        "extension_requested",
        "extension_consented",
        "extension_reviewed",
        "extension_granted",
        "extension_refused",
    }
)

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Leafing:
    """Which leaf of a history is wanted: its order, and the entry it lies beyond (None: the first leaf)."""

    oldest_first: bool = False
    beyond: int | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """`entries` are those of the leaf in its order; `more` the entry the next leaf lies beyond, if any.

    `count` is how many entries are shown to him in all, `reports` the last ones, the newest first.
    """

    way: Way
    entries: tuple[Told, ...]
    more: int | None
    count: int
    reports: tuple[Told, ...]
    extensions: tuple[Told, ...]


def course(tx: Connection, office: Office, row: Row[Any], drawn: Curtain, leafing: Leafing) -> Course:
    """The course of the case of a row, as far as a curtain does not hide it."""
    shown = shown_history(tx, row.id, drawn)
    leaf, more = _leaf([one.seq for one in shown.rows], leafing)
    reports = [one.seq for one in shown.rows if one.kind in REPORTED][-REPORTS:]
    extending = [one.seq for one in shown.rows if one.kind in EXTENDING][-EXTENSIONS:]
    teller = teller_of(tx, office, row, drawn, shown)
    told = teller.some(shown, {*leaf, *reports, *extending})
    return Course(
        _way(tx, office, row, shown),
        tuple(told[seq] for seq in leaf),
        more,
        len(shown.rows),
        tuple(told[seq] for seq in reversed(reports)),
        tuple(told[seq] for seq in extending),
    )


def _leaf(seqs: Sequence[int], leafing: Leafing) -> tuple[list[int], int | None]:
    """The entries of a leaf in its order, and where the next one begins."""
    ordered = seqs if leafing.oldest_first else seqs[::-1]
    left = [one for one in ordered if _lies_beyond(one, leafing)]
    return list(left[:LEAF]), left[LEAF - 1] if len(left) > LEAF else None


def _lies_beyond(seq: int, leafing: Leafing) -> bool:
    if leafing.beyond is None:
        return True
    return seq > leafing.beyond if leafing.oldest_first else seq < leafing.beyond


def _way(tx: Connection, office: Office, row: Row[Any], shown: History) -> Way:
    facts = facts_shown(tx, row)
    lifecycle = office.lifecycle(tx, row.lifecycle)
    return way_of(lifecycle, facts.state, list(_moves(shown)), back_to=facts.suspended_from)


def _moves(shown: History) -> Iterator[Move]:
    for event, said in zip(shown.rows, shown.payloads, strict=True):
        if said["before"] != said["after"] and said["after"]:
            yield Move(said["before"] or "", said["after"], office_day(event.occurred_at))
