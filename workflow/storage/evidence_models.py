"""The tables of the global log: where each entry stands in it, how far it is sealed, and its checkpoints.

`log` and `checkpoints` are append-only: the database refuses to change or delete their rows.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Text, false
from sqlmodel import Field, SQLModel

from workflow.storage.columns import Instant
from workflow.storage.models import BigId


class Evidence(SQLModel, table=True):
    """How entries are hashed and coded now. One row, id 0; `first` is the first position of the epoch.

    `webhooks` says whether anybody outside is told of them: who writes an entry reads it here at no cost.
    """

    __tablename__ = "evidence"
    id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    algorithm: str = Field(max_length=16)
    key_id: str = Field(max_length=16)
    epoch: int
    first: int = Field(sa_type=BigInteger)
    webhooks: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class LogEntry(SQLModel, table=True):
    """An entry's place in the order of all entries. Positions run from 0 without gaps, over all epochs."""

    __tablename__ = "log"
    position: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    event_id: int = Field(sa_type=BigInteger, unique=True)
    epoch: int


class Sealer(SQLModel, table=True):
    """How far the log is sealed. One row, id 0; whoever seals holds it.

    `size` and `peaks` are of the epoch's tree: its leaves, and the roots of its complete subtrees in hex.
    """

    __tablename__ = "sealer"
    id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    size: int = Field(sa_type=BigInteger)
    peaks: str = Field(sa_type=Text)
    last_event_id: int = Field(sa_type=BigInteger)


class CheckpointMade(SQLModel, table=True):
    """A checkpoint as it was signed; `text` is the evidence, the rest is for finding it."""

    __tablename__ = "checkpoints"
    number: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    text: str = Field(sa_type=Text)
    hash: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=Instant)
    reason: str = Field(max_length=16)
