"""What somebody changed about a file before it is brought in, as it is kept with the file."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from states.errors import FactInvalid
from states.register.amending import Amendments, Place
from states.secrecy import find_mark

MOST_CELLS = 5_000
MAX_CELL = 32_767
"""Characters, as in Excel."""


@dataclass(frozen=True, slots=True)
class Changes:
    """`cells` and `left_out` as in `Amendments`; `accepted` are rows whose suggestions were taken, `options`
    what a notice's file does not say itself."""

    cells: Mapping[Place, str] = field(default_factory=dict)
    left_out: frozenset[tuple[str, int]] = frozenset()
    accepted: frozenset[int] = frozenset()
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def amendments(self) -> Amendments:
        return Amendments(self.cells, self.left_out)

    def with_cells(self, cells: Mapping[Place, str]) -> "Changes":
        """With these texts as well. Raises `FactInvalid` for one that cannot be, or too many."""
        for (_, row, _column), text in cells.items():
            if len(text) > MAX_CELL:
                raise FactInvalid(f"第{row}行的内容超过{MAX_CELL}字，请精简。", code="cell_too_long", row=row)
            if find_mark(text) is not None:
                message = f"第{row}行填写的内容带有国家秘密标志，不得录入本系统。"
                raise FactInvalid(message, code="state_secret", row=row)
        together = {**self.cells, **cells}
        if len(together) > MOST_CELLS:
            message = f"一个文件最多在此更正{MOST_CELLS}格，请在Excel中改好后重新上传。"
            raise FactInvalid(message, code="cells_many")
        return replace(self, cells=together)

    def as_text(self) -> str:
        told = {
            "cells": [[*place, text] for place, text in sorted(self.cells.items())],
            "left_out": sorted(self.left_out),
            "accepted": sorted(self.accepted),
            "options": dict(self.options),
        }
        return json.dumps(told, ensure_ascii=False)


def read_changes(text: str) -> Changes:
    """The changes as they were kept."""
    told: dict[str, Any] = json.loads(text)
    cells = {(sheet, row, column): words for sheet, row, column, words in told["cells"]}
    return Changes(cells, _places(told["left_out"]), frozenset(told["accepted"]), told["options"])


def _places(given: Iterable[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    return frozenset((sheet, row) for sheet, row in given)
