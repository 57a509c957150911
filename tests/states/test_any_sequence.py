"""Whatever is done to a matter, in whatever order: its history tells its facts, clocks, owners and duties.

Commands of the whole table are given at random, many of them refused; what is decided is entered as history.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Protocol

from hypothesis import given, settings
from hypothesis import strategies as st

from states.calendar import WorkCalendar
from states.case import Decision, decide
from states.clocks import Clock
from states.clocks.clock import from_json as clocks_from_json
from states.clocks.winding import wound
from states.corrections import EMPTY, OCCURRED_AT
from states.deadlines import Limit
from states.duties import Matter, duties
from states.earlier import EarlierEntry, Turn
from states.effects import EFFECTS
from states.errors import Refusal
from states.facts import NEW, CaseFacts, amended, fold, to_json
from states.feasible import Prospects
from states.lifecycle import CommandRow, Lifecycle
from states.nodes import Node, in_plan, still_open
from states.nodes.planning import Step
from states.policy.limits import FeedbackRule
from states.question import Question
from states.tasks import key_of
from states.vocabulary import UNIT_ROLES, ClockName, LimitUnit, LookbackFinding, Role, Ruling, Verdict
from tests.builders import REQUIREMENT, TITLE, at
from tests.states.matters import COMPLETE, DEFAULT, holding

BEGUN = at(2026, 8, 3)
LIVES = int(os.environ.get("DUBAN_LIVES", "80"))
ENOUGH = 2_000
"""So many lives come to every command, and mostly far fewer."""
MATTER = {"title": TITLE, "source": "市长信箱", "requirement": REQUIREMENT, "complexity": "complex"}
UNITS, PEOPLE = ("BH212", "BH213", "BH214"), ("R010", "R011", "BH212-L")
GROUP, GROUP_OWNER = "BH390", "BH213"
"""A standing group, and the unit it leads through."""
ROLES_OF = {"BH212-L": frozenset(Role) - {Role.UNIT_HEAD}}
"""Everybody has every role, but for one who is nobody's head."""
SIX_WEEKS = {"limit": Limit(LimitUnit.WORKING_DAYS, 30)}
ORDERS = (
    *({"lead_unit": unit} | SIX_WEEKS for unit in ("BH212", "BH212", "BH212", GROUP)),
    {"lead_unit": "BH212", "open_ended": True, "cadence": "每月"},
    {"lead_unit": "BH212", "complexity": "very_complex"},
)
"""How a matter is first handed out: mostly to a unit, sometimes to a group, for good, or for a plan first."""
ROAD = frozenset({"acknowledge", "begin", "report_completion"})
OTHER_RULES = frozenset({"adopt", "retarget", "recount", "decline_recount"})
"""What needs another table, policy or calendar than the one a matter has; tests of their own give them."""
AGAIN = frozenset({"close_out", "follow_up", "reopen"})
"""What leads a matter back into work after its end."""
MOVED = frozenset({"plan_nodes", "replan_nodes", "suspend", "resume"})
"""What moves the date of a plan that stands."""
PUT_RIGHT = frozenset({"plan_nodes", "reach_node", "move_node", "drop_node", "reassign", "correct"})
"""What is stated of a plan, and what is corrected of it."""
SIGNED = frozenset({"report_progress", "cosign_progress"})
"""What takes two people."""
STATED_ONLY = frozenset({"take_over", "restate"})
"""What an old register states it may state in any order; nothing of it is witnessed."""


def day(dice: Random) -> date:
    """Mostly soon, sometimes past, sometimes far enough ahead for an extension."""
    return (BEGUN + timedelta(days=dice.choice([dice.randint(-2, 60), dice.randint(45, 90)]))).date()


def limit(dice: Random) -> Limit:
    return Limit(dice.choice([LimitUnit.DAYS, LimitUnit.WORKING_DAYS]), dice.randint(1, 30))


