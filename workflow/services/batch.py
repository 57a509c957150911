"""Everything one transaction will write, gathered and then written with few statements.

State, history, numbers, papers and outgoing messages commit together or not at all, because they are flushed
together here and nowhere else. A batch of one serves a single command, a batch of hundreds the sweep.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, update
from sqlmodel import SQLModel

from states.facts import FACT_NAMES, PERSONAL_FACTS, CaseFacts, to_json
from states.history import GENESIS, SCHEMA, SHA256, canonical, chain_hash, keyed_code, personal_hash
from states.vocabulary import ActorKind
from states.words import FREE_TEXT
from workflow.errors import EditConflict
from workflow.services.office import Office, Signature
from workflow.storage import queries
from workflow.storage.models import (
    Attachment,
    CaseUnit,
    Document,
    Escalation,
    OutboxMessage,
    TimeLimit,
)

JOURNAL = 0
SYSTEM = "system"
WRITE_ORDER: tuple[type[SQLModel], ...] = (
    TimeLimit,
    Document,
    Escalation,
    OutboxMessage,
    Attachment,
    CaseUnit,
)


@dataclass(slots=True)
class OpenCase:
    """A case as a transaction holds it: its facts, its chain's head, and what has changed so far."""

    id: int
    facts: CaseFacts
    seq: int = 0
    head: str = GENESIS
    version: int = 0
    next_action_at: datetime | None = None
    fingerprint: str | None = None
    touched: set[str] = field(default_factory=set)

    @property
    def number(self) -> str:
        return self.facts.number or ""

    @property
    def is_new(self) -> bool:
        return self.version == 0


def opened(row: Row[Any]) -> OpenCase:
    """The case of a stored row."""
    values = row._mapping
    facts = CaseFacts(**{name: values[name] for name in FACT_NAMES})
    return OpenCase(row.id, facts, row.seq, row.head, row.version, row.next_action_at, row.fingerprint)


@dataclass(frozen=True, slots=True)
class Act:
    """What is entered into a history: the kind, who acted, and the particulars as plain JSON values."""

    kind: str
    occurred_at: datetime
    actor: str = SYSTEM
    details: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    before: str | None = None
    after: str | None = None


