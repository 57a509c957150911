"""What the API answers, by shape. Written from its description by `make client`, never by hand.

Dates and instants are text in ISO 8601. What an answer may lack is `NotRequired`.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Accepted(TypedDict):
    done: NotRequired[bool]


class Account(TypedDict):
    person: str
    name: str
    login: str
    standing: str
    standing_label: str
    standing_reason: str | None
    locked_until: str | None
    invited_until: str | None
    second_factor: bool
    password_at: str | None
    made_at: str | None
    disabled_at: str | None
    signed_in_at: str | None
    roles: list[str]
    role_labels: list[str]
    units: list[str]
    waits: bool


class AccountPage(TypedDict):
    items: list[Account]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class Activated(TypedDict):
    digest: str
    reference: str
    authorised: bool


class Ahead(TypedDict):
    on: str
    tally: Tally
    due: int


class Amended(TypedDict):
    code: str
    proposed: int
    links: dict[str, str]


class Attachment(TypedDict):
    seq: int
    sha256: str
    name: str
    size: int
    media_type: str
    particular: str
    particular_label: str
    actor: str
    actor_name: str
    recorded_at: str
    standing: bool
    withheld: bool


class AttachmentPage(TypedDict):
    items: list[Attachment]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class Audit_trailHeld(TypedDict):
    holds: bool
    told: str


class Authority(TypedDict):
    policy: str
    digest: str
    rungs: list[dict[str, Any]]
    authorised_by: str | None
    authorised_at: str | None
    revoked_by: str | None
    revoked_at: str | None


class Burden(TypedDict):
    unit: str
    name: str
    asked_before: str
    asked_after: str
    cap: int | None
    over_cap: bool


class CalendarEnded(TypedDict):
    name: str


class CalendarLoaded(TypedDict):
    calendar: str
    previous: str
    year: int | None
    source: str
    known_since: str
    new: bool
    dry_run: bool
    changes: list[DayChanged]
    holidays_worked: list[str]
    impact: list[DateMoved]


class CalendarMade(TypedDict):
    name: str
    link: str


class CalendarPlace(TypedDict):
    unit: str | None
    name: str
    made_by: str | None
    made_at: str | None
    fetched_at: str | None


class CalendarVersion(TypedDict):
    calendar: str
    in_force: bool
    source: str
    known_since: str
    loaded_at: str
    loaded_by: str
    previous: str | None
    digest: str
    announced: list[int] | None


class CalendarVersionPage(TypedDict):
    items: list[CalendarVersion]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class CalendarYear(TypedDict):
    calendar: str
    year: int
    announced: bool
    working_days: int
    sources: list[str]
    days: list[dict[str, Any]]
    breaks: list[dict[str, Any]]
    week: dict[str, Any]
    hours: dict[str, Any]


class Calendars(TypedDict):
    items: list[CalendarPlace]


class Caller(TypedDict):
    person: str | None
    name: str
    machine: bool
    roles: list[str]
    stands_in_for: list[str]
    token: str
    scopes: list[str]


class Came(TypedDict):
    title: str
    text: str
    category: str
    region: str
    unit: str
    occurred_at: str | None
    received_at: str | None
    wished_by: str | None
    call_back: bool
    applicant: dict[str, str] | None
    files: list[dict[str, Any]]
    arrived_at: str
    seen: bool


class CaseChanged(TypedDict):
    number: str
    title: str | None
    entries: int
    is_new: bool
    fields: list[FieldChanged]


class CaseDetail(TypedDict):
    number: str
    title: str | None
    state: str
    state_label: str
    light: Literal["red", "yellow", "green", "grey"]
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
    dispatched_on: str | None
    due_on: str | None
    original_due_on: str | None
    provisional: bool
    open_ended: bool
    overdue: bool
    days_late: int
    working_days_late: int
    cadence: str | None
    level: str | None
    outcome: str | None
    closed_on: str | None
    completion_rate: int | None
    progress: str | None
    progress_on: str | None
    difficulty: str | None
    remark: str | None
    extensions: int
    urges: int
    returns: int
    review_on: str | None
    promised_on: str | None
    expected_on: str | None
    merged_into: str | None
    parent: str | None
    children: list[str]
    sealed_on: str | None
    seq: int
    links: dict[str, str]


class CaseDifferences(TypedDict):
    number: str
    items: list[FieldOfCase]


class CaseLine(TypedDict):
    number: str
    title: NotRequired[str | None]
    state: NotRequired[str]
    state_label: NotRequired[str]
    light: NotRequired[Literal["red", "yellow", "green", "grey"]]
    light_label: NotRequired[str]
    category: NotRequired[str | None]
    category_label: NotRequired[str | None]
    lead_unit: NotRequired[Unit]
    lead_group: NotRequired[str | None]
    co_units: NotRequired[list[str]]
    accountable_leader: NotRequired[str | None]
    dispatched_on: NotRequired[str | None]
    due_on: NotRequired[str | None]
    provisional: NotRequired[bool]
    open_ended: NotRequired[bool]
    overdue: NotRequired[bool]
    days_late: NotRequired[int]
    working_days_late: NotRequired[int]
    completion_rate: NotRequired[int | None]
    outcome: NotRequired[str | None]
    seq: NotRequired[int]
    progress: NotRequired[str | None]
    light_reasons: NotRequired[list[str] | None]


class CasePage(TypedDict):
    items: list[CaseLine]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]
    unreadable: list[str]


class Change(TypedDict):
    command: str
    label: str
    effect: str | None


class Checkpoint(TypedDict):
    number: int
    algorithm: str
    size: int
    root: str
    time: str
    hash: str
    key: str
    reason: str
    reason_label: str
    timestamp: str | None


class CheckpointMade(TypedDict):
    number: int | None


class CheckpointPage(TypedDict):
    items: list[Checkpoint]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class CheckpointText(TypedDict):
    number: int
    algorithm: str
    size: int
    root: str
    time: str
    hash: str
    key: str
    reason: str
    reason_label: str
    timestamp: str | None
    text: str


class Clock(TypedDict):
    clock: str
    label: str
    epoch: int
    started_at: str
    limit: dict[str, Any] | None
    rule: dict[str, str]
    calendar: str
    due_on: str
    due_at: str | None
    provisional: bool
    pauses: list[list[str | None]]
    stopped_at: str | None
    standing: Standing
    ledger: list[LedgerDay]


class Compared(TypedDict):
    number: int
    agrees: bool
    items: list[Audit_trailHeld]


class DateMoved(TypedDict):
    case: str
    clock: str
    label: str
    epoch: int
    old: str
    new: str
    moves: bool
    was_provisional: bool
    provisional: bool
    counted_by: str


class DateMovedPage(TypedDict):
    items: list[DateMoved]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class DayChanged(TypedDict):
    date: str
    before: str
    after: str
    name: str


class Deadline(TypedDict):
    clock: str
    epoch: int
    seq: int
    due_on: NotRequired[str | None]
    due_at: NotRequired[str | None]
    rule: NotRequired[str | None]
    calendar: NotRequired[str | None]
    provisional: NotRequired[bool | None]
    limit: NotRequired[dict[str, Any] | None]


class DeadlinePage(TypedDict):
    items: list[Deadline]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class Dealt(TypedDict):
    id: str
    source: str
    external_id: str
    state: str
    state_label: str
    number: str | None
    steps: list[ProgressStep]


class Decided(TypedDict):
    kind: str
    id: str
    command: str
    number: str | None


class Delivery(TypedDict):
    message: str
    event: str
    type: str
    state: str
    state_label: str
    attempts: int
    answer: str | None
    dated: str
    sent_at: str | None


class Differences(TypedDict):
    since: str
    until: str
    items: list[CaseChanged]
    count: int | None
    new: int | None
    next: str | None


class Document(TypedDict):
    id: str
    kind: str
    kind_label: str
    number: str | None
    state: str | None
    state_label: str | None
    signed_by: str | None
    served_on: str | None
    archived_on: str | None
    voided_on: str | None
    issued_at: str
    sent_at: str | None
    replaced_by: str | None
    sha256: str | None
    withheld: NotRequired[bool]


class DocumentPage(TypedDict):
    items: list[Document]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class Done(TypedDict):
    number: str
    command: str
    label: str
    state: str
    seq: int
    due_on: str | None
    links: dict[str, str]


class DraftFound(TypedDict):
    marker: str
    title: str
    requirement: str
    quotes: list[Quoted]


class DraftOpened(TypedDict):
    number: str
    title: str


class DraftsOpened(TypedDict):
    items: list[DraftOpened]


class DueOn(TypedDict):
    on: str
    count: int


class Entry(TypedDict):
    seq: int
    kind: str
    sentence: str
    actor: str
    actor_name: str
    actor_kind: str
    acting_for: str | None
    acting_for_name: str | None
    occurred_at: str
    recorded_at: str
    before: str | None
    before_label: str | None
    after: str | None
    after_label: str | None
    details: dict[str, Any]
    words: dict[str, Any] | None
    corrected_by: list[int]
    withheld: bool
    hash: str


class EntryPage(TypedDict):
    items: list[Entry]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class Event(TypedDict):
    id: str
    type: str
    occurred_at: str
    recorded_at: str
    case: str
    sequence: int
    state: str | None
    facts: dict[str, Any]


class EventAt(TypedDict):
    cursor: str
    event: Event


class EventLeaf(TypedDict):
    items: list[EventAt]
    cursor: str
    more: bool


class EventType(TypedDict):
    type: str
    label: str
    facts: list[Fact]


class EventTypes(TypedDict):
    items: list[EventType]


class Examined(TypedDict):
    digest: str
    reference: str
    ok: bool
    findings: list[PolicyFinding]
    changes: list[PolicyChange]
    simulation: dict[str, Any] | None


class Explanation(TypedDict):
    why: list[str]
    would_change: list[Change]
    clocks: list[Clock]
    next: list[dict[str, Any]]
    policy: str
    calendar: str


class Extension(TypedDict):
    pending: bool
    to: NotRequired[str | None]
    reason: NotRequired[str | None]
    requested_by: NotRequired[str | None]
    consented_by: NotRequired[str | None]
    consented_by_name: NotRequired[str | None]
    reviewed_by: NotRequired[str | None]
    reviewed_by_name: NotRequired[str | None]


class Fact(TypedDict):
    name: str
    label: str


class FieldChanged(TypedDict):
    label: str
    before: str
    after: str


class FieldOfCase(TypedDict):
    field: str
    label: str
    old: Any
    new: Any
    old_words: str
    new_words: str


class Figures(TypedDict):
    as_of: str
    since: str | None
    until: str | None
    by: str | None
    total: dict[str, Any]
    lines: list[dict[str, Any]] | None
    left_out: dict[str, int]
    bases: dict[str, dict[str, str]]


class Findings(TypedDict):
    items: list[WordingFinding]


class FoundEntry(TypedDict):
    case: str | None
    seq: int
    kind: str
    sentence: str
    actor: str
    actor_name: str
    occurred_at: str
    recorded_at: str
    words: NotRequired[dict[str, Any] | None]
    withheld: NotRequired[bool]
    hash: str


class FoundEntryPage(TypedDict):
    items: list[FoundEntry]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class HandedIn(TypedDict):
    id: str
    source: str
    external_id: str
    fate: str | None
    state: str
    state_label: str
    number: str | None
    supplements: int
    steps: list[ProgressStep]
    links: dict[str, str]


class HandedInPage(TypedDict):
    items: list[HandedIn]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class ImportColumn(TypedDict):
    column: int
    heading: str
    field: str


class ImportDraft(TypedDict):
    id: str
    kind: str
    kind_label: str
    state: str
    name: str
    version: str
    total: int
    done: int


class ImportDraftPage(TypedDict):
    items: list[ImportDraft]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class ImportLine(TypedDict):
    place: int
    row: int
    sheet: str
    fate: str
    fate_label: str
    cells: dict[str, str]
    found: list[dict[str, Any]]


class ImportLines(TypedDict):
    draft: ImportDraft
    counts: dict[str, int]
    items: list[ImportLine]
    next: int | None
    columns: list[ImportColumn]
    mappings: list[str]


class Kept(TypedDict):
    columns: list[str]
    views: list[View]


class LedgerDay(TypedDict):
    date: str
    kind: str
    counted: bool
    verdict: str
    number: int | None
    reason: str
    notice: str | None
    provisional: bool
    due: bool


class Lying(TypedDict):
    id: str
    source: str
    external_id: str
    title: str
    state: str
    state_label: str
    arrived_at: str
    number: str | None
    unseen: int


class LyingPage(TypedDict):
    items: list[Lying]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]
    waiting: int


class MachineToken(TypedDict):
    token: str
    shown: str
    name: str
    machine: bool
    scopes: list[str]
    scope_labels: list[str]
    made_at: str
    until: str
    seen_at: str | None
    seen_from: str | None
    state: str
    person: str
    person_name: str
    units: list[str] | None
    unit_names: list[str] | None
    made_by: str | None
    decided_by: str | None


class MachineTokenPage(TypedDict):
    items: list[MachineToken]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class Mail(TypedDict):
    id: str
    case: str | None
    kind: str
    kind_label: str
    state: str
    state_label: str
    channel: str
    recipient: str
    recipient_name: str
    attempts: int
    document: str | None
    answer: str | None
    dated: str | None
    sent_at: str | None
    next_attempt_at: str | None
    about_a_person: bool


class MailDetail(TypedDict):
    id: str
    case: str | None
    kind: str
    kind_label: str
    state: str
    state_label: str
    channel: str
    recipient: str
    recipient_name: str
    attempts: int
    document: str | None
    answer: str | None
    dated: str | None
    sent_at: str | None
    next_attempt_at: str | None
    about_a_person: bool
    message_id: str
    attempts_told: list[dict[str, Any]]
    acts: list[str]


class MailDone(TypedDict):
    id: str
    state: str


class MailPage(TypedDict):
    items: list[Mail]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class MailPost(TypedDict):
    relay: str | None
    trouble: str
    sender: str | None
    allowed: list[str]
    position: str | None
    position_label: str | None
    told: str | None
    closed_until: str | None
    counts: dict[str, int]
    silenced: list[dict[str, Any]]
    lifted: list[dict[str, Any]]


class Measure(TypedDict):
    id: str
    number: str
    title: str
    seq: int
    label: str
    step: str
    state: str
    state_label: str
    unit: str
    reason: NotRequired[str | None]
    raised_on: str | None
    issued_on: str | None
    served_on: str | None
    reply_due_on: str | None
    answered_on: str | None
    judged_on: str | None
    judgement: str | None
    concluded_on: str | None
    document_id: str | None
    commands: list[str]


class MeasureDone(TypedDict):
    id: str
    number: str
    command: str
    label: str
    also: list[str]


class MeasurePage(TypedDict):
    items: list[Measure]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class MeasurePaper(TypedDict):
    text: str
    is_draft: bool
    document: str | None


class MeasuresOutcome(TypedDict):
    kind: str
    id: str
    decided: bool
    message: str | None


class MeasuresOutcomes(TypedDict):
    items: list[MeasuresOutcome]


class Milestone(TypedDict):
    id: int
    title: str
    weight: int | None
    working_days: int | None
    after: list[int]
    starts_on: str
    due_on: str
    planned_due_on: str
    reached_on: str | None
    dropped_on: str | None
    missed: bool
    working_days_late: int


class Milestones(TypedDict):
    final_on: str | None
    replan: bool
    items: list[Milestone]


class MinutesRead(TypedDict):
    heading: str
    text: str
    drafts: list[DraftFound]
    passed: list[str]
    known: list[OpenedBefore]


class Named(TypedDict):
    number: str
    title: str
    unit: str
    due_on: str
    late: int


class Near(TypedDict):
    number: str | None
    item: str | None
    title: str
    reasons: list[str]


class Offered(TypedDict):
    command: str
    label: str
    fields: dict[str, Any]


class Offers(TypedDict):
    number: str | None
    seq: int | None
    items: list[Offered]


class OfficeHeld(TypedDict):
    label: str
    unit_name: str | None
    valid_from: str | None
    valid_to: str | None


class OfficePost(TypedDict):
    unit: str | None
    unit_name: str | None
    title: NotRequired[str | None]


class Opened(TypedDict):
    id: str
    source: str
    external_id: str
    state: str
    state_label: str
    number: str | None
    came: Came
    supplements: list[Came]
    candidates: list[Near]
    steps: list[ProgressStep]


class OpenedBefore(TypedDict):
    number: str
    title: str
    opened_at: str


class Owed(TypedDict):
    kind: str
    label: str
    horizon: str
    number: str | None
    title: str | None
    due_on: str | None
    since: str | None
    overdue: bool
    working_days_late: int
    task: int | None
    milestone: int | None
    measure: str | None
    commands: list[str]


class OwedPage(TypedDict):
    items: list[Owed]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class PartRead(TypedDict):
    label: str
    text: str


class Passing(TypedDict):
    case: str
    part: str
    unit: str
    successor: str


class PastCase(TypedDict):
    at: str
    case: PastLine
    entries: list[Entry]
    count: int


class PastLine(TypedDict):
    number: str
    title: str | None
    state: str
    state_label: str
    light: str
    light_label: str
    lead_unit: str | None
    due: str | None
    overdue: bool
    level: str | None


class PastRegister(TypedDict):
    at: str
    items: list[PastLine]
    count: int | None
    next: str | None


class PersonDetail(TypedDict):
    code: str
    name: str
    email: NotRequired[str | None]
    posts: list[OfficePost]
    roles: list[OfficeHeld]
    phone: str
    remark: str
    seen: str
    waiting: list[dict[str, Any]]


class PersonLine(TypedDict):
    code: str
    name: str
    email: NotRequired[str | None]
    posts: list[OfficePost]
    roles: list[OfficeHeld]


class PersonLinePage(TypedDict):
    items: list[PersonLine]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class PolicyChange(TypedDict):
    place: str
    before: str | None
    after: str | None
    sentence: str


class PolicyFinding(TypedDict):
    level: str
    code: str
    place: str
    message: str


class PolicyInForce(TypedDict):
    digest: str
    title: str
    version: int
    reference: str
    terms: dict[str, Any]
    steps: list[dict[str, Any]]


class PolicyText(TypedDict):
    source: str


class PolicyVersion(TypedDict):
    digest: str
    policy: str
    activated_at: str
    cases: int
    in_force: bool


class PolicyVersionPage(TypedDict):
    items: list[PolicyVersion]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class ProgressStep(TypedDict):
    step: str
    label: str
    at: str
    number: str | None
    stage: str | None
    reason: str | None


class PutAway(TypedDict):
    id: str


class Quoted(TypedDict):
    rule: str
    label: str
    words: str
    start: int
    end: int


class Readings(TypedDict):
    items: list[PartRead]


class Redacted(TypedDict):
    item: str
    seq: int
    bodies: int
    erased: bool | None


class Reformed(TypedDict):
    kind: str
    units: list[str]
    successors: list[str]
    on: str
    basis: str
    dry_run: bool
    cases: list[Passing]
    people: list[RoleEnded]
    below: dict[str, str | None]
    groups: dict[str, str]
    names: dict[str, str]
    burdens: list[Burden]


class RefusedCase(TypedDict):
    case: str
    code: str
    message: str


class Report(TypedDict):
    span: str
    period: str
    since: str | None
    until: str | None
    as_of: str
    is_over: bool
    unit: str | None
    scope: list[str]
    total: dict[str, Any]
    units: list[dict[str, Any]]
    categories: list[dict[str, Any]]
    leaders: list[dict[str, Any]]
    left_out: dict[str, int]
    before: dict[str, Any] | None
    year_before: dict[str, Any] | None
    measures: list[dict[str, Any]]
    late: dict[str, Any]
    bases: dict[str, dict[str, str]]
    happened_bases: dict[str, dict[str, str]]
    sealed: int
    unreadable: list[str]


class RoleEnded(TypedDict):
    person: str
    role: str
    unit: str


class RoleHeld(TypedDict):
    person: str
    person_name: str
    role: str
    role_label: str
    unit: str | None
    unit_name: str | None
    valid_from: str | None
    valid_to: str | None


class RoleHeldPage(TypedDict):
    items: list[RoleHeld]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class RoleRequest(TypedDict):
    request: str
    sentence: str
    change: str
    change_label: str
    person: str | None
    person_name: str | None
    proposed_by: str | None
    proposed_at: str | None
    decision: str | None
    decision_label: str | None
    decided_by: str | None
    decided_at: str | None
    reason: NotRequired[str | None]
    differences: list[dict[str, Any]]


class RoleRequestPage(TypedDict):
    items: list[RoleRequest]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class Saved(TypedDict):
    kind: str
    digest: str


class SeriesDetail(TypedDict):
    series: str
    year: int
    last: int
    next: str
    gaps: list[str] | None
    voided: list[Voided]
    has_more: bool


class SeriesLine(TypedDict):
    name: str
    kind: str
    year: int
    last: int
    next: str
    has_papers: bool


class SeriesLinePage(TypedDict):
    items: list[SeriesLine]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class Session(TypedDict):
    session: str
    person: str
    name: str
    address: str | None
    agent: str | None
    opened_at: str
    seen_at: str | None
    ended_at: str | None
    ended_for: str | None
    ended_label: str | None


class SessionPage(TypedDict):
    items: list[Session]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class Settled(TypedDict):
    calendar: str
    done: list[SettledCase]
    refused: list[RefusedCase]


class SettledCase(TypedDict):
    case: str
    due: dict[str, str]
    provisional: bool


class StaffLine(TypedDict):
    code: str
    name: str
    roles: list[OfficeHeld]


class Standing(TypedDict):
    passed: Stretch
    paused: Stretch
    run: Stretch
    left: Stretch
    late: Stretch
    schedule: int | None


class Stretch(TypedDict):
    days: int
    working_days: int


class Succession(TypedDict):
    former: str
    heir: str
    is_renamed: bool
    on: str
    basis: str


class Tally(TypedDict):
    green: int
    yellow: int
    red: int
    overdue: int
    missed: int


class Task(TypedDict):
    task: int
    unit: str
    unit_name: str | None
    title: str
    state: str
    state_label: str
    due: str | None
    provisional: bool
    light: Literal["red", "yellow", "green", "grey"]
    light_label: str
    overdue: bool
    days_late: int
    working_days_late: int
    completion_rate: int | None
    progress_on: str | None
    reported_on: str | None
    returns: int


class TaskPage(TypedDict):
    items: list[Task]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class Token(TypedDict):
    token: str
    shown: str
    name: str
    machine: bool
    scopes: list[str]
    scope_labels: list[str]
    made_at: str
    until: str
    seen_at: str | None
    seen_from: str | None
    state: str


class TokenPage(TypedDict):
    items: list[Token]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class ToldAt(TypedDict):
    webhook: str
    name: str
    host: str
    call_back: bool
    types: list[str]
    units: list[str] | None
    unit_names: list[str] | None
    state: str
    state_label: str
    made_by: str
    made_at: str
    answered_at: str | None
    failing_since: str | None


class ToldAtPage(TypedDict):
    items: list[ToldAt]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class TransitionsOutcome(TypedDict):
    number: str
    command: str
    status: int
    result: NotRequired[Done | None]
    problem: NotRequired[Trouble | None]


class TransitionsOutcomes(TypedDict):
    items: list[TransitionsOutcome]


class Trouble(TypedDict):
    code: str
    message: str
    facts: dict[str, Any]


class Unit(TypedDict):
    code: str | None
    name: str | None


class UnitDetail(TypedDict):
    code: str
    name: str
    kind: str | None
    depth: int
    parent_name: str | None
    owner_name: str | None
    head_name: str | None
    liaison_name: str | None
    email: str | None
    valid_from: str | None
    valid_to: str | None
    ended: bool
    heirs: list[str]
    short_name: str
    aliases: list[str]
    head_post: str
    liaison_post: str
    phone: str
    remark: str
    parent: str | None
    seen: str
    below: list[UnitLine]
    people: list[StaffLine]
    successions: list[Succession]
    waiting: list[dict[str, Any]]


class UnitLine(TypedDict):
    code: str
    name: str
    kind: str | None
    depth: int
    parent_name: str | None
    owner_name: str | None
    head_name: str | None
    liaison_name: str | None
    email: str | None
    valid_from: str | None
    valid_to: str | None
    ended: bool
    heirs: list[str]


class UnitLinePage(TypedDict):
    items: list[UnitLine]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class UnitTally(TypedDict):
    unit: str
    name: str
    tally: Tally


class Verification(TypedDict):
    id: str
    asked_by: str
    asked_by_name: str
    asked_at: str
    standing: str
    standing_label: str
    percent: int
    ended_at: str | None
    told: dict[str, Any]


class VerificationPage(TypedDict):
    items: list[Verification]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class View(TypedDict):
    name: str
    asked: dict[str, str]


class Voided(TypedDict):
    number: str
    kind: str
    case: str | None
    issued_at: str | None
    reason: str


class Waits(TypedDict):
    kind: str
    id: str
    label: str
    sort: str
    commands: list[str]
    seen: str
    number: str | None
    title: str | None
    unit: str | None
    since: str | None
    due_on: str | None
    paper: str | None
    is_personal: bool


class WaitsInFull(TypedDict):
    kind: str
    id: str
    label: str
    sort: str
    commands: list[str]
    seen: str
    number: str | None
    title: str | None
    unit: str | None
    since: str | None
    due_on: str | None
    paper: str | None
    is_personal: bool
    offered: list[Offered]


class WaitsPage(TypedDict):
    items: list[Waits]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class Wall(TypedDict):
    day: str
    scope: list[str]
    total: Tally
    units: list[UnitTally]
    due: list[DueOn]
    weeks: list[Week]
    ahead: list[Ahead]
    longest: list[Named]
    next: list[Named]
    unreadable: list[str]


class Watched(TypedDict):
    webhook: str
    name: str
    host: str
    call_back: bool
    types: list[str]
    units: list[str] | None
    unit_names: list[str] | None
    state: str
    state_label: str
    made_by: str
    made_at: str
    answered_at: str | None
    failing_since: str | None
    answer: str | None
    deliveries: list[Delivery]


class WebhookDone(TypedDict):
    webhook: str
    name: str
    host: str
    call_back: bool
    types: list[str]
    units: list[str] | None
    unit_names: list[str] | None
    state: str
    state_label: str
    made_by: str
    made_at: str
    answered_at: str | None
    failing_since: str | None
    secret: NotRequired[str | None]
    event: NotRequired[str | None]
    count: NotRequired[int | None]
    next: NotRequired[str | None]


class WebhookMade(TypedDict):
    webhook: str
    name: str
    host: str
    call_back: bool
    types: list[str]
    units: list[str] | None
    unit_names: list[str] | None
    state: str
    state_label: str
    made_by: str
    made_at: str
    answered_at: str | None
    failing_since: str | None
    secret: str


class Week(TypedDict):
    since: str
    opened: int
    closed: int
    overdue: int


class Wording(TypedDict):
    kind: str
    label: str
    texts: dict[str, str]
    digest: str
    is_changed: bool
    may_save: bool
    trouble: str
    versions: list[WordingVersion]


class WordingFinding(TypedDict):
    level: str
    sentence: str


class WordingLine(TypedDict):
    kind: str
    label: str
    changed: bool
    digest: str | None
    trouble: str


class WordingLinePage(TypedDict):
    items: list[WordingLine]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]


class WordingVersion(TypedDict):
    digest: str
    packaged: bool
    by: str
    at: str


class Work(TypedDict):
    id: str
    asked_by: str
    asked_by_name: str
    asked_at: str
    standing: str
    standing_label: str
    percent: int
    ended_at: str | None
    told: dict[str, Any]
    has_file: bool


class WorkAsked(TypedDict):
    id: str


class WorkPage(TypedDict):
    items: list[Work]
    next: NotRequired[str | None]
    prev: NotRequired[str | None]
