"""The tables of webhooks: who is told of what, and the bodies that leave for them by the outbox."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, SQLModel

from workflow.storage.columns import Codes, Instant


class Webhook(SQLModel, table=True):
    """An address that is told of events: of these `kinds`, of the matters of these `units` and those below
    them, None: of every matter. One without kinds is told only what is put into the outbox for it.

    `secret` is closed under the installation's key; `former_secret` signs beside it until `former_until`.
    `failing_since` is when it began to fail, if it does, `told` what it answered last.
    """

    __tablename__ = "webhooks"
    id: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=64)
    url: str = Field(sa_type=Text)
    kinds: tuple[str, ...] = Field(sa_column=Column(Codes, nullable=False))
    units: tuple[str, ...] | None = Field(default=None, sa_column=Column(Codes, nullable=True))
    secret: str = Field(sa_type=Text)
    former_secret: str | None = Field(default=None, sa_type=Text)
    former_until: datetime | None = Field(default=None, sa_type=Instant)
    state: str = Field(max_length=16)
    made_by: str = Field(max_length=32)
    made_at: datetime = Field(sa_type=Instant)
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    failing_since: datetime | None = Field(default=None, sa_type=Instant)
    told: str | None = Field(default=None, sa_type=Text)


class WebhookMessage(SQLModel, table=True):
    """A body as it leaves, whoever is told. It tells of the entry `seq` of a case, or of none (0)."""

    __tablename__ = "webhook_messages"
    id: str = Field(primary_key=True, max_length=32)
    case_id: int = Field(sa_type=BigInteger)
    seq: int
    kind: str = Field(max_length=32)
    body: str = Field(sa_type=Text)
    made_at: datetime = Field(sa_type=Instant)
