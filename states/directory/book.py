"""What the directory consists of: its tables, and which of their columns are about a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Key = tuple[str, ...]
Book = dict[str, dict[Key, dict[str, Any]]]
"""Rows by table and key, each with its values as plain JSON; a column without a value is left out."""

UNTOLD: Final = object()
"""Stands for a value whose words were taken away from beside its entry: nobody can tell it any more."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `personal` columns lie beside an entry, `open` ones stand in it and are never redacted."""

    label: str
    key: tuple[str, ...]
    open: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.open, *self.personal)


CONTACT = ("phone", "email", "remark")
TERM = ("valid_from", "valid_to")
TABLES: Mapping[str, Table] = {
    "units": Table(
        "单位",
        ("code",),
        ("parent", "name", "short_name", "kind", "head_post", "liaison_post", *TERM, "owner"),
        ("head_name", "liaison_name", *CONTACT),
    ),
    "aliases": Table("单位别名", ("alias", "unit")),
    "groups": Table("单位组", ("name",), ("aliases", "members")),
    "people": Table("人员", ("code",), (), ("name", *CONTACT)),
    "posts": Table("职务", ("person", "unit"), ("title", *TERM)),
    "grants": Table("职责", ("person", "role", "unit"), TERM),
    "asked": Table(
        "待核准的名录内容",
        ("request",),
        ("person", "unit", "name", "short_name", "aliases"),
        ("email", "head_name"),
    ),
}


def empty_book() -> Book:
    """A directory with nothing in it."""
    return {name: {} for name in TABLES}
