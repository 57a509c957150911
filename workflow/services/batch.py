"""Everything one transaction will write, gathered and then written with few statements.

State, history, numbers, papers and outgoing messages commit together or not at all, because they are flushed
together here and nowhere else. A batch of one serves a single command, a batch of hundreds the sweep.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import partial
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from states.case import Decision
from states.errors import Refusal
from states.facts import FACT_NAMES, CaseFacts, amended, facts_from, values_of
from states.history import GENESIS
from states.retention import check_not_sealed
from states.tallies import difference
from states.vocabulary import ActorKind
from workflow.errors import EditConflict
from workflow.services import files, forms, outward
from workflow.services.edit_conflicts import ahead, edited
from workflow.services.entries import Act, Scribe
from workflow.services.files import Kept
from workflow.services.hands import Hand, hand_in_force, hand_with_journal
from workflow.services.lighting import rows_of
from workflow.services.office import Office, Signature
from workflow.services.people import check_not_disabled
from workflow.storage import guards, lights, queries, sweeps, tallies
from workflow.storage.bulk import Told, in_one_go, insert_rows, insert_values, refused_table, update_rows
from workflow.storage.directory_models import Deputy, RoleRequest
from workflow.storage.look import remembered
from workflow.storage.models import (
    Attachment,
    CaseUnit,
    Document,
    Escalation,
    EventWords,
    OutboxMessage,
    Recusal,
    TimeLimit,
)
from workflow.storage.paper_models import PaperLife
from workflow.storage.session import reading
from workflow.storage.webhook_models import WebhookMessage
from workflow.storage.work_models import Mention

JOURNAL = 0
_facts_among = itemgetter(*FACT_NAMES)
_facts_at = itemgetter(*map(list(queries.CASE.c.keys()).index, FACT_NAMES))
HEAD = ("seq", "head", "recorded_at")
STORED = (*FACT_NAMES, "id", *HEAD, "version", "next_action_at", "fingerprint")
_head_of = attrgetter(*HEAD)
UNITS = frozenset({"lead_unit", "lead_group", "co_units", "tasks"})
WRITE_ORDER: tuple[type[SQLModel], ...] = (
    TimeLimit,
    Document,
    PaperLife,
    Escalation,
    WebhookMessage,
    OutboxMessage,
    Attachment,
    CaseUnit,
    EventWords,
    Recusal,
    Deputy,
    RoleRequest,
    Mention,
)


@dataclass(slots=True)
class OpenCase:
    """A case as a transaction holds it: its facts, its chain's head, and what has changed so far.

    `decision` is the last one taken on it here.
    """

    id: int
    facts: CaseFacts
    seq: int = 0
    head: str = GENESIS
    recorded_at: datetime | None = None
    version: int = 0
    next_action_at: datetime | None = None
    fingerprint: str | None = None
    touched: set[str] = field(default_factory=set)
    decision: Decision | None = None

    @property
    def number(self) -> str:
        return self.facts.number or ""

    @property
    def is_new(self) -> bool:
        return self.version == 0

    @property
    def is_blank(self) -> bool:
        """Whether nothing has ever been entered of it."""
        return self.seq == 0


Confirm = Callable[[], None]
"""Asked once the database has answered everything; raises where a statement did not do what it was to."""


class Turning(NamedTuple):
    """What is to be kept of cases whose lights turn anew, and what was kept of those there were."""

    rows: list[dict[str, Any]]
    replaced: list[dict[str, Any]]


class Pending(NamedTuple):
    """An entry that is not stored yet, as it will be read back."""

    payload: str
    personal: str | None


def facts_of(row: Row[Any]) -> CaseFacts:
    """The facts of a stored row whose first columns are the case's, as `select(CASE, …)` has them."""
    return facts_from(_facts_at(row))


def opened(row: Row[Any]) -> OpenCase:
    """The case of a stored row."""
    values = row._mapping
    facts = facts_from(_facts_among(values))
    return OpenCase(
        row.id, facts, row.seq, row.head, row.recorded_at, row.version, row.next_action_at, row.fingerprint
    )


