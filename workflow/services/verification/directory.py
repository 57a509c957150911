"""The directory's tables against the fold of the journal: a right given or a mail address changed by SQL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from states.directory import TABLES, UNTOLD, Book, Change, Key, amend, empty_book, told_in
from workflow.services.directory_record import TOLD
from workflow.services.replay import Entry
from workflow.services.verification.verdict import Finding, finding

CODES = {
    "units": "unit",
    "aliases": "unit_alias",
    "groups": "unit_group",
    "people": "person",
    "posts": "post",
    "grants": "grant",
    "asked": "asked_values",
}
"""How the findings of each table begin."""

FITS = {
    "unrecorded": "没有对应的记载：绕过系统添加",
    "changed": "与记载不符（{}）：绕过系统改动",
    "missing": "有记载而不存在：绕过系统删除",
}


@dataclass(slots=True)
class ToldDirectory:
    """The directory as the journal tells it up to some entry; `complete` after the last part of a change."""

    book: Book = field(default_factory=empty_book)
    complete: bool = True

    def follow(self, entry: Entry) -> list[Change]:
        """Carry out what an entry tells of the directory; returns it, and nothing for any other entry."""
        if entry.kind not in TOLD:
            return []
        details = entry.details.model_extra or {}
        changes = told_in(details, entry.words.get("details"))
        amend(self.book, changes)
        self.complete = details["part"] == details["parts"]
        return changes

    def check(self, kept: Book) -> Iterator[Finding]:
        """Every row has its entries, every row told of is there, and they say the same."""
        for name in TABLES:
            yield from _compared(name, kept[name], self.book[name])


def _compared(
    name: str, kept: Mapping[Key, Mapping[str, Any]], told: Mapping[Key, Mapping[str, Any]]
) -> Iterator[Finding]:
    for key in sorted(kept.keys() | told.keys()):
        if key not in told:
            yield _finding(name, key, "unrecorded")
        elif key not in kept:
            yield _finding(name, key, "missing")
        elif different := _different(name, kept[key], told[key]):
            yield _finding(name, key, "changed", different)


def _different(name: str, kept: Mapping[str, Any], told: Mapping[str, Any]) -> list[str]:
    """The columns that differ, besides those whose words were taken away."""
    return [
        one for one in TABLES[name].columns if told.get(one) is not UNTOLD and kept.get(one) != told.get(one)
    ]


def _finding(name: str, key: Key, what: str, columns: list[str] | None = None) -> Finding:
    row = "/".join(filter(None, key))
    message = f"{TABLES[name].label}“{row}”{FITS[what].format('、'.join(columns or ()))}"
    where: dict[str, Any] = {"table": name, "row": row} | ({"columns": columns} if columns else {})
    return finding(f"{CODES[name]}_{what}", message, **where)
