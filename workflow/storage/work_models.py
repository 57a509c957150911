"""The tables of daily work that are no case and no history: mentions, readings, rounds of 回头看, what the
register is looked through with, and files on their way in.
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

    Beside it what else is counted of the case, under its lead unit (`states.tallies`): since when it is
    overdue or a milestone is missed, and the Mondays of the weeks it was handed out and struck off in, and of
    one struck off late that it passed its date in. Worked out anew each time its facts change.
    """

    __tablename__ = "case_lights"
    __table_args__ = (
        Index("case_lights_red", "red_at", "case_id"),
        Index("case_lights_yellow", "yellow_at", "case_id"),
        Index("case_lights_overdue", "overdue_at", "case_id"),
        Index("case_lights_missed", "missed_at", "case_id"),
    )
    case_id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    yellow_at: datetime | None = Field(default=None, sa_type=Instant)
    red_at: datetime | None = Field(default=None, sa_type=Instant)
    unit: str | None = Field(default=None, max_length=32)
    overdue_at: datetime | None = Field(default=None, sa_type=Instant)
    missed_at: datetime | None = Field(default=None, sa_type=Instant)
    opened_in: datetime | None = Field(default=None, sa_type=Instant)
    closed_in: datetime | None = Field(default=None, sa_type=Instant)
    lapsed_in: datetime | None = Field(default=None, sa_type=Instant)
    settled_in: datetime | None = Field(default=None, sa_type=Instant)


class TallyRow(SQLModel, table=True):
    """How many cases of a unit are counted as what under an instant or the week that begins with it
    (`states.tallies.Span`): the sums of `case_lights`, kept with them.

    `unit` is empty for cases nobody leads, and `*` where all are counted together. No index has the counts:
    they change with every act, and PostgreSQL then writes the row alone.
    """

    __tablename__ = "tallies"
    __table_args__ = (Index("tallies_by_unit", "unit", "span", "at"), {"sqlite_with_rowid": False})
    span: str = Field(primary_key=True, max_length=8)
    at: datetime = Field(sa_column=Column(Instant, primary_key=True))
    unit: str = Field(primary_key=True, max_length=32)
    yellow: int = 0
    red: int = 0
    overdue: int = 0
    missed: int = 0
    opened: int = 0
    closed: int = 0
    lapsed: int = 0
    settled: int = 0
    in_hand: int = 0


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


class ImportDraft(SQLModel, table=True):
    """A file somebody brings in, until it is in: its bytes (base64), what he corrected, how far it came.

    `told` is what was found in it as a whole. While a run brings it in, `run` names the run, which has lost
    it once `lease_until` is over.
    """

    __tablename__ = "import_drafts"
    __table_args__ = (Index("import_drafts_by_person", "person", "changed_at"),)
    id: str = Field(primary_key=True, max_length=32)
    person: str = Field(max_length=32)
    kind: str = Field(max_length=16)
    state: str = Field(max_length=16, index=True)
    name: str = Field(max_length=255)
    sha256: str = Field(max_length=64)
    size: int
    content: str = Field(sa_type=Text)
    changes: str = Field(sa_type=Text)
    told: str = Field(sa_type=Text)
    version: str = Field(max_length=16)
    total: int = 0
    done: int = 0
    run: str | None = Field(default=None, max_length=32)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    uploaded_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)


class ImportLine(SQLModel, table=True):
    """A line of such a file as it was last read: its cells by column, what was found in them, its fate."""

    __tablename__ = "import_lines"
    __table_args__ = (Index("import_lines_by_fate", "draft", "fate", "place"),)
    draft: str = Field(primary_key=True, max_length=32)
    place: int = Field(primary_key=True)
    sheet: str = Field(max_length=255)
    number: int
    fate: str = Field(max_length=16)
    cells: str = Field(sa_type=Text)
    found: str = Field(sa_type=Text)


class AuditWork(SQLModel, table=True):
    """Long work asked for on a page: by whom, how far it is, what came of it. Evidence of nothing.

    While it is open nobody else's is that is `open_as` the same. `beat_at` is when whoever does it was last
    heard of, None while it waits.
    """

    __tablename__ = "audit_works"
    __table_args__ = (Index("audit_works_by_asking", "kind", "asked_at"),)
    id: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=16)
    asked_by: str = Field(max_length=32)
    asked_at: datetime = Field(sa_type=Instant)
    given: str = Field(sa_type=Text)
    open_as: str | None = Field(default=None, unique=True, max_length=64)
    tries: int = 0
    beat_at: datetime | None = Field(default=None, sa_type=Instant)
    done: int = 0
    whole: int = 0
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    failed: bool = False
    told: str | None = Field(default=None, sa_type=Text)


class ColumnMapping(SQLModel, table=True):
    """Which column of a source's registers holds what, under the name of the source.

    `headings` is the hash of the heading it is of, `fields` a list of fields, column by column.
    """

    __tablename__ = "column_mappings"
    __table_args__ = (Index("column_mappings_by_headings", "headings"),)
    name: str = Field(primary_key=True, max_length=64)
    headings: str = Field(max_length=64)
    fields: str = Field(sa_type=Text)
    kept_by: str = Field(max_length=32)
    kept_at: datetime = Field(sa_type=Instant)