def facts_shown(tx: Connection, row: Row[Any]) -> CaseFacts:
    """The facts of the case of a row, made once within one look."""
    return remembered(tx, ("facts", row.id), lambda: opened(row).facts)


def at_head(row: Row[Any]) -> OpenCase:
    """The case as far as entries need it that change no fact: its number and state, and its chain's head."""
    facts = CaseFacts(number=row.number, state=row.state, sealed_on=row.sealed_on)
    return OpenCase(row.id, facts, row.seq, row.head, row.recorded_at, row.version)


def _journal(row: Row[Any] | None) -> OpenCase:
    """The office's own chain."""
    if row is None:
        return OpenCase(JOURNAL, CaseFacts())
    return OpenCase(JOURNAL, CaseFacts(), row.seq, row.head, row.recorded_at)


class Batch:
    """The writes of one transaction, dated when it begins. Enter acts, add rows, then `flush()` once.

    The first entry raises `NotPermitted` (`actor_disabled`) where the account of whoever signs is disabled.
    """

    def __init__(self, tx: Connection, office: Office, signature: Signature) -> None:
        self.tx = tx
        self.office = office
        self.signature = signature.dated()
        self._cases: dict[int, OpenCase] = {}
        self._events: list[dict[str, Any]] = []
        self._rows: dict[type[SQLModel], list[dict[str, Any]]] = defaultdict(list)
        self._amendments: list[tuple[type[SQLModel], Mapping[str, Any], dict[str, Any]]] = []
        self._others: list[Callable[[Connection], Confirm]] = []
        self._journal: OpenCase | None = None
        self._went_well: set[int] = set()
        self._scribe: Scribe | None = None
        self._waiting: list[Kept] = []

    @property
    def hand(self) -> Hand:
        """The hand this transaction writes in, asked for with its first entry and the same to its end."""
        return self._writer().hand

    def enter(self, case: OpenCase, act: Act) -> int:
        """Append an act to a case's history and apply the facts it sets. Returns the entry's seq.

        Raises `NotPermitted` (`matter_sealed`) where a person acts on a sealed matter.
        """
        if act.actor_kind == ActorKind.HUMAN:
            check_not_sealed(case.facts, act.kind)
        self._cases[case.id] = case
        if act.changes:
            case.facts = amended(case.facts, act.changes)
            case.touched.update(act.changes)
        self._append(case, act, case.number)
        return case.seq

    @contextmanager
    def whole(self, *cases: OpenCase) -> Iterator[None]:
        """Whatever is entered and added inside is dropped again when it is refused: all of it or nothing."""
        before = [replace(case, touched=set(case.touched)) for case in cases]
        lengths = {id(rows): len(rows) for rows in self._lists()}
        ids = {case.id for case in cases}
        unknown, unwell = ids - self._cases.keys(), ids - self._went_well
        try:
            yield
        except Refusal:
            for rows in self._lists():
                del rows[lengths.get(id(rows), 0) :]
            for case, former in zip(cases, before, strict=True):
                for one in fields(case):
                    setattr(case, one.name, getattr(former, one.name))
            for case_id in unknown:
                self._cases.pop(case_id, None)
            self._went_well -= unwell
            raise

    def history_of(self, case: OpenCase) -> Iterator[Row[Any] | Pending]:
        """The entries of a case, oldest first: those that are stored, then those entered here."""
        yield from queries.events_of(self.tx, case.id)
        words = {row["seq"]: row["text"] for row in self._rows[EventWords] if row["case_id"] == case.id}
        for event in self._events:
            if event["case_id"] == case.id:
                yield Pending(event["payload"], words.get(event["seq"]))

    def note(self, act: Act) -> int:
        """Append an act to the office's own journal. Returns the entry's seq."""
        journal = self.open_journal()
        self._append(journal, act, "office")
        return journal.seq

    def open_journal(self) -> OpenCase:
        """The journal, which nobody else writes in before this transaction ends.

        After the hand, as everybody takes the two: whoever changes the hand writes that down in the journal.
        """
        if self._journal is None:
            self._journal = _journal(self._journal_at_once() or self._journal_behind_the_hand())
        return self._journal

    def _journal_at_once(self) -> Row[Any] | None:
        """With the hand, where nothing was written before and both are there."""
        signature = self.signature
        found = None if self._scribe else hand_with_journal(self.tx, self.office, signature.person)
        if found is None:
            return None
        hand, row = found
        self._scribe = Scribe(hand, signature)
        return row

    def _journal_behind_the_hand(self) -> Row[Any] | None:
        self._writer()
        return queries.journal_for_update(self.tx)

    def wake(self, case: OpenCase, at: datetime | None) -> None:
        """Set when the planner wants to look at the case again; what the sweep failed on counts no more."""
        if not case.is_new:
            self._went_well.add(case.id)
        self.put_off(case, at)

    def put_off(self, case: OpenCase, at: datetime | None) -> None:
        """Set when the sweep comes back to a case it could not deal with."""
        self._cases[case.id] = case
        if case.next_action_at != at:
            case.next_action_at = at
            case.touched.add("next_action_at")

    def add(self, model: type[SQLModel], **values: Any) -> None:
        """Add a row to be written with this batch."""
        self._rows[model].append(values)

    def amend(self, model: type[SQLModel], row_id: str, **values: Any) -> None:
        """Change a row by its id when the batch is flushed. Not for history."""
        self.amend_all(model, {"id": row_id}, **values)

    def amend_all(self, model: type[SQLModel], which: Mapping[str, Any], **values: Any) -> None:
        """The same for every row with these values in these columns."""
        self._amendments.append((model, which, values))

    def write_beside(self, write: Callable[[Connection], Confirm]) -> None:
        """Have something written (nothing read) with this batch, after its entries; `flush` raises what its
        confirmation does.
        """
        self._others.append(write)

    def place(self, kept: Kept) -> None:
        """Have a file put into the store once everything else is written."""
        self._waiting.append(kept)

    def flush(self) -> None:
        """Write everything, the entries first: the database lets a case change only with its entry.

        Raises `EditConflict` when a case was changed by somebody else meanwhile, or has entries its row does
        not know (`history_ahead`); `AlreadyDone` when the form it is signed on was carried out before.
        """
        if self.signature.form is not None:
            forms.carry_out(self.tx, self.signature, list(self._cases.values()))
        self._tell()
        turning = self._turning()
        try:
            with in_one_go(self.tx, most=max(map(len, (self._cases, *self._lists())))):
                confirmations = self._write(turning)
        except IntegrityError as error:
            if refused_table(error) == queries.EVENT.name or self._stale():
                raise self._conflict() from error
            raise
        for confirm in confirmations:
            confirm()
        for kept in self._waiting:
            files.place(self.office.settings.files, kept)

    def _tell(self) -> None:
        """Put into the outbox what programs are told of these entries; where none is, nothing is asked."""
        hand = self._scribe.hand if self._scribe else None
        for model, row in outward.told(self.tx, self.office, hand, self._events, self._cases):
            self.add(model, **row)

    def _turning(self) -> Turning:
        """When the lights of the cases turn whose facts have changed, as far as that has."""
        changed = [case for case in self._cases.values() if not case.touched <= {"next_action_at"}]
        told = ((case.id, case.facts) for case in changed)
        known = [case.id for case in changed if not case.is_new]
        kept = {one.case_id: one._asdict() for one in lights.kept_for_update(self.tx, known)}
        found = rows_of(self.tx, self.office, told, at=self.signature.recorded_at)
        rows = [one for one in found if one != kept.get(one["case_id"])]
        return Turning(rows, [kept[one["case_id"]] for one in rows if one["case_id"] in kept])

    def _write(self, turning: Turning) -> list[Confirm]:
        """Tell the database; returns what it is to confirm."""
        self._write_history()
        confirmations = self._write_cases()
        lights.put(self.tx, turning.rows, [one["case_id"] for one in turning.replaced])
        sweeps.forget_failures(self.tx, sorted(self._went_well))
        for model in WRITE_ORDER:
            if self._rows[model]:
                insert_rows(self.tx, queries.table(model), self._rows[model])
        for model, which, values in self._amendments:
            target = queries.table(model)
            same = (target.c[name] == value for name, value in which.items())
            self.tx.execute(update(target).where(*same).values(values))
        if self._journal is not None:
            head = {name: getattr(self._journal, name) for name in HEAD}
            self.tx.execute(update(queries.JOURNAL).where(queries.JOURNAL.c.id == JOURNAL).values(head))
        confirmations += [write(self.tx) for write in self._others]
        tallies.add(self.tx, difference(turning.replaced, turning.rows))
        return confirmations

    def _writer(self) -> Scribe:
        """Not a cached property: until Python 3.12 that waits for every other batch that waits for a row."""
        if self._scribe is None:
            if self.signature.person is not None:
                check_not_disabled(self.tx, self.signature.person)
            self._scribe = Scribe(hand_in_force(self.tx, self.office), self.signature)
        return self._scribe

    def _lists(self) -> list[list[Any]]:
        return [self._events, self._amendments, self._others, *self._rows.values()]

    def _append(self, chain: OpenCase, act: Act, name: str) -> None:
        entry = self._writer().write(chain, act, name)
        self._events.append(entry.event)
        if entry.words is not None:
            self.add(EventWords, **entry.words)

    def _write_history(self) -> None:
        if not self._events:
            return
        try:
            insert_rows(self.tx, queries.EVENT, self._events)
        except IntegrityError as error:  # there is such an entry of the same chain
            raise self._conflict() from error

    def _conflict(self) -> EditConflict:
        """What stands in the way of these entries."""
        stale = self._stale()
        return edited(one.number for one in stale) if stale else ahead(self._events)

    def _stale(self) -> list[OpenCase]:
        """The cases others have changed, as others see it: this transaction may be past asking."""
        with reading(self.office.engine) as tx:
            versions = guards.versions_of(tx, list(self._cases))
        return [case for case in self._cases.values() if versions.get(case.id, 0) != case.version]

    def _write_cases(self) -> list[Confirm]:
        cases = list(self._cases.values())
        born = [case for case in cases if case.is_new]
        if born:
            insert_values(self.tx, queries.CASE, STORED, map(_row, born))
        confirmations = self._update([case for case in cases if not case.is_new])
        self._write_units([case for case in cases if not UNITS.isdisjoint(case.touched)])
        return confirmations

    def _update(self, cases: Iterable[OpenCase]) -> list[Confirm]:
        """One guarded statement for each set of changed columns."""
        groups: dict[frozenset[str], list[OpenCase]] = defaultdict(list)
        for case in cases:
            groups[frozenset(case.touched)].append(case)
        return [self._update_alike(group, columns) for columns, group in groups.items()]

    def _update_alike(self, cases: list[OpenCase], columns: frozenset[str]) -> Confirm:
        told = update_rows(self.tx, queries.CASE, [_changed(case, columns) for case in cases])
        return partial(_confirm, told, cases)

    def _write_units(self, cases: list[OpenCase]) -> None:
        if not cases:
            return
        units = queries.table(CaseUnit)
        known = [case.id for case in cases if not case.is_new]
        if known:
            self.tx.execute(units.delete().where(units.c.case_id.in_(known)))
        for case in cases:
            for unit, part in case.facts.parts.items():
                self.add(CaseUnit, case_id=case.id, unit=unit, part=part)


def _confirm(told: Told, cases: list[OpenCase]) -> None:
    if told.rowcount != len(cases):
        raise edited(case.number for case in cases)


def _row(case: OpenCase) -> tuple[Any, ...]:
    """A new case by the columns it is stored in."""
    return (*values_of(case.facts), case.id, *_head_of(case), 1, case.next_action_at, case.fingerprint)


def _changed(case: OpenCase, columns: frozenset[str]) -> dict[str, Any]:
    values: dict[str, Any] = {"id": case.id, "version": case.version}
    values |= {name: getattr(case, name) for name in HEAD}
    for name in columns:
        values[name] = case.next_action_at if name == "next_action_at" else getattr(case.facts, name)
    return values
