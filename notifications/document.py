"""The official paper as a value: what stands where, and nothing about how it is drawn.

`wording.compose` builds it; the PDF, text and HTML renderers read it. Every text in it is plain text. Values
are checked here once, so that a renderer never meets an impossible paper.
"""

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

GAP = "〔待填〕"
NUMBER_PATTERN = re.compile(r"[^\s〔〕]{1,20}〔[0-9]{4}〕[1-9][0-9]*号")

Font = Literal["fang", "hei", "kai"]


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


class Document(Value):
    """One paper after GB/T 9704-2012.

    `form` is `letter` (信函格式) or `document` (文件格式). `title` holds its lines, of at most twenty
    characters each. `seal` is `place` where the printed paper will be sealed (the room is left,
    no picture is drawn) or `none`. A draft may have gaps (`GAP`) where facts are still missing, also in place
    of its number.
    """

    form: Literal["letter", "document"] = "letter"
    mark: str = Field(min_length=1, max_length=60)
    number: str | None = None
    urgency: Literal["特急", "加急"] | None = None
    title: tuple[str, ...] = Field(min_length=1, max_length=6)
    addressee: str | None = Field(default=None, max_length=600)
    body: tuple[Block, ...] = Field(min_length=1, max_length=2000)
    attachments: tuple[str, ...] = Field(default=(), max_length=50)
    signature: Signature
    seal: Literal["place", "none"] = "place"
    note: str | None = None
    copies: tuple[str, ...] = Field(default=(), max_length=50)
    draft: bool = False

    @model_validator(mode="after")
    def _number_is_official(self) -> Self:
        if self.number is None or (self.draft and GAP in self.number):
            return self
        if not NUMBER_PATTERN.fullmatch(self.number):
            raise ValueError(f"发文字号“{self.number}”不合规范，应形如“滨督函〔2026〕12号”")
        return self

    @property
    def name(self) -> str:
        """The title in one line, as used for file names and PDF metadata."""
        return "".join(self.title)
