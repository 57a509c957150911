"""The life of papers: drafted, reviewed, signed, issued, served, archived, voided."""

from datetime import date

from sqlalchemy import BigInteger, Column, Index, Text, text
from sqlmodel import Field, SQLModel

from workflow.storage.columns import Codes

BY_PEOPLE = text("drafted_on IS NOT NULL")


class PaperLife(SQLModel, table=True):
    """Where a paper stands. `id` is that of its row among the documents, which comes with its number.

    `case_id` 0 is a paper of no matter. What a draft says stands in `facts` until it is issued or voided;
    `content_sha256` is the hash of that with the wording, `signed_sha256` of what was signed. `units` are
    those it goes to, `matters` how many it is about (a joint paper is kept with the first), `replaces` the
    paper it takes the place of. A paper issued before lives were kept tells of no signer.
    """

    __tablename__ = "paper_lives"
    __table_args__ = (
        Index(
            "papers_of_people",
            *("state", "case_id"),
            sqlite_where=BY_PEOPLE,
            postgresql_where=BY_PEOPLE,
        ),
    )
    id: str = Field(primary_key=True, max_length=32)
    case_id: int = Field(sa_type=BigInteger, index=True)
    kind: str = Field(max_length=32)
    state: str = Field(max_length=16, index=True)
    units: tuple[str, ...] = Field(default=(), sa_column=Column(Codes, nullable=False))
    matters: int = 1
    replaces: str | None = Field(default=None, max_length=32)
    facts: str | None = Field(default=None, sa_type=Text)
    stationery: str | None = Field(default=None, max_length=64)
    content_sha256: str | None = Field(default=None, max_length=64)
    signed_sha256: str | None = Field(default=None, max_length=64)
    drafted_by: str | None = Field(default=None, max_length=32)
    drafted_on: date | None = None
    reviewed_by: str | None = Field(default=None, max_length=32)
    reviewed_on: date | None = None
    signed_by: str | None = Field(default=None, max_length=32)
    signed_on: date | None = None
    issued_on: date | None = None
    service: str | None = Field(default=None, max_length=16)
    served_on: date | None = None
    archived_on: date | None = None
    voided_on: date | None = None
