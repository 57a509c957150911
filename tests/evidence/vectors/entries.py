"""Entries edited, deleted, repeated, moved, back-dated."""

import json
from typing import Any

from tests.evidence.played_exports import KEY, A, B, an_office
from tests.evidence.vectors.book import Book, Lines, edited, entries_of, fit, rehash_from, swap


def write(book: Book) -> None:
    keyed = {"keys": (KEY,)}

    def forge(lines: Lines, key: bytes) -> None:
        edited(entries_of(lines, A)[1], set={"state": "assigned", "due_on": "2026-12-31"})
        next(one for one in lines if one["type"] == "state" and one["case"] == A)["facts"]["due_on"] = (
            "2026-12-31"
        )
        rehash_from(lines, A, key)

    book.lines(
        "entry-edited",
        "entry_changed",
        "a due date was changed in an entry",
        lambda lines: edited(entries_of(lines, A)[1], set={"state": "assigned", "due_on": "2026-12-31"}),
    )
    book.lines(
        "entry-edited-hash-fitted",
        "chain_broken",
        "the same, its own hash made to fit",
        lambda lines: fit(entries_of(lines, A)[1]),
    )
    book.lines(
        "entry-rehashed-no-key",
        "forged",
        "the chain hashed anew by one without the key",
        lambda lines: forge(lines, b"x" * 32),
        **keyed,
    )
    book.lines(
        "entry-rehashed-unkeyed-auditor",
        "root_differs",
        "the same, the auditor has no key",
        lambda lines: forge(lines, b"x" * 32),
    )
    book.lines(
        "entry-rehashed-with-key",
        "root_differs",
        "the chain hashed anew by one with the key",
        lambda lines: forge(lines, KEY),
        **keyed,
    )
    book.lines(
        "entry-previous-changed",
        "entry_changed",
        "the link to the entry before was changed",
        lambda lines: entries_of(lines, A)[1].update(previous="1" * 64),
    )
    book.lines(
        "entry-hash-changed",
        "entry_changed",
        "the stored hash was changed",
        lambda lines: entries_of(lines, A)[1].update(hash="1" * 64),
    )
    book.lines(
        "entry-code-changed",
        "root_differs",
        "the keyed code was changed",
        lambda lines: entries_of(lines, A)[1].update(code="1" * 64),
    )
    book.lines(
        "entry-code-changed-keyed",
        "forged",
        "the same, the auditor has the key",
        lambda lines: entries_of(lines, A)[1].update(code="1" * 64),
        **keyed,
    )
    book.lines(
        "entry-algorithm-changed",
        "entry_changed",
        "the algorithm's name was changed",
        lambda lines: entries_of(lines, A)[1].update(algorithm="sm3"),
    )
    book.lines(
        "entry-deleted",
        "entry_missing",
        "an entry was taken out",
        lambda lines: lines.remove(entries_of(lines, A)[1]),
    )
    book.lines(
        "entry-deleted-first",
        "entry_missing",
        "a matter's first entry was taken out",
        lambda lines: lines.remove(entries_of(lines, A)[0]),
    )
    book.lines(
        "entry-deleted-journal",
        "position_missing",
        "an entry of the journal was taken out",
        lambda lines: lines.remove(entries_of(lines, "office")[2]),
    )
    book.lines(
        "entry-repeated",
        "entry_missing",
        "an entry stands twice",
        lambda lines: lines.insert(6, dict(lines[5])),
    )
    book.lines(
        "entry-repeated-place",
        "position_twice",
        "two entries claim one place",
        lambda lines: entries_of(lines, A)[4].update(position=5),
    )
    book.lines("entries-swapped", "entry_missing", "two entries of a matter changed places", swap(5, 6))
    book.lines(
        "entries-swapped-places", "root_differs", "two entries exchanged their places in the log", _exchange
    )
    book.lines(
        "matter-torn",
        "entry_missing",
        "a matter's entries stand apart",
        lambda lines: lines.append(lines.pop(lines.index(entries_of(lines, A)[1]))),
    )
    book.lines(
        "matter-cut",
        "position_missing",
        "a matter's sealed tail was cut, its row fitted",
        lambda lines: _cut(lines, B, 2),
    )
    book.lines(
        "matter-removed", "position_missing", "a whole matter was taken out", lambda lines: _remove(lines, B)
    )
    book.lines(
        "matter-removed-renumbered",
        "root_differs",
        "the same, the log closed up behind it",
        _remove_and_renumber,
    )
    book.bad(
        "entry-back-dated", "time_order", "an entry recorded before the one ahead of it", _timed(A, 4, 1)
    )
    book.bad(
        "log-back-dated",
        "log_time_order",
        "a matter written long after the checkpoint it claims to be older than",
        _timed(B, 2, 4.5, sealed=True),
    )
    book.bad(
        "log-before-checkpoint",
        "log_time_order",
        "an entry older than the checkpoint it came after",
        _early_matter(),
    )
    book.bad(
        "checkpoint-before-its-entries",
        "log_time_order",
        "a checkpoint older than what it seals",
        _early_checkpoint(),
    )
    book.lines(
        "origin-changed",
        "origin_differs",
        "the header names another installation",
        lambda lines: lines[0].update(origin="1" * 64),
    )


def _exchange(lines: Lines) -> None:
    first, second = entries_of(lines, A)[2], entries_of(lines, B)[1]
    first["position"], second["position"] = second["position"], first["position"]


def _cut(lines: Lines, case: str, kept: int) -> None:
    for one in entries_of(lines, case)[kept:]:
        lines.remove(one)
    last = entries_of(lines, case)[-1]
    facts: dict[str, Any] = {}
    for one in entries_of(lines, case):
        facts |= json.loads(one["payload"])["set"]
    row = next(one for one in lines if one["type"] == "state" and one["case"] == case)
    row.update(seq=kept, head=last["hash"], facts=facts)


def _remove(lines: Lines, case: str) -> None:
    gone = entries_of(lines, case)
    lines[:] = [
        one for one in lines if one not in gone and not (one["type"] == "state" and one["case"] == case)
    ]


def _remove_and_renumber(lines: Lines) -> None:
    _remove(lines, B)
    placed = sorted(
        (one for one in lines if one.get("position") is not None), key=lambda one: one["position"]
    )
    for place, one in enumerate(placed):
        one["position"] = place
    lines[0]["sealed"] = len(placed)


def _timed(case: str, place: int, minute: float, *, sealed: bool = False) -> bytes:
    office = an_office()
    told = [one for one in office.entries if one.case == case]
    if sealed:
        told[place].minute, office.seals[1].minute = minute, 43
        told[place - 1].minute = minute
    else:
        told[place].minute = minute
    return office.sealed_again().text()


def _early_matter() -> bytes:
    office = an_office()
    office.seals[0].minute = 35
    for one in office.entries[6:7]:
        one.minute = 6
    return office.sealed_again().text()


def _early_checkpoint() -> bytes:
    office = an_office()
    office.seals[1].minute = 20
    return office.sealed_again().text()
