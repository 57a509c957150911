"""What a directory changes, as people are told: of each unit, person and group, field by field.

Fields are called by the names the sheets' headings have in `directory`; `post` and `roles` of a person are
those that have not ended.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.corrections import EMPTY
from states.directory import Book, Key
from states.office_time import days_in_words
from states.register.directory_amending import LABELS
from states.vocabulary import Role

UNITS, PEOPLE, GROUPS = "units", "people", "groups"
CALLED = {UNITS: "单位", PEOPLE: "人员", GROUPS: "单位组"}
UNIT_FIELDS = {**{name: LABELS[name] for name in LABELS if name != "code"}, "owner": "责任单位"}
PERSON_FIELDS = {
    "name": "姓名", "post": "职务", "roles": "职责", "phone": "联系电话", "email": "电子邮箱",
    "remark": "备注",
}  # fmt: skip
FIELDS = {
    UNITS: UNIT_FIELDS,
    PEOPLE: PERSON_FIELDS,
    GROUPS: {"aliases": "别名", "members": "成员"},
}
DAYS, CODES = frozenset({"valid_from", "valid_to"}), frozenset({"parent", "owner", "members"})

ROLES = {role.value: role.label for role in Role}
LONGEST = 200
"""Characters of a value that are told."""

Parts = tuple[Any, ...]
Whose = tuple[str, str]
"""A table, and a code in it; of a group its name."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A field that comes to say something else, in the words people read."""

    field: str
    label: str
    old: str
    new: str

    @property
    def sentence(self) -> str:
        return f"{self.label}由“{_cut(self.old)}”更新为“{_cut(self.new)}”"


@dataclass(frozen=True, slots=True)
class Altered:
    """A unit, a person or a group that comes to stand otherwise; of one `is_new` there are no edits."""

    table: str
    code: str
    name: str
    edits: tuple[Edit, ...] = ()
    is_new: bool = False

    @property
    def whose(self) -> Whose:
        return self.table, self.code

    @property
    def sentence(self) -> str:
        called = f"单位组{self.name}" if self.table == GROUPS else f"{self.name}（{self.code}）"
        return f"{called}：{'；'.join(edit.sentence for edit in self.edits)}"


def altered(before: Book, after: Book, day: date) -> tuple[Altered, ...]:
    """What makes `after` out of `before`, as of a day; nothing of a directory ever goes."""
    was, now = _values(before, day), _values(after, day)
    return tuple(_altered(before, after, whose, was.get(whose), now[whose]) for whose in _other(was, now))


def grant_in_words(person: str, role: str, unit: str, book: Book) -> str:
    """Who has which role where, by name."""
    return f"{_name(book, PEOPLE, person)}{_name(book, UNITS, unit)}{ROLES[role]}"


def _other(was: Mapping[Whose, Any], now: Mapping[Whose, Any]) -> list[Whose]:
    return [whose for whose in sorted(now) if was.get(whose) != now[whose]]


def _altered(
    before: Book, after: Book, whose: Whose, was: Mapping[str, Parts] | None, now: Mapping[str, Parts]
) -> Altered:
    table, code = whose
    name = code if table == GROUPS else _name(after, table, code)
    if was is None:
        return Altered(table, code, name, is_new=True)
    edits = (
        Edit(field, label, _worded(before, field, was[field]), _worded(after, field, now[field]))
        for field, label in FIELDS[table].items()
        if was[field] != now[field]
    )
    return Altered(table, code, name, tuple(edits))


def _values(book: Book, day: date) -> dict[Whose, dict[str, Parts]]:
    """What the directory says of everybody, by field, as it is compared."""
    apart = {
        (UNITS, "aliases"): _gathered((unit, alias) for alias, unit in book["aliases"]),
        (PEOPLE, "post"): _gathered((key[0], (key[1], title)) for key, title in _posts(book, day)),
        (PEOPLE, "roles"): _gathered((key[0], (key[2], key[1])) for key, _ in _standing(book, "grants", day)),
    }
    return {
        (table, key[0]): {
            field: apart[table, field].get(key[0], ()) if (table, field) in apart else _parts(row.get(field))
            for field in fields
        }
        for table, fields in FIELDS.items()
        for key, row in book[table].items()
    }


def _posts(book: Book, day: date) -> Iterator[tuple[Key, str]]:
    return ((key, str(row.get("title", ""))) for key, row in _standing(book, "posts", day))


def _standing(book: Book, table: str, day: date) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    """What has not ended before a day."""
    first = day.isoformat()
    return ((key, row) for key, row in book[table].items() if row.get("valid_to", first) >= first)


def _gathered(found: Iterable[tuple[str, Any]]) -> dict[str, Parts]:
    gathered: dict[str, Parts] = {}
    for whose, part in sorted(found):
        gathered[whose] = (*gathered.get(whose, ()), part)
    return gathered


def _parts(value: Any) -> Parts:
    if isinstance(value, list | tuple):
        return tuple(value)
    return (value,) if value else ()


def _worded(book: Book, field: str, parts: Parts) -> str:
    return "、".join(_word(book, field, part) for part in parts)


def _word(book: Book, field: str, part: Any) -> str:
    if field == "post":
        return f"{_name(book, UNITS, part[0])}{part[1]}"
    if field == "roles":
        return f"{_name(book, UNITS, part[0])}{ROLES.get(part[1], part[1])}"
    if field in CODES:
        return _name(book, UNITS, part)
    return days_in_words(str(part)) if field in DAYS else str(part)


def _name(book: Book, table: str, code: str) -> str:
    return str(book[table].get((code,), {}).get("name", code))


def _cut(words: str) -> str:
    shown = " ".join(words.split()) or EMPTY
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
