"""The tables. One class a table; a row is a record, never an actor.

`Case` is a projection of its events and may be rebuilt from them at any time. `Event` is append-only: the
database refuses to change or delete it. No cascade touches events, so history outlives its subject.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from states.clocks import Clock
from states.nodes import Node
from states.tasks import Task
from workflow.storage.columns import Clocks, Codes, Instant, Values

BigId = BigInteger().with_variant(Integer, "sqlite")
OF_JOURNAL = text("case_id = 0")
STILL_TO_LEAVE = text("state IN ('queued', 'leased', 'uncertain', 'retry')")
"""As an index and the queries it serves must both spell it: with a bound value SQLite would not use it."""
OF_WEBHOOKS = text("channel = 'webhook'")


class Case(SQLModel, table=True):
    """The projection of a case's history, with the chain's head and the planner's next look."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_due", "next_action_at", sqlite_where=Column("next_action_at").is_not(None),
              postgresql_where=Column("next_action_at").is_not(None)),
        Index("cases_sealed", "sealed_on", sqlite_where=Column("sealed_on").is_not(None),
              postgresql_where=Column("sealed_on").is_not(None)),
        Index("cases_by_unit", "lead_unit", "id"),
        Index("cases_by_state", "state", "id"),
        Index("cases_by_due_date", "due_on", "id"),
        Index("cases_by_change", "recorded_at", "id"),
        Index("cases_by_state_and_due_date", "state", "due_on", "id"),
        Index("cases_by_leader", "accountable_leader", "id",
              sqlite_where=Column("accountable_leader").is_not(None),
              postgresql_where=Column("accountable_leader").is_not(None)),
        Index("cases_by_parent", "parent", sqlite_where=Column("parent").is_not(None),
              postgresql_where=Column("parent").is_not(None)),
    )  # fmt: skip
    id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    seq: int
    head: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_type=Instant)
    version: int
    next_action_at: datetime | None = Field(default=None, sa_type=Instant)
    fingerprint: str | None = Field(default=None, unique=True, max_length=64)
    number: str = Field(unique=True, max_length=64)
    state: str = Field(max_length=32)
    lifecycle: str = Field(max_length=64)
    policy: str | None = Field(default=None, max_length=64)
    title: str = Field(sa_type=Text)
    source: str | None = Field(default=None, sa_type=Text)
    basis: str | None = Field(default=None, sa_type=Text)
    requirement: str | None = Field(default=None, sa_type=Text)
    complexity: str | None = Field(default=None, max_length=32)
    accountable_leader: str | None = Field(default=None, sa_type=Text)
    lead_unit: str | None = Field(default=None, max_length=32)
    co_units: tuple[str, ...] = Field(default=(), sa_column=Column(Codes, nullable=False))
    dispatched_on: date | None = None
    due_on: date | None = None
    original_due_on: date | None = None
    provisional: bool = False
    due_for_plan: bool = False
    open_ended: bool = False
    cadence: str | None = Field(default=None, sa_type=Text)
    epoch: int = 0
    clocks: tuple[Clock, ...] = Field(default=(), sa_column=Column(Clocks, nullable=False))
    calendar_declined: str | None = Field(default=None, max_length=64)
    witnessed: bool = False
    paused_on: date | None = None
    suspended_from: str | None = Field(default=None, max_length=32)
    review_on: date | None = None
    extension_to: date | None = None
    extension_consented_by: str | None = Field(default=None, max_length=32)
    extension_reviewed_by: str | None = Field(default=None, max_length=32)
    extensions: int = 0
    returns: int = 0
    reported_by: str | None = Field(default=None, max_length=32)
    reported_on: date | None = None
    completion_rate: int | None = None
    closed_on: date | None = None
    closed_by: str | None = Field(default=None, max_length=32)
    outcome: str | None = Field(default=None, max_length=32)
    merged_into: str | None = Field(default=None, max_length=64)
    detail: str | None = Field(default=None, sa_type=Text)
    measures: str | None = Field(default=None, sa_type=Text)
    milestones: str | None = Field(default=None, sa_type=Text)
    serial: str | None = Field(default=None, sa_type=Text)
    origin: str | None = Field(default=None, sa_type=Text)
    contact_name: str | None = Field(default=None, sa_type=Text)
    contact_phone: str | None = Field(default=None, sa_type=Text)
    progress: str | None = Field(default=None, sa_type=Text)
    difficulty: str | None = Field(default=None, sa_type=Text)
    follow_up: str | None = Field(default=None, sa_type=Text)
    remark: str | None = Field(default=None, sa_type=Text)
    lead_group: str | None = Field(default=None, max_length=32)
    parent: str | None = Field(default=None, max_length=64)
    link: str | None = Field(default=None, max_length=16)
    tasks: tuple[Task, ...] = Field(default=(), sa_column=Column(Values("tasks"), nullable=False))
    nodes: tuple[Node, ...] = Field(default=(), sa_column=Column(Values("nodes"), nullable=False))
    progress_on: date | None = None
    progress_of: str | None = Field(default=None, max_length=32)
    rate_waiting: int | None = None
    hard_to_meet: bool = False
    expected_on: date | None = None
    urges: int = 0
    promised_on: date | None = None
    coordination_level: str | None = Field(default=None, max_length=16)
    coordination_by: str | None = Field(default=None, max_length=32)
    coordination_on: date | None = None
    verdict: str | None = Field(default=None, max_length=16)
    verified_by: str | None = Field(default=None, max_length=32)
    verified_on: date | None = None
    public_until: date | None = None
    public_objections: int = 0
    lookback_due_on: date | None = None
    lookback_campaign: str | None = Field(default=None, index=True, max_length=64)
    lookback_on: date | None = None
    lookback_finding: str | None = Field(default=None, max_length=16)
    lookbacks: int = 0
    relapses: int = 0
    retention: str | None = Field(default=None, max_length=16)
    sealed_on: date | None = None


