"""Putting open cases under another version of the policy: plan, apply, verify, revert.

The plan is asked of the rule book and writes nothing. Applying gives each case the command `retarget`, by
itself and with its own result, then reads it back and compares it with the plan. A run can be taken back: its
cases return to the policies they had, and their dates with them.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from states.case import Decision, decide
from states.errors import Refusal
from states.facts import amended
from states.policy import Policy
from workflow.errors import Ambiguous, NotFound
from workflow.services import people
from workflow.services.access import case_row
from workflow.services.batch import JOURNAL, Batch, OpenCase, opened
from workflow.services.burden import PAST_THE_CAP, Weighing
from workflow.services.cases import Order, perform_all
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.replay import read
from workflow.services.work import Work, begin
from workflow.storage import queries, rules
from workflow.storage.session import reading, transaction

COMMAND, NOTED, CURRENT = "retarget", "policy_retargeted", "current"
SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Planned:
    """What another policy would make of one case: its dates before and after, or why it is refused.

    `moved` names each clock whose date changes, with the date before and after; `over_cap` says that its unit
    is asked for more reports than the cap allows, and that this is meant.
    """

    case: str
    title: str | None
    policy: str
    due: str | None
    new_due: str | None
    moved: Mapping[str, list[str]]
    refused: Mapping[str, Any] | None = None
    over_cap: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Applied:
    """What became of a run. `verified` says that every case done reads back as it was planned."""

    run: str
    done: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    @property
    def verified(self) -> bool:
        return all(one["as_planned"] for one in self.done)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "verified": self.verified}


def versions(office: Office) -> list[dict[str, Any]]:
    """The policies kept, the one in force last, each with the number of cases under it not struck off."""
    with reading(office.engine) as tx:
        pinned = rules.open_cases_by_policy(tx)
        return [
            {
                "policy": office.policy(tx, row.digest).reference,
                "digest": row.digest,
                "activated_at": row.activated_at.isoformat(),
                "cases": pinned.get(row.digest, 0),
            }
            for row in rules.policies_kept(tx)
        ]


def plan(
    office: Office,
    target: str,
    numbers: Sequence[str] | None,
    *,
    by: Signature,
    at: datetime,
    reason: str,
    over_cap: bool = False,
) -> list[Planned]:
    """What putting these cases (None: all under another policy) under `target` would change.

    `target` is `current`, or the beginning of a kept policy's hash. With `over_cap` units may come to be
    asked for more reports than the policy allows. Writes nothing.
    """
    with reading(office.engine) as tx:
        policy = _policy(tx, office, target)
        planning = _Planning(begin(tx, office, by=by, at=at), by, reason, over_cap)
        return [planning.of(case, policy) for case in _cases(tx, office, policy, numbers)]


def apply(
    office: Office,
    target: str,
    numbers: Sequence[str] | None,
    *,
    by: Signature,
    at: datetime,
    reason: str,
    over_cap: bool = False,
) -> Applied:
    """Put the cases under `target`, each by itself; a refused one stays as it was and says why."""
    planned = plan(office, target, numbers, by=by, at=at, reason=reason, over_cap=over_cap)
    with reading(office.engine) as tx:
        digest = _policy(tx, office, target).digest
    return _run(office, [(one, digest) for one in planned], by=by, at=at, reason=reason)


def revert(
    office: Office, run: str, *, by: Signature, at: datetime, reason: str, over_cap: bool = False
) -> Applied:
    """Take a run back: its cases return to the policies they had before.

    Raises `NotFound` (`run_unknown`). A case that has moved on since is refused by itself.
    """
    with reading(office.engine) as tx:
        planning = _Planning(begin(tx, office, by=by, at=at), by, reason, over_cap)
        planned = [
            (planning.of(opened(case_row(tx, number)), office.policy(tx, digest)), digest)
            for digest, numbers in _before(tx, run).items()
            for number in numbers
        ]
    return _run(office, planned, by=by, at=at, reason=reason)


class _Planning:
    """Asking the rule book what the command would do to one case after the other, without giving it."""

    def __init__(self, work: Work, by: Signature, reason: str, over_cap: bool) -> None:
        self.work, self.reason, self.may_pass_the_cap = work, reason, over_cap
        self.actors = people.Actors(work.tx, by.person, work.day)
        self.seen: dict[int, OpenCase] = {}
        self.weighing = Weighing(work, self.seen)

    def of(self, case: OpenCase, policy: Policy) -> Planned:
        due = case.facts.due_on
        known = (case.number, case.facts.title, case.facts.policy or "", _iso(due))
        self.seen[case.id] = case
        try:
            decision = self._weighed(case, policy)
        except Refusal as refusal:
            return Planned(*known, _iso(due), {}, refusal.as_json())
        case.facts = amended(case.facts, decision.changes)
        over_cap = bool(decision.details.get(PAST_THE_CAP))
        return Planned(*known, _iso(case.facts.due_on), dict(decision.moved), over_cap=over_cap)

    def _weighed(self, case: OpenCase, policy: Policy) -> Decision:
        """The decision; where it asks its unit for too much and that is meant, it says so."""
        decision = self._decided(case, policy)
        try:
            self.weighing.weigh(case, decision, policy)
        except Refusal:
            if not self.may_pass_the_cap:
                raise
            return self._decided(case, policy, over_cap=True)
        return decision

    def _decided(self, case: OpenCase, policy: Policy, **more: Any) -> Decision:
        tx, office = self.work.tx, self.work.office
        return decide(
            case.facts,
            COMMAND,
            self.actors.towards(case.facts.lead_unit),
            self.work.at,
            lifecycle=self.work.lifecycle_of(case),
            policy=policy,
            calendar=self.work.calendar,
            former=office.calendars_of(tx, case.facts.every_clock),
            target=policy.digest,
            reason=self.reason,
            **more,
        )


def _policy(tx: Connection, office: Office, name: str) -> Policy:
    """The policy in force, or the kept one whose hash begins so."""
    if name == CURRENT:
        return office.policy(tx)
    kept = [row.digest for row in rules.policies_kept(tx)]
    found = [digest for digest in kept if len(name) >= SHORTEST and digest.startswith(name)]
    if not found:
        raise NotFound(f"没有哈希以“{name[:20]}”开头的规则，请核对。", code="policy_unknown")
    if len(found) > 1:
        raise Ambiguous(f"有{len(found)}份规则的哈希以“{name}”开头，请多写几位。", code="policy_ambiguous")
    return office.policy(tx, found[0])


def _cases(
    tx: Connection, office: Office, target: Policy, numbers: Sequence[str] | None
) -> Iterator[OpenCase]:
    """The named cases, or every one under another policy to which the command may be given."""
    if numbers is not None:
        yield from (opened(case_row(tx, number)) for number in numbers)
        return
    for row in rules.cases_under_other_policies(tx, target.digest):
        lifecycle = office.lifecycle(tx, row.lifecycle)
        if any(one.id == COMMAND for one in lifecycle.commands_from(row.state)):
            yield opened(row)


def _run(
    office: Office, planned: Sequence[tuple[Planned, str]], *, by: Signature, at: datetime, reason: str
) -> Applied:
    applied, before = Applied(secrets.token_hex(8)), defaultdict(list)
    signed = replace(by, run=applied.run)
    for one, digest in planned:
        details = {"target": digest, "reason": reason} | ({PAST_THE_CAP: True} if one.over_cap else {})
        order = Order(COMMAND, one.case, details)
        try:
            perform_all(office, [order], by=signed, at=at)
        except Refusal as refusal:
            applied.refused.append({"case": one.case, **refusal.as_json()})
        else:
            before[one.policy].append(one.case)
            applied.done.append(_read_back(office, one, digest))
    _note(office, applied, before, signed, at)
    return applied


def _read_back(office: Office, planned: Planned, digest: str) -> dict[str, Any]:
    """The case as it is stored now, against the plan."""
    with reading(office.engine) as tx:
        facts = opened(case_row(tx, planned.case)).facts
    due = _iso(facts.due_on)
    as_planned = (facts.policy, due) == (digest, planned.new_due)
    return {"case": planned.case, "due": planned.due, "new_due": due, "as_planned": as_planned}


def _note(
    office: Office, applied: Applied, before: Mapping[str, list[str]], by: Signature, at: datetime
) -> None:
    """Tell of the run in the journal, with what it takes to revert it; nothing done, nothing told."""
    if not before:
        return
    with transaction(office.engine) as tx:
        actor = people.signer(tx, by.person)
        batch = Batch(tx, office, by)
        batch.note(Act(NOTED, at, actor, {"run": applied.run, "before": dict(before)}))
        batch.flush()


def _before(tx: Connection, run: str) -> dict[str, list[str]]:
    """The cases of a run by the policy they had before."""
    for event in queries.events_of(tx, JOURNAL):
        if event.kind == NOTED:
            told = read(event).details.model_extra or {}
            if told.get("run") == run:
                return dict(told["before"])
    raise NotFound(f"没有编号为“{run[:20]}”的改用记录。", code="run_unknown", run=run[:20])


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
