"""What answers look like: the shapes all resources share."""

from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from workflow import particulars

SHA256 = r"^[0-9a-f]{64}$"
ID_BOUND = 64
Item = TypeVar("Item")
Dated = TypeVar("Dated", bound=date)


def _reckoned(given: Dated) -> Dated:
    particulars.check_year(given.year)
    return given


Day = Annotated[date, AfterValidator(_reckoned)]
"""A day within the years that are reckoned with (`year_out_of_range`)."""

Moment = Annotated[AwareDatetime, AfterValidator(_reckoned)]
"""An instant with its zone within the same years."""

Id = Annotated[str, Field(max_length=ID_BOUND)]
Words = Annotated[str, AfterValidator(particulars.read_text)]
"""People's words; what no field of a form takes is refused with its own code."""

Source = Annotated[str, AfterValidator(lambda text: particulars.read_text(text) and text)]
"""A text that is kept to the letter, its blanks too."""

Line = Annotated[Words, Field(pattern=r"^[^\r\n]*$")]
"""The same on one line."""


class Shape(BaseModel):
    """The root of what is told: plain values, made from what services tell, and of nothing besides."""

    model_config = ConfigDict(from_attributes=True, extra="ignore", frozen=True)


class Asked(BaseModel):
    """The root of what is sent: nothing it does not know is passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(Shape, Generic[Item]):
    """A leaf of a list. `next` and `prev` are the cursors of the leaves beside it, null for none."""

    items: list[Item]
    next: str | None = None
    prev: str | None = None


class Problem(Shape):
    """Problem details (RFC 9457). `code` is stable, `message` is for people, `facts` are for programs."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    message: str
    facts: dict[str, Any]
    request_id: str


class Person(Shape):
    """Somebody by code and name."""

    code: str | None
    name: str | None


class Unit(Shape):
    """A unit by code and name."""

    code: str | None
    name: str | None