class CaseUnit(SQLModel, table=True):
    """Which units a case concerns: its lead, the group that leads, co-units, those with a task alone."""

    __tablename__ = "case_units"
    case_id: int = Field(sa_column=Column(BigId, primary_key=True))
    unit: str = Field(primary_key=True, max_length=32, index=True)
    part: str = Field(max_length=8)


class TimeLimit(SQLModel, table=True):
    """A due date with its provenance. Rows are added, never overwritten: the last of an epoch is in force."""

    __tablename__ = "limits"
    case_id: int = Field(sa_column=Column(BigId, primary_key=True))
    seq: int = Field(primary_key=True)
    clock: str = Field(primary_key=True, max_length=32)
    epoch: int
    due_on: date
    provenance: str = Field(sa_type=Text)


class Event(SQLModel, table=True):
    """One entry of history. `case_id` 0 is the office's own journal (rules, sweeps, imports)."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index("events_by_recording", "recorded_at", "id"),
        Index("events_by_occurrence", "occurred_at", "id"),
        Index("events_of_the_journal", "kind", "seq", sqlite_where=OF_JOURNAL, postgresql_where=OF_JOURNAL),
    )
    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    case_id: int = Field(sa_type=BigInteger)
    seq: int
    kind: str = Field(max_length=48)
    actor: str = Field(max_length=32)
    actor_kind: str = Field(max_length=8)
    acting_for: str | None = Field(default=None, max_length=32)
    occurred_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    payload: str = Field(sa_type=Text)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)
    keyed_code: str = Field(max_length=64)
    key_id: str = Field(max_length=16)
    algorithm: str = Field(max_length=16)
    schema_version: int


class EventWords(SQLModel, table=True):
    """People's own words of an entry. The entry holds their salted hash, so they may be redacted."""

    __tablename__ = "event_words"
    case_id: int = Field(sa_column=Column(BigId, primary_key=True))
    seq: int = Field(primary_key=True)
    text: str = Field(sa_type=Text)
    salt: str = Field(max_length=64)


class Journal(SQLModel, table=True):
    """The head of the office's own chain. One row, id 0."""

    __tablename__ = "journal"
    id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    seq: int = 0
    head: str = Field(max_length=64)
    recorded_at: datetime | None = Field(default=None, sa_type=Instant)


class Escalation(SQLModel, table=True):
    """One escalation. The unique key is what keeps a rung from ever being issued twice.

    `reached_on` is the day its clock reached the rung, `raised_on` the day it was proposed or issued.
    Those of several cases may have one paper: its own `case_id` is then that of the first.
    """

    __tablename__ = "escalations"
    __table_args__ = (
        UniqueConstraint("case_id", "clock", "epoch", "step", name="escalation_once"),
        Index("escalations_by_day", "raised_on"),
        Index("escalations_by_paper", "document_id"),
    )
    id: str = Field(primary_key=True, max_length=32)
    case_id: int = Field(sa_type=BigInteger, index=True)
    clock: str = Field(max_length=32)
    epoch: int
    step: str = Field(max_length=32)
    state: str = Field(max_length=16, index=True)
    mode: str = Field(max_length=16)
    policy: str = Field(max_length=64)
    unit: str = Field(max_length=32)
    object_person: str | None = Field(default=None, max_length=64)
    due_on: date
    reached_on: date | None = None
    raised_on: date
    reason: str = Field(sa_type=Text)
    drafted_by: str | None = Field(default=None, max_length=32)
    snoozed_until: date | None = None
    decided_by: str | None = Field(default=None, max_length=32)
    decided_on: date | None = None
    issued_on: date | None = None
    service: str | None = Field(default=None, max_length=16)
    served_on: date | None = None
    reply_due_on: date | None = None
    asked_again: int = 0
    answered_on: date | None = None
    judge_by: date | None = None
    judged_on: date | None = None
    judgement: str | None = Field(default=None, max_length=16)
    effect_until: date | None = None
    review_on: date | None = None
    finding: str | None = Field(default=None, max_length=16)
    concluded_on: date | None = None
    document_id: str | None = Field(default=None, max_length=32)


class Recusal(SQLModel, table=True):
    """A person who stands back from one escalation."""

    __tablename__ = "recusals"
    escalation_id: str = Field(primary_key=True, max_length=32)
    person: str = Field(primary_key=True, max_length=32)
    declared_on: date


