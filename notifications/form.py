"""The rows of a form (办理单、审批表) as values, from its first row to its last.

A row is a strip over the whole width of the type area. Its height is a least height: a row grows with what is
written in it. `wording` reads the rows off a template; every renderer draws all four kinds.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from notifications.title import column_widths
from notifications.value import MAX_COLUMNS, MAX_ROWS, Cell, Value

MAX_LINES = 25
"""The most lines a cell may keep free: a page has no room for more."""

UNDATED = "　　年　　月　　日"
"""Room to write the day of an opinion nobody has given yet."""

Label = Annotated[str, Field(min_length=1, max_length=40)]
Paragraphs = Annotated[tuple[Annotated[str, Field(max_length=6_000)], ...], Field(max_length=400)]
Lines = Annotated[int, Field(ge=1, le=MAX_LINES)]


class Pair(Value):
    """What is asked and what is answered; no paragraph leaves room to write."""

    label: Label
    paragraphs: Paragraphs = ()


class PairsRow(Value):
    """One to three pairs side by side, one of them over the whole width."""

    kind: Literal["pairs"] = "pairs"
    pairs: tuple[Pair, ...] = Field(min_length=1, max_length=3)


class TallRow(Value):
    """A label and a cell of at least so many lines of 四号."""

    kind: Literal["tall"] = "tall"
    label: Label
    lines: Lines
    paragraphs: Paragraphs = ()


class OpinionRow(Value):
    """An opinion: its words at the top left, 签名 and 年月日 at the bottom right, blank where not yet given.

    `lines` are the least lines for the words, the line of the signature not among them.
    """

    kind: Literal["opinion"] = "opinion"
    label: Label
    lines: Lines
    paragraphs: Paragraphs = ()
    signer: str = Field(default="", max_length=60)
    date: str = Field(default="", max_length=40)


class ItemsRow(Value):
    """A plain table within the form: a heading row, repeated on every page, and its items.

    `items` hold as many cells as there are `columns`.
    """

    kind: Literal["items"] = "items"
    columns: tuple[Label, ...] = Field(min_length=1, max_length=MAX_COLUMNS)
    items: tuple[tuple[Cell, ...], ...] = Field(min_length=1, max_length=MAX_ROWS)

    @model_validator(mode="after")
    def _items_fill_the_columns(self) -> Self:
        for place, item in enumerate(self.items, start=1):
            if len(item) != len(self.columns):
                raise ValueError(f"“@项”第{place}行有{len(item)}栏，“@栏”有{len(self.columns)}栏")
        return self

    @property
    def widths(self) -> tuple[float, ...]:
        """The longest text of each column, in full-width characters."""
        return column_widths(self.columns, self.items)


FormRow = Annotated[PairsRow | TallRow | OpinionRow | ItemsRow, Field(discriminator="kind")]