def steps(dice: Random) -> tuple[Step, ...]:
    """Up to three milestones, one after the other or not."""
    return tuple(
        Step(
            title="节点",
            working_days=dice.randint(1, 4),
            after=(place,) if place and dice.random() < 0.5 else (),
        )
        for place in range(dice.randint(1, 3))
    )


DAYS = ("due_on", "review_on", "expected_on", "promised_on", "public_until")
ONE_UNIT = ("unit", "successor")
LEADS = ("lead_unit", "former_unit")
LONG_AFTER = timedelta(days=200)
"""When every light has long been red."""
POOL: dict[str, Callable[[Random], Any]] = {
    **dict.fromkeys(DAYS, day),
    **dict.fromkeys(ONE_UNIT, lambda dice: dice.choice(UNITS)),
    **dict.fromkeys(LEADS, lambda dice: dice.choice([*UNITS, GROUP])),
    "co_units": lambda dice: tuple(dice.sample(UNITS, dice.randint(0, 2))),
    "limit": limit,
    "complexity": lambda dice: dice.choice(["ordinary", "complex", "very_complex"]),
    "task": lambda dice: dice.randint(1, 2),
    "nodes": steps,
    "node": lambda dice: dice.randint(1, 3),
    "completion_rate": lambda dice: dice.randint(0, 101),
    "open_ended": lambda dice: dice.random() < 0.2,
    "open_tasks_reason": lambda dice: "协办不影响亮灯",
    "cadence": lambda dice: dice.choice(["每周", "每月", "不定期"]),
    **dict.fromkeys(("hard_to_meet", "as_before"), lambda dice: dice.random() < 0.5),
}


ONLY_OF: dict[tuple[str, str], Callable[[Random], Any]] = {
    ("follow_up", "finding"): lambda dice: dice.choice(list(LookbackFinding)),
    ("record_verification", "finding"): lambda dice: dice.choice(list(Verdict)),
    ("extend_task", "due_on"): lambda dice: (BEGUN + timedelta(days=dice.randint(20, 50))).date(),
    ("settle_objection", "ruling"): lambda dice: dice.choice(list(Ruling)),
}
"""Words that mean something for one command alone."""
SIGNING = DEFAULT.model_copy(update={"feedback": FeedbackRule(cosign=True)})


