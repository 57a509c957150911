"""The tables beside the outbox: addresses nothing is sent to for now, and how the relay does."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from workflow.storage.columns import Instant


class Suppression(SQLModel, table=True):
    """An address nothing is sent to, until it is lifted or `until` has passed; None: for good."""

    __tablename__ = "suppressions"
    address: str = Field(primary_key=True, max_length=254)
    reason: str = Field(max_length=16)
    told: str = Field(sa_type=Text)
    since: datetime = Field(sa_type=Instant)
    until: datetime | None = Field(default=None, sa_type=Instant)
    lifted_at: datetime | None = Field(default=None, sa_type=Instant)


class RelayStanding(SQLModel, table=True):
    """How a relay does: failures of its own in a row, and until when it is left alone for them."""

    __tablename__ = "relays"
    name: str = Field(primary_key=True, max_length=254)
    failures: int = 0
    told: str | None = Field(default=None, sa_type=Text)
    since: datetime | None = Field(default=None, sa_type=Instant)
    closed_until: datetime | None = Field(default=None, sa_type=Instant)
