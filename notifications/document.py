"""The official paper as a value: what stands where, and nothing about how it is drawn.

`wording.compose` builds it; the PDF, text and HTML renderers read it. Every text in it is plain text. Values
are checked here once, so that a renderer never meets an impossible paper.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from notifications.form import FormRow
from notifications.title import column_widths
from notifications.value import MAX_COLUMNS, MAX_ROWS, Cell, Value

GAP = "〔待填〕"
NUMBER_PATTERN = re.compile(r"[^\s〔〕]{1,20}〔[0-9]{4}〕[1-9][0-9]*号")
STATE_SECRETS = ("绝密", "机密", "秘密")
"""Marks of state secrets, which no paper here may bear: 保守国家秘密法 keeps them off such systems."""

MOST_COPIED = 600

Font = Literal["fang", "hei", "kai"]
Name = Annotated[str, Field(min_length=1, max_length=12)]
Titled = Annotated[str, Field(min_length=1, max_length=300)]


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
        return column_widths(self.columns, self.rows)


class Imprint(Value):
    """The last line of the 版记: who printed the paper and when, 2026年3月5日 (7.4.3)."""

    organ: str = Field(min_length=1, max_length=40)
    date: str = Field(min_length=1, max_length=20)


class Document(Value):
    """One paper after GB/T 9704-2012.

    `form` is `letter` (信函格式), `document` (文件格式), `internal`, a paper for the office itself, without
    mark and red lines, or `form`, a table of `rows` whose `body` are notes under it. `title` holds its lines,
    of at most twenty characters each. `copy_number` (份号), `marking` (标识) and `urgency` stand in this
    order (7.2.1 to 7.2.3); `approvers` (签发人, 7.2.6) only on what goes upwards, and `printed` only in a
    版记, both in the 文件格式 alone. `attachments` are the names in the 附件说明, those of the `annexes`
    among them. `page_signers` sign every page of a form. `unbroken` are the numbers in its text that no line
    may break. `seal` is `place` where the printed paper will be sealed by hand (“（印章）” marks where),
    `image` where a picture of the seal is printed, or `none`. A draft may have gaps (`GAP`) where facts are
    still missing, also in place of its number.
    """

    form: Literal["letter", "document", "internal", "form"] = "letter"
    mark: str | None = Field(default=None, min_length=1, max_length=60)
    number: str | None = Field(default=None, max_length=60)
    copy_number: str | None = Field(default=None, pattern="^[0-9]{6}$")
    marking: Literal["内部", "工作秘密"] | None = None
    urgency: Literal["特急", "加急"] | None = None
    approvers: tuple[Name, ...] = Field(default=(), max_length=12)
    title: tuple[str, ...] = Field(min_length=1, max_length=6)
    addressee: str | None = Field(default=None, max_length=600)
    rows: tuple[FormRow, ...] = Field(default=(), max_length=200)
    body: tuple[Block, ...] = Field(default=(), max_length=2000)
    attachments: tuple[Titled, ...] = Field(default=(), max_length=50)
    annexes: tuple[Annex, ...] = Field(default=(), max_length=10)
    signature: Signature | None = None
    seal: Literal["place", "image", "none"] = "place"
    note: str | None = Field(default=None, max_length=500)
    copies: tuple[Titled, ...] = Field(default=(), max_length=50)
    printed: Imprint | None = None
    page_signers: tuple[Name, ...] = Field(default=(), max_length=4)
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
        if self.mark is None and self.form in ("letter", "document"):
            raise ValueError("文书缺少发文机关标志，只有内部文书和表单可以没有")
        return self

    @model_validator(mode="after")
    def _has_what_its_form_needs(self) -> Self:
        if self.form == "form" and not self.rows:
            raise ValueError("表单没有任何一行，请用“@格”“@大格”“@意见”或“@栏”写明")
        if self.form != "form" and not self.body:
            raise ValueError("文书缺少正文")
        if self.form != "form" and self.signature is None:
            raise ValueError("文书缺少署名和日期，只有表单可以没有")
        return self

    @model_validator(mode="after")
    def _has_nothing_of_another_form(self) -> Self:
        if self.form != "form" and (self.rows or self.page_signers):
            raise ValueError("只有表单（“@版式 表单”）可以有“@格”等各行和“@页签”")
        if self.form == "form" and self.mark:
            raise ValueError("表单没有发文机关标志，请删去“@标志”")
        if self.form != "document" and (self.approvers or self.printed):
            raise ValueError("只有文件格式（“@版式 文件”）可以有签发人和印发机关")
        return self

    @model_validator(mode="after")
    def _copies_fit_on_a_page(self) -> Self:
        length = len("".join(self.copies))
        if length > MOST_COPIED:
            raise ValueError(f"抄送机关共{length}字，不得超过{MOST_COPIED}字，请用统称")
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
    def page_foot(self) -> str:
        """What stands at the foot of every page of a form that is signed page by page; else nothing."""
        places = "".join(f"\u3000{name}：" for name in self.page_signers)
        return f"本页签名{places}" if places else ""

    @property
    def name(self) -> str:
        """The title in one line, as used for file names and PDF metadata."""
        return "".join(self.title)