class Batch:
    """The writes of one transaction. Enter acts, add rows, then `flush()` once."""

    def __init__(self, tx: Connection, office: Office, signature: Signature) -> None:
        self.tx = tx
        self.office = office
        self.signature = signature
        self._cases: dict[int, OpenCase] = {}
        self._events: list[dict[str, Any]] = []
        self._rows: dict[type[SQLModel], list[dict[str, Any]]] = defaultdict(list)
        self._amendments: list[tuple[type[SQLModel], str, dict[str, Any]]] = []
        self._journal: OpenCase | None = None
        self._recorded = stamp(signature.recorded_at)

    def enter(self, case: OpenCase, act: Act) -> int:
        """Append an act to a case's history and apply the facts it sets. Returns the entry's seq."""
        self._cases[case.id] = case
        case.facts = replace(case.facts, **act.changes)
        case.touched.update(act.changes)
        self._append(case, act, case.number)
        return case.seq

    def note(self, act: Act) -> None:
        """Append an act to the office's own journal."""
        if self._journal is None:
            row = queries.journal_for_update(self.tx)
            self._journal = OpenCase(
                JOURNAL, CaseFacts(), row.seq if row else 0, row.head if row else GENESIS
            )
        self._append(self._journal, act, "office")

    def wake(self, case: OpenCase, at: datetime | None) -> None:
        """Set when the planner wants to look at the case again."""
        self._cases[case.id] = case
        if case.next_action_at != at:
            case.next_action_at = at
            case.touched.add("next_action_at")

    def add(self, model: type[SQLModel], **values: Any) -> None:
        """Add a row to be written with this batch."""
        self._rows[model].append(values)

    def amend(self, model: type[SQLModel], row_id: str, **values: Any) -> None:
        """Change a row by its id when the batch is flushed. Not for history."""
        self._amendments.append((model, row_id, values))

    def flush(self) -> None:
        """Write everything. Raises `EditConflict` when a case was changed by somebody else meanwhile."""
        self._write_cases()
        if self._events:
            self.tx.execute(insert(queries.EVENT), self._events)
        for model in WRITE_ORDER:
            if self._rows[model]:
                self.tx.execute(insert(queries.table(model)), self._rows[model])
        for model, row_id, values in self._amendments:
            target = queries.table(model)
            self.tx.execute(update(target).where(target.c.id == row_id).values(values))
        if self._journal is not None:
            head = {"seq": self._journal.seq, "head": self._journal.head}
            self.tx.execute(update(queries.JOURNAL).where(queries.JOURNAL.c.id == 0).values(head))

    def _append(self, chain: OpenCase, act: Act, case_name: str) -> None:
        chain.seq += 1
        personal, salt = self._personal(act)
        payload = canonical(self._payload(act, case_name, chain.seq, personal, salt))
        previous, chain.head = chain.head, chain_hash(payload, chain.head)
        self._events.append(
            {
                "case_id": chain.id,
                "seq": chain.seq,
                "kind": act.kind,
                "actor": act.actor,
                "actor_kind": _actor_kind(act.actor),
                "acting_for": None,
                "occurred_at": act.occurred_at,
                "recorded_at": self.signature.recorded_at,
                "payload": payload,
                "previous_hash": previous,
                "hash": chain.head,
                "keyed_code": keyed_code(chain.head, self.office.secret.key),
                "key_id": self.office.secret.key_id,
                "algorithm": SHA256,
                "schema_version": SCHEMA,
                "personal": personal,
                "personal_salt": salt,
            }
        )

    def _payload(
        self, act: Act, case_name: str, seq: int, personal: str | None, salt: str | None
    ) -> dict[str, Any]:
        payload = {
            "schema": SCHEMA,
            "case": case_name,
            "seq": seq,
            "kind": act.kind,
            "actor": act.actor,
            "actor_kind": _actor_kind(act.actor),
            "door": self.signature.door,
            "account": self.signature.account,
            "occurred_at": stamp(act.occurred_at),
            "recorded_at": self._recorded,
            "before": act.before,
            "after": act.after,
            "set": to_json(
                {name: value for name, value in act.changes.items() if name not in PERSONAL_FACTS}
            ),
            "details": to_json({name: value for name, value in act.details.items() if name not in FREE_TEXT}),
        }
        if personal is not None and salt is not None:
            payload["personal"] = personal_hash(personal, salt)
        return payload

    def _personal(self, act: Act) -> tuple[str | None, str | None]:
        """People's own words, kept beside the entry so that they can be redacted without breaking it."""
        words = {
            "set": {name: value for name, value in act.changes.items() if name in PERSONAL_FACTS},
            "details": {name: value for name, value in act.details.items() if name in FREE_TEXT},
        }
        if not words["set"] and not words["details"]:
            return None, None
        return canonical(words), secrets.token_hex(16)

    def _write_cases(self) -> None:
        cases = list(self._cases.values())
        born = [case for case in cases if case.is_new]
        if born:
            self.tx.execute(insert(queries.CASE), [_row(case) for case in born])
        self._update([case for case in cases if not case.is_new])
        self._write_units([case for case in cases if {"lead_unit", "co_units"} & case.touched])

    def _update(self, cases: Iterable[OpenCase]) -> None:
        """One guarded statement for each set of changed columns."""
        groups: dict[frozenset[str], list[OpenCase]] = defaultdict(list)
        for case in cases:
            groups[frozenset(case.touched)].append(case)
        for columns, group in groups.items():
            written = self.tx.execute(_guarded_update(columns), [_changed(case, columns) for case in group])
            if written.rowcount != len(group):
                raise EditConflict(
                    "事项刚被他人更新，请重新查看后再办。", cases=[case.number for case in group][:5]
                )

    def _write_units(self, cases: list[OpenCase]) -> None:
        if not cases:
            return
        units = queries.table(CaseUnit)
        known = [case.id for case in cases if not case.is_new]
        if known:
            self.tx.execute(units.delete().where(units.c.case_id.in_(known)))
        for case in cases:
            if case.facts.lead_unit:
                self.add(CaseUnit, case_id=case.id, unit=case.facts.lead_unit, part="lead")
            for unit in case.facts.co_units:
                self.add(CaseUnit, case_id=case.id, unit=unit, part="co")


def _row(case: OpenCase) -> dict[str, Any]:
    values = {name: getattr(case.facts, name) for name in FACT_NAMES}
    return values | {
        "id": case.id,
        "seq": case.seq,
        "head": case.head,
        "version": 1,
        "next_action_at": case.next_action_at,
        "fingerprint": case.fingerprint,
    }


def _changed(case: OpenCase, columns: frozenset[str]) -> dict[str, Any]:
    values: dict[str, Any] = {"b_id": case.id, "b_version": case.version, "seq": case.seq, "head": case.head}
    for name in columns:
        values[name] = case.next_action_at if name == "next_action_at" else getattr(case.facts, name)
    return values


def _guarded_update(columns: frozenset[str]) -> Any:
    target = queries.CASE
    return (
        update(target)
        .where(target.c.id == bindparam("b_id"), target.c.version == bindparam("b_version"))
        .values({name: bindparam(name) for name in (*sorted(columns), "seq", "head")})
        .values(version=target.c.version + 1)
    )


def _actor_kind(actor: str) -> str:
    return (ActorKind.SYSTEM if actor == SYSTEM else ActorKind.HUMAN).value


def stamp(at: datetime) -> str:
    """An instant as entries write it: UTC, microseconds, Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
