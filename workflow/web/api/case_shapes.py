"""A case as the API tells of it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from workflow.services.register import Listed
from workflow.web.api.shapes import Page, Shape, Unit

Light = Literal["red", "yellow", "green", "grey"]


def _only_number_is_sure(schema: dict[str, Any]) -> None:
    schema["required"] = ["number"]


class CaseLine(Shape):
    """A case in a list. With `fields` an answer has only those asked for, and the number.

    `progress` and `light_reasons` come only where they are asked for: whoever is told them has looked into
    the matter, and that is entered.
    """

    model_config = ConfigDict(json_schema_extra=_only_number_is_sure)

    number: str
    title: str | None
    state: str
    state_label: str
    light: Light
    light_label: str
    category: str | None
    category_label: str | None
    lead_unit: Unit
    lead_group: str | None
    co_units: list[str]
    accountable_leader: str | None
    dispatched_on: date | None
    due_on: date | None
    provisional: bool
    open_ended: bool
    overdue: bool
    days_late: int
    working_days_late: int
    completion_rate: int | None
    outcome: str | None
    seq: int = Field(description="The last entry of its history: what `seen` of a bulk item names.")
    progress: str | None = None
    light_reasons: list[str] | None = None


class CasePage(Page[CaseLine]):
    """A leaf of the register. `unreadable` are the numbers of matters whose data is past reading."""

    unreadable: list[str]


TELLING = frozenset({"progress", "light_reasons"})
LINE: Mapping[str, Callable[[Listed], Any]] = {
    "number": lambda one: one.facts.number,
    "title": lambda one: one.facts.title,
    "state": lambda one: one.facts.state,
    "state_label": lambda one: one.state,
    "light": lambda one: one.timeliness.light.value,
    "light_label": lambda one: one.timeliness.light.label,
    "category": lambda one: one.facts.complexity,
    "category_label": lambda one: one.category,
    "lead_unit": lambda one: {"code": one.facts.lead_unit, "name": one.lead_unit},
    "lead_group": lambda one: one.lead_group,
    "co_units": lambda one: one.co_units,
    "accountable_leader": lambda one: one.facts.accountable_leader,
    "dispatched_on": lambda one: one.facts.dispatched_on,
    "due_on": lambda one: one.facts.due_on,
    "provisional": lambda one: one.facts.provisional,
    "open_ended": lambda one: one.facts.open_ended,
    "overdue": lambda one: one.timeliness.overdue,
    "days_late": lambda one: one.timeliness.days_late,
    "working_days_late": lambda one: one.timeliness.working_days_late,
    "completion_rate": lambda one: one.facts.completion_rate,
    "outcome": lambda one: one.facts.outcome,
    "seq": lambda one: one.seq,
    "progress": lambda one: one.facts.progress,
    "light_reasons": lambda one: [reason.words for reason in one.reasons],
}
"""What a line tells, by the name of each field."""

USUAL = tuple(name for name in LINE if name not in TELLING)


class CaseDetail(Shape):
    """A case as whoever asks may see it. Labels are what pages show."""

    number: str
    title: str | None
    state: str
    state_label: str
    light: Light
    light_label: str
    light_reasons: list[str]
    source: str | None
    basis: str | None
    requirement: str | None
    category: str | None
    category_label: str | None
    lead_unit: str | None
    lead_group: str | None
    co_units: list[str]
    accountable_leader: str | None
    dispatched_on: date | None
    due_on: date | None
    original_due_on: date | None
    provisional: bool
    open_ended: bool
    overdue: bool
    days_late: int
    working_days_late: int
    cadence: str | None
    level: str | None
    outcome: str | None
    closed_on: date | None
    completion_rate: int | None
    progress: str | None
    progress_on: date | None
    difficulty: str | None
    remark: str | None
    extensions: int
    urges: int
    returns: int
    review_on: date | None
    promised_on: date | None
    expected_on: date | None
    merged_into: str | None
    parent: str | None
    children: list[str]
    sealed_on: date | None
    seq: int
    links: dict[str, str] = Field(description="The addresses of what belongs to it.")


class Entry(Shape):
    """An entry of a case's history, in a sentence and in people's words.

    `occurred_at` is when it happened as stated, `recorded_at` when it was written. What is `withheld` has
    neither details nor words.
    """

    seq: int
    kind: str
    sentence: str
    actor: str
    actor_name: str
    actor_kind: str
    acting_for: str | None
    acting_for_name: str | None
    occurred_at: datetime
    recorded_at: datetime
    before: str | None
    before_label: str | None
    after: str | None
    after_label: str | None
    details: dict[str, Any]
    words: dict[str, Any] | None
    corrected_by: list[int]
    withheld: bool
    hash: str


class Stretch(Shape):
    """Days, and the working days among them."""

    days: int
    working_days: int


class Standing(Shape):
    """How far a limit has come. `schedule` is the share of it that is over, in hundredths."""

    passed: Stretch
    paused: Stretch
    run: Stretch
    left: Stretch
    late: Stretch
    schedule: int | None


class LedgerDay(Shape):
    """A day of a limit, counted or not, and why."""

    date: date
    kind: str
    counted: bool
    verdict: str
    number: int | None
    reason: str
    notice: str | None
    provisional: bool
    due: bool


class Clock(Shape):
    """A limit with what it rests on, day by day."""

    clock: str
    label: str
    epoch: int
    started_at: datetime
    limit: dict[str, Any] | None
    rule: dict[str, str]
    calendar: str
    due_on: date
    due_at: datetime | None
    provisional: bool
    pauses: list[list[str | None]]
    stopped_at: datetime | None
    standing: Standing
    ledger: list[LedgerDay]


class Change(Shape):
    """What a command would do to the limits of a case."""

    command: str
    label: str
    effect: str | None


class Explanation(Shape):
    """Why a case stands where it stands, and what comes next."""

    why: list[str]
    would_change: list[Change]
    clocks: list[Clock]
    next: list[dict[str, Any]]
    policy: str
    calendar: str


class Deadline(Shape):
    """A due date as it was set, with its provenance."""

    clock: str
    epoch: int
    seq: int
    due_on: date | None = None
    due_at: datetime | None = None
    rule: str | None = None
    calendar: str | None = None
    provisional: bool | None = None
    limit: dict[str, Any] | None = None


class Task(Shape):
    """The task of a co-unit."""

    task: int
    unit: str
    unit_name: str | None
    title: str
    state: str
    state_label: str
    due: date | None
    provisional: bool
    light: Light
    light_label: str
    overdue: bool
    days_late: int
    working_days_late: int
    completion_rate: int | None
    progress_on: date | None
    reported_on: date | None
    returns: int


class Milestone(Shape):
    """A milestone of a plan; `due_on` is past what is not charged, `planned_due_on` as it was planned."""

    id: int
    title: str
    weight: int | None
    working_days: int | None
    after: list[int]
    starts_on: date
    due_on: date
    planned_due_on: date
    reached_on: date | None
    dropped_on: date | None
    missed: bool
    working_days_late: int


class Milestones(Shape):
    """A plan. `replan` tells that the final date has moved since."""

    final_on: date | None
    replan: bool
    items: list[Milestone]


class Extension(Shape):
    """A request for more time; all but `pending` is null where nothing is asked for."""

    pending: bool
    to: date | None = None
    reason: str | None = None
    requested_by: str | None = None
    consented_by: str | None = None
    consented_by_name: str | None = None
    reviewed_by: str | None = None
    reviewed_by_name: str | None = None


class Document(Shape):
    """A paper of a case. `withheld` ones concern a person and have no file here."""

    id: str
    kind: str
    kind_label: str
    number: str | None
    state: str | None
    state_label: str | None
    signed_by: str | None
    served_on: date | None
    archived_on: date | None
    voided_on: date | None
    issued_at: datetime
    sent_at: datetime | None
    replaced_by: str | None
    sha256: str | None
    withheld: bool = False


class Attachment(Shape):
    """A file that came with an entry."""

    seq: int
    sha256: str
    name: str
    size: int
    media_type: str
    particular: str
    particular_label: str
    actor: str
    actor_name: str
    recorded_at: datetime
    standing: bool
    withheld: bool


class Measure(Shape):
    """A measure (提醒, 函询, …) about a case; none that concerns a person."""

    id: str
    number: str
    title: str
    seq: int
    label: str
    step: str
    state: str
    state_label: str
    unit: str
    reason: str | None = None
    raised_on: date | None
    issued_on: date | None
    served_on: date | None
    reply_due_on: date | None
    answered_on: date | None
    judged_on: date | None
    judgement: str | None
    concluded_on: date | None
    document_id: str | None
    commands: list[str]
