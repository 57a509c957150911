"""From the directives of a form to its rows: `@格`, `@大格`, `@意见`, `@栏`, `@项` and `@续`.

`wording` hands over each directive with its cells, in the order of the template; what the cells hold is plain
text already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from notifications.errors import NoticeUnrenderable
from notifications.form import MAX_LINES, FormRow, ItemsRow, OpinionRow, PairsRow, TallRow

DIRECTIVES = ("格", "大格", "意见", "栏", "项", "续")
MEASURES = {"大格": (2, 3, "标签|行数|段落"), "意见": (2, 5, "标签|行数|意见|签名|日期")}
"""Of the rows with a least height: the least and the most cells, and how they are written."""


@dataclass(slots=True)
class _Row:
    """A row while it is being read: what it will be made of. `text` is where `@续` goes on."""

    kind: type[PairsRow | TallRow | OpinionRow | ItemsRow]
    parts: dict[str, Any]
    text: list[str] | None = None


@dataclass
class FormReader:
    """The rows of a form in the making, directive by directive."""

    _rows: list[_Row] = field(default_factory=list)

    def read(self, name: str, cells: Sequence[str]) -> None:
        """One directive. Raises NoticeUnrenderable (`wording_invalid`) for cells that do not fit it."""
        match name:
            case "格":
                self._pairs(cells)
            case "大格" | "意见":
                self._measured(name, cells)
            case "栏":
                self._rows.append(_Row(ItemsRow, {"columns": tuple(cells), "items": []}))
            case "项":
                self._item(cells)
            case "续":
                self._go_on("|".join(cells))

    def rows(self) -> tuple[FormRow, ...]:
        """Every row read. Raises pydantic's ValidationError for one that is too large."""
        return tuple(row.kind(**row.parts) for row in self._rows)

    def _pairs(self, cells: Sequence[str]) -> None:
        if len(cells) not in (2, 4, 6):
            raise _misfit("格", "标签|内容，一行至多三对")
        texts = [_paragraphs(text) for text in cells[1::2]]
        pairs = [{"label": label, "paragraphs": text} for label, text in zip(cells[::2], texts, strict=True)]
        self._rows.append(_Row(PairsRow, {"pairs": pairs}, texts[-1]))

    def _measured(self, name: str, cells: Sequence[str]) -> None:
        least, most, shape = MEASURES[name]
        if not least <= len(cells) <= most or not _is_count(cells[1]):
            raise _misfit(name, f"{shape}，行数为1至{MAX_LINES}")
        label, lines, text, signer, date = (*cells, "", "", "")[:5]
        paragraphs = _paragraphs(text)
        parts: dict[str, Any] = {"label": label, "lines": int(lines), "paragraphs": paragraphs}
        if name == "意见":
            parts |= {"signer": signer, "date": date}
        self._rows.append(_Row(OpinionRow if name == "意见" else TallRow, parts, paragraphs))

    def _item(self, cells: Sequence[str]) -> None:
        if not self._rows or self._rows[-1].kind is not ItemsRow:
            raise NoticeUnrenderable(
                "模板中的“@项”要紧接在“@栏”之后。", code="wording_invalid", directive="项"
            )
        self._rows[-1].parts["items"].append(tuple(cells))

    def _go_on(self, text: str) -> None:
        if not self._rows or self._rows[-1].text is None:
            raise NoticeUnrenderable(
                "模板中的“@续”要写在“@格”“@大格”或“@意见”之后。", code="wording_invalid", directive="续"
            )
        self._rows[-1].text.append(text)


def _paragraphs(text: str) -> list[str]:
    return [text] if text else []


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= MAX_LINES


def _misfit(name: str, shape: str) -> NoticeUnrenderable:
    return NoticeUnrenderable(f"“@{name}”的写法是：@{name} {shape}。", code="wording_invalid", directive=name)
