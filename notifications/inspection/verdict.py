"""What an inspection says: one item for each thing looked at, and the whole as a report."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

MOST_FAULTS = 5


class Verdict(StrEnum):
    """`fault` keeps a paper from being issued; what does not concern a paper is `not_applicable`."""

    OK = "ok"
    FAULT = "fault"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Item:
    """One finding. `page` counts from 1 and is None for the file as a whole; `sentence` has no full stop."""

    id: str
    label: str
    verdict: Verdict
    page: int | None
    measured: str
    expected: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that is looked at: its stable id, what people call it, what the rule asks for and where."""

    id: str
    label: str
    expected: str

    def sound(self, measured: str = "", sentence: str = "") -> list[Item]:
        return [Item(self.id, self.label, Verdict.OK, None, measured, self.expected, sentence or "符合要求")]

    def not_concerned(self, why: str) -> list[Item]:
        return [Item(self.id, self.label, Verdict.NOT_APPLICABLE, None, "", self.expected, why)]

    def fault(self, sentence: str, page: int | None = None, measured: str = "") -> Item:
        return Item(self.id, self.label, Verdict.FAULT, page, measured, self.expected, sentence)

    def judged(self, faults: list[Item], measured: str = "", sentence: str = "") -> list[Item]:
        """The first of the faults, or that it is sound."""
        return faults[:MOST_FAULTS] or self.sound(measured, sentence)


@dataclass(frozen=True, slots=True)
class Report:
    """All items of one file.

    `form` is `letter` 信函, `document` 文件, `form` 表单, `internal` 内部 or `report` 报表 (no
    official paper); `told_by` says how that was known: from the `paper` it was printed from, or from the
    `print` itself.
    `draft` is whether it is marked 草稿, `gaps` how many 〔待填〕 are left in it.
    """

    form: str
    told_by: str
    pages: int
    draft: bool
    gaps: int
    items: tuple[Item, ...]

    @property
    def faults(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.verdict is Verdict.FAULT)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "sound": not self.faults, "faults": len(self.faults)}
