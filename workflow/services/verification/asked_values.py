"""What was confirmed of addresses, of units' names and of their heads, against what was written then.

What waits is compared with its entries like every table of the directory; this is for what waits no more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from states.accounts.administrators import Change as Asked
from states.directory import UNTOLD, Book, Change, amend, empty_book, told_in
from workflow.services.accounts.confirming import CONFIRMED
from workflow.services.directory_record import TOLD
from workflow.services.replay import Entry
from workflow.services.verification.verdict import Finding, finding

Place = tuple[str, str, str]
"""Table, code and column; of a unit's alias the alias itself in place of the column."""


def check_values_confirmed(history: Iterable[Entry]) -> Iterator[Finding]:
    """What the transaction that confirmed something wrote in its place is what was asked for."""
    book, settled = empty_book(), dict[Place, Any]()
    for entry in history:
        details = entry.details.model_extra or {}
        if entry.kind == CONFIRMED:
            settled |= _settled(details["requests"], book)
        elif entry.kind in TOLD:
            changes = told_in(details, entry.words.get("details"))
            yield from _unconfirmed(changes, settled)
            amend(book, changes)
            if details["part"] == details["parts"]:
                settled.clear()


def _settled(requests: Sequence[Mapping[str, Any]], book: Book) -> dict[Place, Any]:
    """What is to stand where, by the proposals that were confirmed."""
    found: dict[Place, Any] = {}
    for one in requests:
        asked = book["asked"].get((one["request"],), {})
        table, code = ("people", one["person"]) if one["person"] else ("units", one["unit"])
        if one["change"] == Asked.CALLED:
            named = {column: asked.get(column) for column in ("name", "short_name")}
            found |= {(table, code, column): value for column, value in named.items()}
            found["aliases", code, ""] = asked.get("aliases") or ()
        elif Asked(one["change"]).has_values:
            column = "email" if one["change"] == Asked.MAIL else "head_name"
            found[table, code, column] = asked.get(column)
    return found


def _unconfirmed(changes: Iterable[Change], settled: Mapping[Place, Any]) -> Iterator[Finding]:
    for one in changes:
        wrong = _wrong_alias(one, settled) if one.table == "aliases" else _wrong(one, settled)
        if wrong:
            code = one.key[-1]
            message = f"{code}的{'、'.join(wrong)}与所核准的不符：绕过系统改动了待核准的内容"
            yield finding("value_unconfirmed", message, table=one.table, row=code, columns=wrong)


def _wrong(one: Change, settled: Mapping[Place, Any]) -> list[str]:
    """The columns that say something else than was asked for; words that were taken away say nothing."""
    return [
        column
        for column, value in (*one.open.items(), *one.personal.items())
        if (place := (one.table, one.key[0], column)) in settled
        and UNTOLD not in (value, settled[place])
        and value != settled[place]
    ]


def _wrong_alias(one: Change, settled: Mapping[Place, Any]) -> list[str]:
    alias, unit = one.key
    asked = settled.get(("aliases", unit, ""))
    return ["别名"] if asked is not None and (alias in asked) == one.gone else []
