"""The desk: giving commands on cases.

`perform` is the one road. It finds the case and the actor, asks the rule book, and writes what was decided,
with the deadline, attachments, papers and the planner's next look that belong to it, in one transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row

from states.alike import Alike
from states.case import Actor, Decision, decide, unit_asked
from states.corrections import NOTED, OF_A_PART
from states.earlier import EarlierEntry
from states.errors import FactInvalid, Refusal
from states.facts import NOTHING_KNOWN, CaseFacts
from states.lifecycle import CommandRow
from states.office_time import office_day
from states.papers.kinds import PAPERS
from states.policy import Policy
from states.swift import made_swiftly
from workflow.errors import NotFound
from workflow.services import agreed, bystanders, commenting, escalations, people, reissuing, units, urging
from workflow.services.attaching import attach, check_room, received
from workflow.services.batch import OpenCase, opened
from workflow.services.burden import Weighing
from workflow.services.corrected import earlier_entry, entry_that_noted
from workflow.services.entries import SYSTEM, Act
from workflow.services.extensions import check_not_repeated
from workflow.services.intake import calling_back
from workflow.services.ladder import Looks, look_again, raised_by_case
from workflow.services.letterheads import CASE_SERIES, OFFICE
from workflow.services.limits import keep_limits
from workflow.services.naming import in_names
from workflow.services.office import Office, Signature
from workflow.services.paper_facts import OF_KIND
from workflow.services.paper_values import Paper
from workflow.services.papers import Desk
from workflow.services.resolving import Resolver, unknown
from workflow.services.series import chosen_series
from workflow.services.stated_times import check_not_ahead
from workflow.services.turns import turns
from workflow.services.unseen import check_still_as_seen
from workflow.services.work import Work, begin
from workflow.storage import queries, rules, serials
from workflow.storage.session import transaction

CASE_IDS = "case-id"
Progress = Callable[[int, int], None]
"""Told how many orders are done, and how many there are."""

NUMBER_WIDTH = 3
PINNING = frozenset({"assigned", "taken_over", "reopened"})
PAPER_OF = {"assigned": "assignment", "reassigned": "assignment", "closed_out": "close_out"}
"""The papers commands send by themselves, by their event."""


@made_swiftly
@dataclass(frozen=True, slots=True)
class Order:
    """One command on one case. Without `number` it brings a new case into being, under `new_number`.

    `seen` is the last entry of its history whoever gives the command had before him when he decided.
    """

    command: str
    number: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    new_number: str | None = None
    fingerprint: str | None = None
    seen: int | None = None


def perform(
    office: Office, number: str, command: str, *, by: Signature, at: datetime, **details: Any
) -> OpenCase:
    """Give one command on the case `number`, at the instant `at`; returns the case as it is afterwards.

    Particulars are named as in the lifecycle table: dates as `date`, units by code or any name the directory
    knows, `evidence` as paths of files to take in. Raises a `Refusal` and leaves everything as it was.
    """
    return perform_all(office, [Order(command, number, details)], by=by, at=at)[0]


def create(
    office: Office,
    command: str,
    *,
    by: Signature,
    at: datetime,
    series: str | None = None,
    new_series: bool = False,
    **details: Any,
) -> OpenCase:
    """Bring a new case into the register by a creating command, under the next number of its series.

    Without `series` the office's own is used; one never used before is named with `new_series`, unless it is
    the first. Raises like `perform`, and like `chosen_series`.
    """
    with received(office, details) as given, transaction(office.engine) as tx:
        year = office_day(at).year
        chosen = chosen_series(tx, office, series, year=year, is_new=new_series)
        number = next_number(tx, chosen, year)
        order = Order(command, details=given, new_number=number)
        return perform_within(tx, office, [order], by=by, at=at)[0]


def open_matter(office: Office, *, by: Signature, at: datetime, **details: Any) -> OpenCase:
    """Bring a new matter into the register as a draft."""
    return create(office, "open", by=by, at=at, **details)


def perform_all(office: Office, orders: Sequence[Order], *, by: Signature, at: datetime) -> list[OpenCase]:
    """Give many commands by one hand in one transaction: all of them, or none."""
    with ExitStack() as taking:
        given = [taking.enter_context(received(office, order.details)) for order in orders]
        taken = [replace(order, details=one) for order, one in zip(orders, given, strict=True)]
        with transaction(office.engine) as tx:
            return perform_within(tx, office, taken, by=by, at=at)


def next_number(tx: Connection, series: str, year: int) -> str:
    """The next number of a case series, written 滨督2026-063."""
    return next_numbers(tx, series, year, 1)[0]


def next_numbers(tx: Connection, series: str, year: int, count: int) -> list[str]:
    """The next `count` numbers of a case series, taken in one block."""
    first = serials.take(tx, CASE_SERIES + series, year, count)
    return [f"{series}{year}-{serial:0{NUMBER_WIDTH}d}" for serial in range(first, first + count)]


def perform_within(
    tx: Connection,
    office: Office,
    orders: Sequence[Order],
    *,
    by: Signature,
    at: datetime,
    note: Act | None = None,
    progress: Progress | None = None,
) -> list[OpenCase]:
    """The same within a transaction the caller owns; `note` goes into the office's journal with it.

    Files were `received` before it began.
    """
    cases, known = _cases(tx, orders)
    work = begin(tx, office, by=by, at=at)
    handling = _Handling(work, by, orders, cases, known)
    for done, (order, case) in enumerate(zip(orders, cases, strict=True), start=1):
        handling.handle(order, case)
        if progress is not None:
            progress(done, len(orders))
    handling.finish()
    if note is not None:
        work.batch.note(note)
    work.batch.flush()
    return cases


def _cases(tx: Connection, orders: Sequence[Order]) -> tuple[list[OpenCase], dict[str, OpenCase]]:
    """The cases the orders are for, and those of them and beside them by number, locked.

    New ones get their ids in one block, and may be named later.
    """
    beside = bystanders.numbers(tx, ((order.number, order.details) for order in orders))
    named = [order.number for order in orders if order.number is not None]
    rows = queries.cases_for_update(tx, [*named, *beside])
    known = {row.number: opened(row) for row in rows}
    born = [order for order in orders if order.number is None]
    first = serials.take(tx, CASE_IDS, 0, len(born)) if born else 0
    new = [_born(first + place, order) for place, order in enumerate(born)]
    known |= {order.new_number: case for order, case in zip(born, new, strict=True) if order.new_number}
    rest = iter(new)
    found = [next(rest) if order.number is None else _known(known, order.number) for order in orders]
    return found, known


def _known(known: Mapping[str, OpenCase], number: str) -> OpenCase:
    if number not in known:
        raise unknown(number)
    return known[number]


def _born(case_id: int, order: Order) -> OpenCase:
    return OpenCase(case_id, NOTHING_KNOWN, fingerprint=order.fingerprint)


class _Handling:
    """The orders of one transaction on their way through decision and record."""

    def __init__(
        self,
        work: Work,
        by: Signature,
        orders: Sequence[Order],
        cases: list[OpenCase],
        known: Mapping[str, OpenCase],
    ) -> None:
        self.work = work
        self.actors = people.Actors(work.tx, by.person, work.day)
        self.desk = Desk(work, signer=self.actors.towards(None).person)
        self.desk.reserve(_papers_to_come(work, orders, cases))
        self.cases = {case.id: case for case in cases}
        self.known = known
        self.particulars = Resolver(work, [order.details for order in orders], known)
        stored = [case.id for case in cases if not case.is_new]
        self.attached: dict[int, dict[str, int]] = defaultdict(dict)
        self.weighing = Weighing(work, self.cases)
        self.alike = Alike(work.at, work.calendar)
        self.escalations = _by_case(queries.escalations_of(work.tx, stored))

    def handle(self, order: Order, case: OpenCase) -> None:
        """Decide one order and enter what follows from it."""
        check_still_as_seen(self.work.tx, case, order.seen)
        row = self.work.lifecycle_of(case).command_rows.get(order.command)
        actor = self.actors.towards(_unit_asked(row, case, order))
        check_not_ahead(self.work, case, actor)
        self._check_lead(row, case)
        policy, raised, former = self._policy(row, case, order), self.escalations.get(case.id, ()), case.facts
        details = self._in_its_entry(case, self.particulars.resolved(order.details, policy, case.number))
        decision = self._decided(case, order, actor, policy, details)
        check_not_repeated(self.work, case, decision)
        decision = case.decision = agreed.reminded(self.work, case, decision)
        self.weighing.weigh(case, decision, policy)
        stated = reissuing.stating(self.desk, case, decision, raised)
        reissuing.check(stated, decision)
        seq = self._enter(case, decision, order, actor.person)
        keep_limits(self.work.batch, case, seq, decision.deadlines)
        self.attached[case.id] |= attach(self.work.batch, case.id, seq, decision.details)
        commenting.follow(self.work, case, seq, decision, actor.person)
        escalations.follow(self.work, case, decision, raised, led_by=former.lead_unit)
        self.desk.lives.follow(case, decision.event)
        self._issue(case, decision)
        urging.send(self.desk, case, decision)
        reissuing.reissue(self.desk, case, stated)
        self._tell_others(case, decision, former, actor.person)

    def _decided(
        self, case: OpenCase, order: Order, actor: Actor, policy: Policy, details: Mapping[str, Any]
    ) -> Decision:
        """What the rule book says of it; a refusal names units as people do."""
        asked = partial(self._asked, case, order, actor, policy, details)
        try:
            if not case.is_blank:
                return asked()
            row = self.work.lifecycle.command_rows.get(order.command)
            return self.alike.decided(row, details, asked)
        except Refusal as refusal:
            raise in_names(self.work.tx, refusal) from refusal

    def _asked(
        self,
        case: OpenCase,
        order: Order,
        actor: Actor,
        policy: Policy,
        details: Mapping[str, Any],
    ) -> Decision:
        work = self.work
        return decide(
            case.facts,
            order.command,
            actor,
            work.at,
            lifecycle=work.lifecycle_for(case, order.command),
            policy=policy,
            calendar=work.calendar,
            former=work.office.calendars_of(work.tx, case.facts.every_clock),
            earlier=self._earlier(case, details.get("entry")),
            past=turns(work.batch.history_of(case)) if order.command == "correct" else (),
            **details,
        )

    def _in_its_entry(self, case: OpenCase, details: dict[str, Any]) -> dict[str, Any]:
        """The particulars; a fact that an entry noted is corrected in that entry, named or not."""
        name = details.get("field")
        if name not in NOTED or not OF_A_PART.keys().isdisjoint(details):
            return details
        value = getattr(case.facts, name)
        entry = entry_that_noted(self.work.batch.history_of(case), name, value)
        return details if entry is None else {**details, "entry": entry}

    def _earlier(self, case: OpenCase, entry: int | None) -> EarlierEntry | None:
        """The entry a command names, as it reads by then."""
        return None if entry is None else earlier_entry(self.work.batch.history_of(case), entry)

    def finish(self) -> None:
        """See that no case holds too much, and tell the sweep when each wants to be looked at again."""
        check_room(self.work.tx, self.attached)
        calling_back.follow(self.work, self.cases.values())
        looks = Looks(self.work)
        for case in self.cases.values():
            raised = self.escalations.get(case.id)
            seen = raised_by_case(raised)[case.id] if raised else None
            self.work.batch.wake(case, look_again(self.work, case, seen) if seen else looks.again(case))

    def _check_lead(self, row: CommandRow | None, case: OpenCase) -> None:
        """A matter is not taken up again under a unit that has ended meanwhile: nobody would work on it."""
        if row is None or row.event != "reopened" or case.facts.lead_unit is None:
            return
        found = units.ended(self.work.tx, case.facts.lead_unit, self.work.day)
        if found is not None:
            raise FactInvalid(
                f"牵头{found.message}；请先办理机构承继，再重启。",
                code="lead_has_ended",
                unit=case.facts.lead_unit,
            )

    def _policy(self, row: CommandRow | None, case: OpenCase, order: Order) -> Policy:
        """The policy a command is decided under: the one it pins the case to, else the case's own."""
        if order.command == "retarget" and order.details.get("target"):
            return self._target(str(order.details["target"]))
        return self.work.policy if row and row.event in PINNING else self.work.policy_of(case)

    def _target(self, digest: str) -> Policy:
        """The kept policy with this hash, which somebody may have typed."""
        if digest not in rules.rule_digests(self.work.tx, "policy"):
            message = f"没有哈希为“{digest[:20]}”的规则，请从督办规则页核对。"
            raise NotFound(message, code="policy_unknown", particular="target")
        return self.work.office.policy(self.work.tx, digest)

    def _enter(self, case: OpenCase, decision: Decision, order: Order, actor: str) -> int:
        changes = {**decision.changes, **self._pinned(case, decision, order)}
        details = {name: value for name, value in decision.details.items() if name not in changes}
        if decision.deadlines:
            details["deadlines"] = {name: one.as_json() for name, one in decision.deadlines.items()}
        if decision.moved:
            details["moved"] = dict(decision.moved)
        act = Act(
            decision.event, self.work.at, actor, details, changes, decision.before, decision.after,
            acting_for=decision.acting_for,
        )  # fmt: skip
        return self.work.batch.enter(case, act)

    def _pinned(self, case: OpenCase, decision: Decision, order: Order) -> dict[str, Any]:
        """A new case gets its number; one that is handed out is pinned to the policy in force then."""
        pinned: dict[str, Any] = {"number": order.new_number} if case.is_new and not case.number else {}
        if decision.event in PINNING and case.facts.policy != self.work.policy.digest:
            pinned["policy"] = self.work.policy.digest
        return pinned

    def _issue(self, case: OpenCase, decision: Decision) -> None:
        """The papers a command sends by itself: 督查通知单 on 交办, 销号通知 on 销号."""
        if decision.event not in PAPER_OF:
            return
        kind = PAPER_OF[decision.event]
        self.desk.know([case])
        paper = Paper(
            kind=kind,
            series=PAPERS[kind].series,
            addressee=self.desk.lead_name(case.facts),
            recipients=self.desk.liaison(case.facts.lead_unit),
            particulars=OF_KIND[kind](self.desk, case),
        )
        details = {"kind": kind, **self.desk.issue(case, paper).as_details()}
        state = case.facts.state
        act = Act("document_issued", self.work.at, SYSTEM, details, before=state, after=state)
        self.work.batch.enter(case, act)

    def _tell_others(self, case: OpenCase, decision: Decision, former: CaseFacts, by: str) -> None:
        """Enter what this means for other matters, and tell a unit that no longer leads."""
        if "surviving" in decision.details:
            bystanders.told_of_merger(self.work, self.known, case, decision, by)
        if decision.event == "reassigned":
            bystanders.told_former_unit(self.work, self.desk, case, former)


def _unit_asked(row: CommandRow | None, case: OpenCase, order: Order) -> str | None:
    return unit_asked(row, case.facts, order.details) if row else case.facts.lead_unit


def _papers_to_come(
    work: Work, orders: Sequence[Order], cases: Sequence[OpenCase]
) -> Iterator[tuple[str, str]]:
    """Issuer and series of each paper these orders will send, so that numbers are taken in one block."""
    for order, case in zip(orders, cases, strict=True):
        row = work.lifecycle_of(case).command_rows.get(order.command)
        if row is not None and row.event in PAPER_OF:
            yield OFFICE, PAPERS[PAPER_OF[row.event]].series


def _by_case(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found
