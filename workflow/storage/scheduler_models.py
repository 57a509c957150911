"""The tables of the scheduler: what it did, what holds it, what it set aside, which digests it sent."""

from datetime import date, datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from workflow.storage.columns import Instant
from workflow.storage.models import BigId


class SweepRun(SQLModel, table=True):
    """One sweep, or a stretch of idle ones: `runs` of them between the two instants, none far apart."""

    __tablename__ = "sweep_runs"
    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    door: str = Field(max_length=16)
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime = Field(sa_type=Instant, index=True)
    as_of: datetime = Field(sa_type=Instant)
    runs: int = 1
    cases_due: int = 0
    issued: int = 0
    proposed: int = 0
    held: int = 0


class Hold(SQLModel, table=True):
    """A stop on what the scheduler does, until a person releases it. One without a release is in force.

    `covers`: how many escalations waited when it was released; so many may go out without another hold.
    """

    __tablename__ = "holds"
    id: str = Field(primary_key=True, max_length=32)
    reason: str = Field(max_length=32)
    told: str = Field(sa_type=Text)
    since: datetime = Field(sa_type=Instant)
    released_at: datetime | None = Field(default=None, sa_type=Instant)
    released_by: str | None = Field(default=None, max_length=32)
    covers: int | None = None


class SetAside(SQLModel, table=True):
    """A case the sweep failed on: how often in a row, why, and whether it waits for a person now."""

    __tablename__ = "set_asides"
    case_id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    failures: int
    code: str = Field(max_length=64)
    message: str = Field(sa_type=Text)
    last_at: datetime = Field(sa_type=Instant)
    waits: bool = False


class DigestSent(SQLModel, table=True):
    """The digest an addressee got on a day: at most one. `content` is the hash of its list."""

    __tablename__ = "digests"
    addressee: str = Field(primary_key=True, max_length=64)
    day: date = Field(primary_key=True)
    content: str = Field(max_length=64)
    document_id: str = Field(max_length=32)
