"""Which commands somebody may give on a case as it stands: the buttons of its page.

Whether a command is carried out is decided when it is given; what is offered here is what would not be
refused for the state of the case or for who asks.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row

from states.case import Actor, roles_asked
from states.correctable import correctable
from states.facts import CaseFacts
from states.feasible import OF_ONE, Prospects
from states.lifecycle import CommandRow, Lifecycle
from states.office_time import office_day, office_minute
from states.question import Question
from states.retention import IN_SPITE_OF_A_SEAL
from states.too_late import why_not
from workflow.services.access import shown_case
from workflow.services.batch import opened
from workflow.services.leafing import openings_for
from workflow.services.office import Office
from workflow.services.people import Actors
from workflow.services.seeing import Eyes, Onlooker, acting
from workflow.storage import queries, rules
from workflow.storage.session import reading

MOST_POLICIES = 50
"""So many versions of the policy can be chosen from, the newest."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """A command that is not offered, and why not."""

    row: CommandRow
    why: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The commands somebody may give on a case, in the table's order, and the last entry they rest on.

    `feasible` are those that are not bound to be refused as the case stands: a milestone there is none of
    cannot be reached. `policy` is the hash of the policy the case is under. `late` says of every other
    command of its table why it is not offered, `correctable` what 更正 may be about, by label.
    """

    number: str
    title: str | None
    seq: int
    policy: str | None
    commands: tuple[CommandRow, ...]
    feasible: tuple[CommandRow, ...]
    late: Mapping[str, TooLate]
    correctable: tuple[tuple[str, str], ...]

    def command(self, name: str) -> CommandRow | None:
        """The command of this name, if it is offered."""
        return next((row for row in self.commands if row.id == name), None)


def offered(office: Office, number: str, *, by: Onlooker) -> Offer:
    """What is offered to an onlooker. Raises `NotFound`, and `NotPermitted` where the case is not his."""
    with reading(office.engine) as tx:
        row, _ = shown_case(tx, office, number, by)
        case = opened(row)
        actors = acting(tx, by)
        found = tuple(_offered(tx, office, case.facts, actors))
        question = _question(tx, office, case.facts, actors.towards(case.facts.lead_unit), by.at)
        as_it_stands = tuple(filter(Prospects(question).feasible, found))
        late = {one.row.id: one for one in _too_late(tx, office, case.facts, found)}
        title, policy = case.facts.title, case.facts.policy
        stated = tuple(correctable(case.facts))
        return Offer(case.number, title, case.seq, policy, found, as_it_stands, late, stated)


@dataclass(frozen=True, slots=True)
class Feasible:
    """A command that is not bound to be refused; `about` are the tasks (`thing` is `task`) or milestones
    (`node`) by id it could be about, where it names one."""

    row: CommandRow
    thing: str | None = None
    about: tuple[int, ...] = ()


def feasible_now(tx: Connection, office: Office, facts: CaseFacts, by: Onlooker) -> tuple[Feasible, ...]:
    """What is offered of a case with these facts and not bound to be refused as it stands."""
    actors = acting(tx, by)
    question = _question(tx, office, facts, actors.towards(facts.lead_unit), by.at)
    prospects = Prospects(question)
    rows = filter(prospects.feasible, _offered(tx, office, facts, actors))
    return tuple(_about(row, question, prospects, actors) for row in rows)


def _about(row: CommandRow, question: Question, prospects: Prospects, actors: Actors) -> Feasible:
    thing = next((name for name in OF_ONE if name in row.needs), None)
    if thing is None:
        return Feasible(row)
    asked = roles_asked(row, question.facts.coordination_level, question.policy)
    units = {one.id: one.unit for one in question.facts.tasks} if row.part == "task" else {}
    about, lead = prospects.about(row, thing), question.facts.lead_unit
    his = (one for one in about if not actors.at(units.get(one, lead)).isdisjoint(asked))
    return Feasible(row, thing, tuple(his))


def _question(tx: Connection, office: Office, facts: CaseFacts, actor: Actor, at: datetime) -> Question:
    """What the rules of a case are asked with while nothing is filled in."""
    rules = office.lifecycle(tx, facts.lifecycle), office.calendar(tx), office.policy(tx, facts.policy)
    return Question(facts, actor, at, office_day(at), {}, *rules, {})


def openings(office: Office, *, by: Onlooker) -> tuple[CommandRow, ...]:
    """The commands by which somebody may bring a matter into the register."""
    with reading(office.engine) as tx:
        return tuple(openings_for(office.lifecycle(tx), Eyes(tx, by)))


def creating(office: Office, name: str) -> CommandRow | None:
    """The command of this name that brings a matter into the register, whosever it is."""
    with reading(office.engine) as tx:
        row = office.lifecycle(tx).command_rows.get(name)
    return row if row is not None and row.creates and not row.machine else None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form lets people choose from: categories by id and label, the names of units, and the rules a
    term is counted by, by name and title."""

    categories: tuple[tuple[str, str], ...]
    units: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]


def choices(office: Office, policy: str | None = None, *, day: date) -> Choices:
    """What can be chosen on a day under a policy, by its hash, or under the one in force."""
    with reading(office.engine) as tx:
        rules = office.policy(tx, policy)
        names = (one.name for one in queries.units(tx) if one.valid_to is None or one.valid_to >= day)
        return Choices(
            tuple((one.id, one.label) for one in rules.categories),
            tuple(sorted(names)),
            tuple((one.name, one.title) for one in rules.rule_of.values()),
        )


def other_policies(office: Office, policy: str | None) -> tuple[tuple[str, str], ...]:
    """The versions of the policy a case under this one may be put under, by hash, the newest first."""
    with reading(office.engine) as tx:
        kept = reversed(rules.policies_kept(tx))
        others = (one for one in kept if one.digest != policy)
        return tuple((one.digest, _policy_label(office, tx, one)) for one in islice(others, MOST_POLICIES))


def _policy_label(office: Office, tx: Connection, kept: Row[Any]) -> str:
    """A version as one is chosen from a list: its name, when it came into force, how its hash begins."""
    title = office.policy(tx, kept.digest).reference
    return f"{title}，{office_minute(kept.activated_at)}启用（{kept.digest[:12]}）"


def _offered(tx: Connection, office: Office, facts: CaseFacts, actors: Actors) -> Iterator[CommandRow]:
    lifecycle, policy = office.lifecycle(tx, facts.lifecycle), office.policy(tx, facts.policy)
    held = {"lead": actors.at(facts.lead_unit), "task": actors.at(*(one.unit for one in facts.tasks))}
    for row in _commands(facts, lifecycle):
        if not held[row.part].isdisjoint(roles_asked(row, facts.coordination_level, policy)):
            yield row


def _too_late(
    tx: Connection, office: Office, facts: CaseFacts, found: Collection[CommandRow]
) -> Iterator[TooLate]:
    lifecycle, policy = office.lifecycle(tx, facts.lifecycle), office.policy(tx, facts.policy)
    for row in lifecycle.commands:
        if row not in found and not row.creates and not row.machine:
            roles = roles_asked(row, facts.coordination_level, policy)
            yield TooLate(row, why_not(row, facts, lifecycle, roles))


def _commands(facts: CaseFacts, lifecycle: Lifecycle) -> Iterator[CommandRow]:
    for row in lifecycle.commands_from(facts.state):
        is_open = facts.sealed_on is None or row.event in IN_SPITE_OF_A_SEAL
        if is_open and not row.machine:
            yield row