class Life:
    """One matter on its way: its facts, and the history they are folded from."""

    def __init__(self, lifecycle: Lifecycle, calendar: WorkCalendar, dice: Random) -> None:
        self.lifecycle, self.calendar = lifecycle, calendar
        self.policy = dice.choice([DEFAULT, SIGNING])
        self.facts, self.at, self.entries = CaseFacts(), BEGUN, []
        self.turns: dict[int, Turn] = {}
        self.group_owner = GROUP_OWNER
        self.epochs = defaultdict[str, int](int)

    def hand(self, row: CommandRow, dice: Random) -> str:
        return dice.choice(PEOPLE)

    def give(self, command: str, person: str, details: dict) -> bool:
        """Give one command; a refused one leaves everything as it was."""
        before = self.facts
        try:
            decision = decide(
                before, command, holding(*ROLES_OF.get(person, Role), person=person), self.at,
                lifecycle=self.lifecycle, policy=self.policy, calendar=self.calendar,
                past=tuple(self.turns.values()), earlier=self.earlier(details), **self.led(details),
            )  # fmt: skip
        except Refusal:
            assert self.facts == before
            return False
        self.check_was_feasible(before, command)
        changes = dict(decision.changes)
        if before.state == NEW:
            changes |= {"number": "滨督2026-001"}
        self.facts = amended(before, changes)
        self.entries.append({"set": to_json(changes), "entry": details.get("entry")})
        self.remember(decision, changes, before, details)
        if details.get("former_unit") == self.group_owner:
            self.group_owner = details["successor"]
        self.check(before, command)
        return True

    def remember(self, decision: Decision, changes: dict, before: CaseFacts, details: dict) -> None:
        """The act as later corrections look back on it; one of its time changes when it was."""
        seq = len(self.entries)
        if details.get("field") == OCCURRED_AT:
            self.turns[details["entry"]] = replace(self.turns[details["entry"]], at=details["new"])
        elif decision.command != "correct":
            facts = frozenset(name for name, value in changes.items() if value is not None)
            done = wound(clocks_of(before), clocks_of(self.facts), self.at)
            states = decision.before, decision.after
            self.turns[seq] = Turn(seq, decision.event, self.at, *states, facts, done)

    def earlier(self, details: dict) -> EarlierEntry | None:
        """The act a correction names, with the facts that no later entry set."""
        turn = self.turns.get(details.get("entry"))
        if turn is None:
            return None
        later = {
            name for entry in self.entries[turn.seq :] if entry["entry"] != turn.seq for name in entry["set"]
        }
        stated = self.entries[turn.seq - 1]["set"]
        day = turn.at.astimezone(self.calendar.zone).date()
        return EarlierEntry(turn.kind, "R010", day, stated, frozenset(stated.keys() - later), turn.at)

    def led(self, details: dict) -> dict:
        """The particulars as the desk resolves them: a group leads through the unit that owns it."""
        through = {"lead_unit": self.group_owner, "lead_group": GROUP}
        return {**details, **through} if details.get("lead_unit") == GROUP else details

    def check_was_feasible(self, before: CaseFacts, command: str) -> None:
        """No page hides what can be done."""
        rules = self.lifecycle, self.calendar, self.policy, {}
        nobody, day = holding(*Role), self.at.astimezone(self.calendar.zone).date()
        asked = Question(before, nobody, self.at, day, {}, *rules)
        assert Prospects(asked).feasible(self.lifecycle.command_rows[command]), command

    def check(self, before: CaseFacts, command: str) -> None:
        assert fold(self.entries) == self.facts
        self.check_epochs(before, command)
        self.check_clocks()
        self.check_owners()
        self.check_duties()
        self.check_nodes()

    def check_nodes(self) -> None:
        """The weights of a plan add to the whole, none begins before what comes first is due, nor is reached.

        Of a plan whose hand is another's only what was reached is left.
        """
        nodes = {one.id: one for one in in_plan(self.facts.nodes)}
        whole = sum(one.weight for one in nodes.values())
        assert whole == 100 if still_open(self.facts.nodes) else whole <= 100
        for one in still_open(self.facts.nodes):
            first = [nodes[before] for before in one.after if nodes[before].is_open]
            assert all(other.due_on < one.starts_on for other in first)
        for one in nodes.values():
            first = [nodes[before] for before in one.after if before in nodes]
            assert one.is_open or not any(other.is_open for other in first)

    def check_epochs(self, before: CaseFacts, command: str) -> None:
        """A clock that opens or moves, or is another unit's now, is in an epoch it never had before."""
        was, now = clocks_of(before), clocks_of(self.facts)
        headline = ClockName.PLAN if before.due_for_plan else ClockName.HANDLE
        for key, clock in now.items():
            handed_on = command == "reassign" and key == headline and clock.is_open
            if handed_on or key not in was or is_set_anew(was[key], clock):
                assert clock.epoch > self.epochs[key]
            assert clock.epoch >= self.epochs[key]
            self.epochs[key] = clock.epoch
        handling = now.get(ClockName.HANDLE)
        assert handling is None or not handling.is_open or handling.epoch == self.facts.epoch
        assert self.facts.epoch >= before.epoch + (command == "reassign" and before.due_on is not None)

    def check_runs(self) -> None:
        """As the entries tell it, a clock runs in one epoch at a time, and in none again that has ended."""
        told = defaultdict[str, list[tuple[int, bool]]](list)
        for entry in self.entries:
            for clock in clocks_from_json(entry["set"].get("clocks", ())):
                told[clock.name].append((clock.epoch, clock.is_open))
            for task in entry["set"].get("tasks", ()):
                [clock] = clocks_from_json([task["clock"]])
                told[key_of(task["id"])].append((clock.epoch, clock.is_open))
        for runs in told.values():
            assert runs == sorted(runs, key=lambda run: (run[0], not run[1]))

    def check_clocks(self) -> None:
        """None runs on in a matter that has ended or stands still."""
        found = [clock for clock in self.facts.clocks if clock.is_open]
        found += [task.clock for task in self.facts.tasks if task.is_under_way]
        waiting = [task.clock for task in self.facts.tasks if task.is_open and not task.is_under_way]
        runs = self.lifecycle.clock(self.facts.state)
        assert not (runs == "none" and self.facts.state != "draft" and found + waiting)
        assert all(clock.is_paused == (runs == "paused") for clock in found)
        assert all(clock.is_paused for clock in waiting)
        moments = [clock.moments for clock in self.facts.every_clock]
        assert all(list(one) == sorted(one) for one in moments)

    @property
    def is_unfinished(self) -> bool:
        return self.lifecycle.state_rows[self.facts.state].kind in ("open", "side")

    def check_owners(self) -> None:
        """Work that goes on is somebody's: the matter's its lead unit's, a task's its own unit's."""
        if self.is_unfinished and self.facts.state != "draft":
            assert self.facts.lead_unit in UNITS
            assert self.facts.lead_group is None or self.facts.leads == {self.group_owner, GROUP}
            assert not self.facts.leads & set(self.facts.co_units)
            assert self.facts.open_ended or any(clock.is_open for clock in self.facts.clocks)
        assert all(task.unit in UNITS for task in self.facts.tasks)
        assert all(task.unit not in self.facts.leads for task in self.facts.tasks if task.is_open)

    def check_duties(self) -> None:
        """What is not finished is asked of somebody who is there, and what is not done is not forgotten."""
        day = (self.at + LONG_AFTER).date()
        owed = duties(Matter(self.facts, self.lifecycle, self.policy, self.calendar, day))
        working = {self.facts.lead_unit, *(task.unit for task in self.facts.tasks if task.is_open)}
        for one in owed:
            assert one.whose.unit in working if one.whose.roles[0] in UNIT_ROLES else one.whose.unit is None
        assert owed or not self.is_unfinished