class Document(SQLModel, table=True):
    """A paper: its frozen facts, the wording it was issued with, the hash of the rendered file.

    One without a number is a plain mail, never laid out. A digest belongs to no case: its `case_id` is 0.
    """

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("number", name="document_number_once"),)
    id: str = Field(primary_key=True, max_length=32)
    case_id: int = Field(sa_type=BigInteger, index=True)
    kind: str = Field(max_length=32)
    number: str | None = Field(default=None, max_length=64)
    issued_at: datetime = Field(sa_type=Instant)
    facts: str = Field(sa_type=Text)
    stationery: str = Field(max_length=64)
    sha256: str | None = Field(default=None, max_length=64)


class Stationery(SQLModel, table=True):
    """Wording as it was when a paper was issued, by its hash."""

    __tablename__ = "stationery"
    digest: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=32)
    source: str = Field(sa_type=Text)


class NumberSequence(SQLModel, table=True):
    """The last serial given out of a series in a year. Year 0 for series that never restart."""

    __tablename__ = "number_sequences"
    series: str = Field(primary_key=True, max_length=64)
    year: int = Field(primary_key=True)
    last: int


class OutboxMessage(SQLModel, table=True):
    """One message to one recipient. Bytes are built once and kept in the file store under `sha256`.

    It may leave from `next_attempt_at` on, those of a smaller `priority` first. `channel` is `mail`, or what
    carries a copy, and then `recipient` is its name; or `webhook`, and then `recipient` is the id of one and
    `document_id` that of a body. `held_for` says why one is held, `tried_since` from when
    on it has been tried in vain; `redirected_from` is the message that did not get there, where this is the
    same to another address.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        UniqueConstraint("message_id"),
        Index(
            "outbox_waiting",
            "priority",
            "next_attempt_at",
            "id",
            sqlite_where=STILL_TO_LEAVE,
            postgresql_where=STILL_TO_LEAVE,
        ),
        Index("outbox_by_state", "state", "next_attempt_at"),
        Index("outbox_sent", "sent_at"),
        Index(
            "outbox_of_webhooks", "recipient", "dated", sqlite_where=OF_WEBHOOKS, postgresql_where=OF_WEBHOOKS
        ),
    )
    id: str = Field(primary_key=True, max_length=32)
    case_id: int = Field(sa_type=BigInteger, index=True)
    document_id: str = Field(max_length=32, index=True)
    kind: str = Field(max_length=32)
    channel: str = Field(default="mail", max_length=32)
    dedupe_key: str = Field(max_length=128)
    recipient: str = Field(max_length=254)
    recipient_name: str = Field(max_length=128)
    message_id: str = Field(max_length=128)
    dated: datetime = Field(sa_type=Instant)
    priority: int = Field(default=5, sa_type=SmallInteger)
    state: str = Field(max_length=16)
    held_for: str | None = Field(default=None, max_length=16)
    redirected_from: str | None = Field(default=None, max_length=32)
    attempts: int = 0
    tried_since: datetime | None = Field(default=None, sa_type=Instant)
    next_attempt_at: datetime = Field(sa_type=Instant)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    sha256: str | None = Field(default=None, max_length=64)
    last_answer: str | None = Field(default=None, sa_type=Text)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)


class StoredFile(SQLModel, table=True):
    """A file of the content-addressed store."""

    __tablename__ = "files"
    sha256: str = Field(primary_key=True, max_length=64)
    size: int = Field(sa_type=BigInteger)
    media_type: str = Field(max_length=128)
    stored_at: datetime = Field(sa_type=Instant)


class Attachment(SQLModel, table=True):
    """A file that came with an entry, under the name its giver used."""

    __tablename__ = "attachments"
    case_id: int = Field(sa_column=Column(BigId, primary_key=True))
    seq: int = Field(primary_key=True)
    sha256: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=255)


class RuleVersion(SQLModel, table=True):
    """A lifecycle table or a policy as it was read, by its hash. The last activated of a kind is in force."""

    __tablename__ = "rule_versions"
    digest: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=16)
    name: str = Field(max_length=64)
    version: int
    source: str = Field(sa_type=Text)
    activated_at: datetime = Field(sa_type=Instant)
    activated_by: str = Field(max_length=32)
    authorised_at: datetime | None = Field(default=None, sa_type=Instant)
    authorised_by: str | None = Field(default=None, max_length=32)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_by: str | None = Field(default=None, max_length=32)


class CalendarVersion(SQLModel, table=True):
    """A calendar as it was loaded, never changed afterwards; `content` is its canonical JSON.

    `previous` is the version a notice was laid over; a packaged calendar has none.
    """

    __tablename__ = "calendars"
    version: str = Field(primary_key=True, max_length=64)
    digest: str = Field(index=True, max_length=64)
    source: str = Field(sa_type=Text)
    known_since: date
    loaded_at: datetime = Field(sa_type=Instant)
    loaded_by: str = Field(max_length=32)
    previous: str | None = Field(default=None, max_length=64)
    content: str = Field(sa_type=Text)
