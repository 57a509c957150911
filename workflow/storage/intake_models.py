"""The tables of what comes in from elsewhere: items, what was sent after them, and files that were taken."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from workflow.storage.columns import Instant


class IntakeItem(SQLModel, table=True):
    """Something another system handed over, by its own name for it; where it stands, and its matter.

    `content` is what it says, in canonical JSON, and `sha256` its hash; `files` are its attachments as
    entries name them. `applicant` is kept apart, and taken away when nobody has to ask back any more. The
    history tells of everything else. `follows` is the matter its source is told of now: its own, or what that
    was merged into.
    """

    __tablename__ = "intake_items"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("intake_items_by_state", "state", "arrived_at"),
        Index("intake_items_by_external_id", "external_id"),
    )
    id: str = Field(primary_key=True, max_length=32)
    source: str = Field(max_length=64)
    external_id: str = Field(max_length=128)
    state: str = Field(max_length=16)
    content: str = Field(sa_type=Text)
    sha256: str = Field(max_length=64)
    files: str = Field(sa_type=Text)
    applicant: str | None = Field(default=None, sa_type=Text)
    arrived_at: datetime = Field(sa_type=Instant)
    calls_back: bool
    case_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    follows: int | None = Field(default=None, sa_type=BigInteger, index=True)
    decided_by: str | None = Field(default=None, max_length=32)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str | None = Field(default=None, sa_type=Text)


class IntakeSupplement(SQLModel, table=True):
    """Another body that came under an item's name, and who has taken note of it."""

    __tablename__ = "intake_supplements"
    item: str = Field(primary_key=True, max_length=32)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: str = Field(sa_type=Text)
    sha256: str = Field(max_length=64)
    files: str = Field(sa_type=Text)
    applicant: str | None = Field(default=None, sa_type=Text)
    arrived_at: datetime = Field(sa_type=Instant)
    seen_by: str | None = Field(default=None, max_length=32)
    seen_at: datetime | None = Field(default=None, sa_type=Instant)


class IntakeSource(SQLModel, table=True):
    """Where a source is told what becomes of its items: the webhook of this id."""

    __tablename__ = "intake_sources"
    source: str = Field(primary_key=True, max_length=64)
    webhook: str = Field(max_length=32)


class IntakePull(SQLModel, table=True):
    """A file of the folder that was dealt with, by its hash, so that none is taken twice."""

    __tablename__ = "intake_pulls"
    sha256: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=255)
    items: int
    taken_at: datetime = Field(sa_type=Instant)