def clocks_of(facts: CaseFacts) -> dict[str, Clock]:
    """The clocks of a matter and of its tasks, by what they go by."""
    return {clock.name: clock for clock in facts.clocks} | {one.key: one.clock for one in facts.tasks}


def is_set_anew(before: Clock, clock: Clock) -> bool:
    """Whether a clock that runs was stopped before, or is due otherwise without having stood still."""
    goes_on = before.is_paused and not clock.is_paused
    moved = not clock.is_due_when(before) and not goes_on
    return clock.is_open and (not before.is_open or moved)


def some(dice: Random, row: CommandRow) -> dict[str, Any]:
    """Particulars of a command: complete ones, some of them changed, some of what it accepts added."""
    given = dict(COMPLETE.get(row.id, {}))
    for name in (*row.needs, *row.accepts):
        draw = ONLY_OF.get((row.id, name), POOL.get(name))
        if draw is not None and dice.random() < 0.7:
            given[name] = draw(dice)
    if given.get("open_ended"):
        given = {name: value for name, value in given.items() if name not in ("limit", "due_on")}
    if given.get("limit") and given.get("due_on"):
        del given[dice.choice(["limit", "due_on"])]
    return given


def said_of(node: Node, dice: Random) -> list[dict[str, Any]]:
    """What may be corrected of a milestone, twice as often that it was reached."""
    reached = {"field": "reached_on", "old": node.reached_on or EMPTY}
    said = [
        {"field": "node_title", "old": node.title, "new": "节点二"},
        {"field": "due_on", "old": node.due_on, "new": day(dice)},
        {"field": "weight", "old": node.weight, "new": dice.randint(0, 100)},
        *(reached | {"new": new} for new in (EMPTY, day(dice))),
    ]
    return [{"node": node.id, **one} for one in said]


