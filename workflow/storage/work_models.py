"""The tables of daily work that are no case and no history: mentions, readings, rounds of 回头看, and what
the register is looked through with.
"""

from datetime import date, datetime

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from workflow.storage.columns import Instant
from workflow.storage.models import BigId


class Mention(SQLModel, table=True):
    """Somebody of the office named in a comment, and the day he put it behind him."""

    __tablename__ = "mentions"
    case_id: int = Field(sa_column=Column(BigId, primary_key=True))
    seq: int = Field(primary_key=True)
    person: str = Field(primary_key=True, index=True, max_length=32)
    mentioned_on: date
    seen_on: date | None = None


class CaseRead(SQLModel, table=True):
    """A case somebody has read on a day; `reader` is a person's code or an account. Kept for that day."""

    __tablename__ = "case_reads"
    day: date = Field(primary_key=True)
    reader: str = Field(primary_key=True, max_length=64)
    case_id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))


class Campaign(SQLModel, table=True):
    """A round of 回头看 over many closed matters, by its name: how they were drawn, to draw them again."""

    __tablename__ = "campaigns"
    id: str = Field(primary_key=True, max_length=64)
    since: date
    until: date
    due_on: date
    drawing: str = Field(sa_type=Text)
    opened_on: date
    opened_by: str = Field(max_length=32)


class CaseLight(SQLModel, table=True):
    """When a case's light turns while nobody acts on it (`states.turning`), to be looked for; grey: neither.

    Worked out from the case each time its facts change, and proved by nothing.
    """

    __tablename__ = "case_lights"
    __table_args__ = (
        Index("case_lights_red", "red_at", "case_id"),
        Index("case_lights_yellow", "yellow_at", "case_id"),
    )
    case_id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    yellow_at: datetime | None = Field(default=None, sa_type=Instant)
    red_at: datetime | None = Field(default=None, sa_type=Instant)


class Relighting(SQLModel, table=True):
    """The one row that tells how far lights were worked out under which calendar and policy: all of them, or
    those of the cases no policy is pinned to. `done_until` is the number of the last one, none when all are.
    """

    __tablename__ = "relighting"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    calendar: str = Field(max_length=64)
    policy: str = Field(max_length=64)
    is_of_all: bool
    done_until: str | None = Field(default=None, max_length=64)


class RegisterView(SQLModel, table=True):
    """A view of the register somebody keeps: its name and what is asked for. The one without a name is how
    the register opens for him.
    """

    __tablename__ = "register_views"
    person: str = Field(primary_key=True, max_length=32)
    name: str = Field(primary_key=True, max_length=32)
    asked: str = Field(sa_type=Text)
