"""The official paper as a value: what stands where, and nothing about how it is drawn.

`wording.compose` builds it; the PDF, text and HTML renderers read it. Every text in it is plain text. Values
are checked here once, so that a renderer never meets an impossible paper.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from notifications.title import width

GAP = "〔待填〕"
NUMBER_PATTERN = re.compile(r"[^\s〔〕]{1,20}〔[0-9]{4}〕[1-9][0-9]*号")

MAX_COLUMNS, MAX_ROWS = 8, 1_000

Font = Literal["fang", "hei", "kai"]
Cell = Annotated[str, Field(max_length=500)]


class Value(BaseModel):
    """A frozen value that knows all its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(Value):
    """A stretch of text in one type: 仿宋 (`fang`), 黑体 (`hei`) or 楷体 (`kai`)."""

    text: str
    font: Font = "fang"


class Block(Value):
    """One paragraph. `level` 0 is running text, 1 to 4 are 一、 （一） 1. （1） (GB/T 9704-2012, 7.3.3)."""

    runs: tuple[Run, ...] = Field(min_length=1)
    level: int = Field(default=0, ge=0, le=4)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def is_heading(self) -> bool:
        """A heading on a line of its own, which must not end a page."""
        return self.level in (1, 2) and len(self.runs) == 1


class Signature(Value):
    """Who signs and when; the date as printed, 2026年3月5日."""

    organ: str = Field(min_length=1, max_length=60)
    date: str = Field(min_length=1, max_length=20)


class Annex(Value):
    """A table on pages of its own behind the paper (GB/T 9704-2012, 7.3.7).

    `rows` hold as many cells as there are `columns`.
    """

    title: str = Field(min_length=1, max_length=60)
    columns: tuple[str, ...] = Field(min_length=1, max_length=MAX_COLUMNS)
    rows: tuple[tuple[Cell, ...], ...] = Field(min_length=1, max_length=MAX_ROWS)

    @model_validator(mode="after")
    def _rows_fill_the_columns(self) -> Self:
        for place, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(f"“{self.title}”第{place}行有{len(row)}栏，表头有{len(self.columns)}栏")
        return self

    @property
    def widths(self) -> tuple[float, ...]:
        """The longest text of each column, in full-width characters."""
        return tuple(max(map(width, cells)) for cells in zip(self.columns, *self.rows, strict=True))


class Document(Value):
    """One paper after GB/T 9704-2012.

    `form` is `letter` (信函格式), `document` (文件格式) or `internal`, a form for the office itself, without
    mark and red lines. `title` holds its lines, of at most twenty characters each. `attachments` are the
    names in the 附件说明, those of the `annexes` among them. `unbroken` are the numbers in its text that no
    line may break. `seal` is `place` where the printed paper will
    be sealed (the room is left, no picture is drawn) or `none`. A draft may have gaps (`GAP`) where facts are
    still missing, also in place of its number.
    """

    form: Literal["letter", "document", "internal"] = "letter"
    mark: str | None = Field(default=None, min_length=1, max_length=60)
    number: str | None = None
    urgency: Literal["特急", "加急"] | None = None
    title: tuple[str, ...] = Field(min_length=1, max_length=6)
    addressee: str | None = Field(default=None, max_length=600)
    body: tuple[Block, ...] = Field(min_length=1, max_length=2000)
    attachments: tuple[str, ...] = Field(default=(), max_length=50)
    annexes: tuple[Annex, ...] = Field(default=(), max_length=10)
    signature: Signature
    seal: Literal["place", "none"] = "place"
    note: str | None = None
    copies: tuple[str, ...] = Field(default=(), max_length=50)
    unbroken: tuple[str, ...] = ()
    draft: bool = False

    @model_validator(mode="after")
    def _number_is_official(self) -> Self:
        if self.number is None or (self.draft and GAP in self.number):
            return self
        if not NUMBER_PATTERN.fullmatch(self.number):
            raise ValueError(f"发文字号“{self.number}”不合规范，应形如“滨督函〔2026〕12号”")
        return self

    @model_validator(mode="after")
    def _mark_is_there(self) -> Self:
        if self.mark is None and self.form != "internal":
            raise ValueError("文书缺少发文机关标志，只有内部表单可以没有")
        return self

    @model_validator(mode="after")
    def _annexes_are_named(self) -> Self:
        unnamed = [annex.title for annex in self.annexes if annex.title not in self.attachments]
        if unnamed:
            raise ValueError(f"附件说明没有写明附表“{unnamed[0]}”")
        return self

    def with_annexes(self, annexes: tuple[Annex, ...]) -> Self:
        """The same paper with these tables behind it, and named in its 附件说明."""
        named = (*self.attachments, *(annex.title for annex in annexes))
        return self.model_copy(update={"attachments": named, "annexes": (*self.annexes, *annexes)})

    def label_of(self, annex: Annex) -> str:
        """What stands over an annex: 附件, or 附件2 where there are several (7.3.7)."""
        place = self.attachments.index(annex.title) + 1
        return f"附件{place}" if len(self.attachments) > 1 else "附件"

    @property
    def name(self) -> str:
        """The title in one line, as used for file names and PDF metadata."""
        return "".join(self.title)