def put_right(life: "Lived", dice: Random) -> dict[str, Any]:
    """A correction by somebody who has seen what the register says, or of when an act was."""
    facts, turn = life.facts, dice.choice([*life.turns.values()])
    moved = {"old": turn.at, "new": turn.at + timedelta(hours=dice.randint(-60, 60))}
    said = [
        *[{"entry": turn.seq, "field": OCCURRED_AT} | moved] * 3,
        {"field": "complexity", "old": facts.complexity, "new": POOL["complexity"](dice)},
        {"field": "due_on", "old": facts.due_on, "new": day(dice)},
        *(
            {"task": one.id, "field": "due_on", "old": one.clock.due_on, "new": day(dice)}
            for one in facts.tasks
        ),
        *(said for one in in_plan(facts.nodes) for said in said_of(one, dice)),
    ]
    return {"reason": "登记时录错", **dice.choice(said)}


class Lived(Protocol):
    """A matter commands are given on, wherever it is kept."""

    lifecycle: Lifecycle
    facts: CaseFacts
    at: datetime
    turns: dict[int, Turn]

    def hand(self, row: CommandRow, dice: Random) -> str: ...
    def give(self, command: str, person: str, details: dict) -> bool: ...


def lived(life: Lived, dice: Random, unseen: Collection[str] = ()) -> set[str]:
    """A life of forty commands at random hours by random people; those that were decided.

    A life has its favourites beside the road and one whole behaviour, so that what takes several steps comes
    about: one that has some of the `unseen`, where there are any.
    """
    life.give("open", "R011", MATTER)
    life.give("assign", "R010", dice.choice(ORDERS))
    others = sorted(given_on(life.lifecycle) - ROAD)
    liked, done = ROAD | set(dice.sample(others, dice.randint(2, 10))), set[str]()
    whole = [*behaviours(life.lifecycle), AGAIN, MOVED, PUT_RIGHT, SIGNED]
    liked |= dice.choice([one for one in whole if one & set(unseen)] or whole)
    for _ in range(40):
        rows = [row for row in life.lifecycle.commands_from(life.facts.state) if row.id in liked]
        if not rows:
            break
        row = dice.choice(rows)
        life.at += timedelta(hours=dice.randint(1, 60))
        known = row.id == "correct" and life.facts.due_on is not None
        details = put_right(life, dice) if known else some(dice, row)
        if life.give(row.id, life.hand(row, dice), details):
            done.add(row.id)
    return done


def given_on(lifecycle: Lifecycle) -> set[str]:
    """The commands a matter can be given after it was opened, by people who saw it."""
    return {row.id for row in lifecycle.commands if not row.creates} - STATED_ONLY


def behaviours(lifecycle: Lifecycle) -> list[set[str]]:
    """Those commands by behaviour, as the effects lie in files."""
    found = defaultdict(set)
    for row in lifecycle.commands:
        if row.id in given_on(lifecycle):
            found[EFFECTS[row.effect].__module__ if row.effect else ""].add(row.id)
    return [found[name] for name in sorted(found)]


@settings(max_examples=LIVES, deadline=None)
@given(dice=st.randoms(use_true_random=False))
def test_whatever_is_done_history_clocks_owners_and_duties_stay_true(lifecycle, calendar, dice):
    life = Life(lifecycle, calendar, dice)
    lived(life, dice)
    life.check_runs()


def test_such_lives_come_to_every_command_of_the_table(lifecycle, calendar):
    wanted, seen = given_on(lifecycle) - OTHER_RULES, set[str]()
    for seed in range(ENOUGH):
        dice = Random(seed)
        seen |= lived(Life(lifecycle, calendar, dice), dice, wanted - seen)
        if wanted <= seen:
            return
    assert wanted - seen == set()
