"""What an import of the directory did, or would do: of everything it names, and by name."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from states.accounts.administrators import Grant
from states.directory import Book
from states.register.directory_changes import (
    GROUPS,
    PEOPLE,
    UNITS,
    Altered,
    Whose,
    altered,
    grant_in_words,
)
from states.register.problems import Problem

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


@dataclass(slots=True)
class DirectoryReport:
    """What an import did. `named` is whom the directory names, a person with the unit he is listed at;
    `altered` is who stands otherwise now, also people it no longer names; `in_words` tells of roles."""

    named: Mapping[Whose, str]
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    proposed: list[dict[str, Any]] = field(default_factory=list)
    withdrawn: list[dict[str, Any]] = field(default_factory=list)
    given: list[Grant] = field(default_factory=list)
    ended: list[Grant] = field(default_factory=list)
    altered: tuple[Altered, ...] = ()
    in_words: Mapping[Grant, str] = field(default_factory=dict)

    def between(self, before: Book, after: Book, day: date) -> Self:
        """The report with what makes `after` out of `before`."""
        self.altered = altered(before, after, day)
        self.in_words = {one: grant_in_words(*one, after) for one in (*self.given, *self.ended)}
        return self

    def rehearsed(self) -> Self:
        """The report of what was taken back: there are no such proposals."""
        self.proposed = [{**one, "request": None} for one in self.proposed]
        return self

    @property
    def units(self) -> int:
        return sum(table == UNITS for table, _ in self.named)

    @property
    def people(self) -> int:
        return sum(table == PEOPLE for table, _ in self.named)

    @property
    def groups(self) -> int:
        return sum(table == GROUPS for table, _ in self.named)

    @property
    def does_anything(self) -> bool:
        return bool(self.altered or self.proposed or self.withdrawn)

    @property
    def tallies(self) -> dict[str, dict[str, int]]:
        """How many units, people and groups it names are new, changed, and as they were."""
        new = {one.whose for one in self.altered if one.is_new}
        touched = {one.whose for one in self.altered}
        touched |= {concerned(one) for one in (*self.proposed, *self.withdrawn)}
        fates = Counter(
            (whose[0], NEW if whose in new else CHANGED if whose in touched else UNCHANGED)
            for whose in self.named
        )
        return {
            table: {fate: fates[table, fate] for fate in (NEW, CHANGED, UNCHANGED)}
            for table in (UNITS, PEOPLE, GROUPS)
        }

    @property
    def effects(self) -> dict[str, list[str]]:
        """By its kind everything that is no new line, each in a sentence that names whom it is about."""
        return {
            "changed": [one.sentence for one in self.altered if not one.is_new],
            "proposed": [proposal_in_words(one) for one in self.proposed],
            "withdrawn": [proposal_in_words(one) for one in self.withdrawn],
            "given": [self.in_words[one] for one in self.given],
            "ended": [self.in_words[one] for one in self.ended],
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "units": self.units,
            "people": self.people,
            "groups": self.groups,
            "tallies": self.tallies,
            "problems": [problem.as_json() for problem in self.problems],
            "notes": [note.as_json() for note in self.notes],
            "changed": [_changed(one) for one in self.altered if not one.is_new],
            "proposed": self.proposed,
            "withdrawn": self.withdrawn,
            "given": [self._grant(one) for one in self.given],
            "ended": [self._grant(one) for one in self.ended],
        }

    def _grant(self, one: Grant) -> dict[str, str]:
        return {**dict(zip(("person", "role", "unit"), one, strict=True)), "sentence": self.in_words[one]}


def concerned(proposal: Mapping[str, Any]) -> Whose:
    """Whom a proposal is about."""
    return (PEOPLE, proposal["person"]) if proposal["person"] else (UNITS, proposal["unit"])


def proposal_in_words(one: Mapping[str, Any]) -> str:
    """What a proposal asks for, in one sentence."""
    return f"{one['change_label']}：{one['sentence']}"


def _changed(one: Altered) -> dict[str, Any]:
    fields = [
        {"field": edit.field, "label": edit.label, "from": edit.old, "to": edit.new} for edit in one.edits
    ]
    return {"table": one.table, "code": one.code, "name": one.name, "fields": fields}
