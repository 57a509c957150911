"""The life of a case as one typed table, and the machine built from it.

A `Lifecycle` is data: validated, hashed, and pinned to every case opened under it. `parse()` reads the table,
`Machine` (from `transitions`) walks it. An office's variant with one more approval stage is another table,
never another program.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Literal, Protocol

from pydantic import Field
from transitions import Machine

from states.effects import EFFECTS
from states.errors import RuleInvalid
from states.facts import NEW
from states.guards import GUARDS
from states.validation import Row, read_table
from states.vocabulary import UNIT_ROLES, Role

TABLES_KEPT = 8
UNREGISTERED = "未登记"
SAME = "same"
STATED = "stated"
SUSPENDED_FROM = "suspended_from"


class StateRow(Row):
    """One place a case can be in. `kind` and `clock` say what it means for commands and for the limit."""

    id: str
    label: str
    kind: Literal["open", "side", "closed", "final"]
    clock: Literal["running", "paused", "none"]


class CommandRow(Row):
    """One command: where it is given from, where it leads, who may give it and what it is owed.

    Unit roles count towards the lead unit, or with `part` "task" towards the unit of the task it names.
    An `internal` one is said within the office, and its entries are kept from the units.
    """

    id: str
    label: str
    event: str
    sentence: str
    source: tuple[str, ...] = Field((), validation_alias="from")
    to: str
    roles: tuple[Role, ...]
    needs: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    machine: bool = False
    effect: str | None = None
    part: Literal["lead", "task"] = Field("lead", exclude_if="lead".__eq__)
    internal: bool = Field(False, exclude_if=False.__eq__)

    @property
    def creates(self) -> bool:
        """Whether the command brings a case into being."""
        return not self.source

    @property
    def only_states(self) -> bool:
        """Whether the command tells what an old register states, which nobody witnessed here."""
        return self.to == STATED

    @property
    def only_notes(self) -> bool:
        """Whether the command leaves the matter as it is, and only writes something down."""
        return self.to == SAME and self.effect is None


class Transition(Row):
    """One arrow: a command from one state to one state."""

    command: str
    source: str
    dest: str


class Lifecycle(Row):
    """The whole table. Use `parse()`: it checks what the types alone cannot."""

    name: str
    title: str
    version: int
    states: tuple[StateRow, ...]
    commands: tuple[CommandRow, ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the table's canonical form: the version a case is pinned to."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def reference(self) -> str:
        """How documents and reports cite it."""
        return f"《{self.title}》第{self.version}版"

    @cached_property
    def state_rows(self) -> dict[str, StateRow]:
        return {row.id: row for row in self.states}

    @cached_property
    def command_rows(self) -> dict[str, CommandRow]:
        return {row.id: row for row in self.commands}

    @cached_property
    def event_rows(self) -> dict[str, CommandRow]:
        return {row.event: row for row in self.commands}

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """Every arrow, with the group words of the table resolved to states."""
        return tuple(arrow for row in self.commands for arrow in self._arrows(row))

    @cached_property
    def transitions_by_command(self) -> dict[str, tuple[Transition, ...]]:
        """The arrows of each command; asked for entry after entry, so found once."""
        found: dict[str, list[Transition]] = {}
        for arrow in self.transitions:
            found.setdefault(arrow.command, []).append(arrow)
        return {command: tuple(arrows) for command, arrows in found.items()}

    @cached_property
    def machine(self) -> Machine:
        """The machine, built once. It has no model: a throw-away walker is passed to its events."""
        return Machine(
            model=None,
            states=[NEW, *self.state_rows],
            initial=NEW,
            auto_transitions=False,
            transitions=[self._wired(arrow) for arrow in self.transitions],
        )

    def clock(self, state: str) -> str:
        """`running`, `paused` or `none` in this state."""
        return self.state_rows[state].clock

    def is_running(self, state: str) -> bool:
        """Whether time is charged to the unit in this state; never in one the table does not have."""
        row = self.state_rows.get(state)
        return row is not None and row.clock == "running"

    def label(self, state: str) -> str:
        return self.state_rows[state].label

    def called(self, state: str | None) -> str:
        """What a state is called: 未登记 before the first entry; one of another table by its identifier."""
        row = self.state_rows.get(state or NEW)
        return row.label if row else UNREGISTERED if state in (NEW, None) else str(state)

    def commands_from(self, state: str) -> tuple[CommandRow, ...]:
        """The commands that exist in a state, in the order of the table."""
        return self.commands_by_state.get(state, ())

    @cached_property
    def command_ids_by_state(self) -> dict[str, frozenset[str]]:
        """The same by their ids alone."""
        return {state: frozenset(row.id for row in rows) for state, rows in self.commands_by_state.items()}

    @cached_property
    def commands_by_state(self) -> dict[str, tuple[CommandRow, ...]]:
        """The commands that exist in each state; asked for case after case, so found once."""
        found: dict[str, dict[str, CommandRow]] = {}
        for arrow in self.transitions:
            found.setdefault(arrow.source, {})[arrow.command] = self.command_rows[arrow.command]
        return {state: tuple(rows.values()) for state, rows in found.items()}

    @cached_property
    def onward(self) -> tuple[Transition, ...]:
        """The arrows that lead on; what takes a matter over, or says anew where it is, may enter anywhere."""
        rows = self.command_rows
        return tuple(
            one for one in self.transitions if one.source != one.dest and rows[one.command].to != STATED
        )

    @cached_property
    def steps(self) -> dict[str, int]:
        """How many commands it takes at least from the start to each state."""
        steps, frontier = {NEW: 0}, [NEW]
        while frontier:
            arrows = (one for one in self.onward if one.source in frontier and one.dest not in steps)
            found = dict.fromkeys(one.dest for one in arrows)
            steps |= dict.fromkeys(found, max(steps.values()) + 1)
            frontier = list(found)
        return steps

    @cached_property
    def road(self) -> tuple[StateRow, ...]:
        """What is open, what is closed, and the ends that only what is closed leads to, one after the other.

        A table may name a stage anywhere: how many steps it is from the start is what places it.
        """
        closed = {one.id for one in self.states if one.kind == "closed"}
        on_it = (
            one
            for one in self.states
            if one.kind in ("open", "closed")
            or (
                one.kind == "final"
                and {arrow.source for arrow in self.onward if arrow.dest == one.id} <= closed
            )
        )
        return tuple(sorted(on_it, key=lambda one: self.steps.get(one.id, len(self.steps))))

    def _wired(self, arrow: Transition) -> dict[str, object]:
        row = self.command_rows[arrow.command]
        conditions = ["leads_here", "is_permitted", "owes_nothing", *row.guards]
        return {
            "trigger": arrow.command,
            "source": arrow.source,
            "dest": arrow.dest,
            "conditions": [_asked_of_walker(name, arrow.dest) for name in conditions],
        }

    def _arrows(self, row: CommandRow) -> Iterator[Transition]:
        for source in self._sources(row):
            for dest in self._dests(row, source):
                yield Transition(command=row.id, source=source, dest=dest)

    def _sources(self, row: CommandRow) -> Iterable[str]:
        if row.creates:
            return (NEW,)
        return tuple(state.id for state in self.states if state.id in row.source or state.kind in row.source)

    def _dests(self, row: CommandRow, source: str) -> Iterable[str]:
        if row.to == SAME:
            return (source,)
        if row.to == STATED:
            return tuple(self.state_rows)
        if row.to == SUSPENDED_FROM:
            return tuple(state for one in self.commands if one.to == source for state in self._sources(one))
        return (row.to,)


class Walker(Protocol):
    """What walks the machine: it has a `state` and answers the machine's conditions."""

    state: str

    def passes(self, name: str, dest: str) -> bool: ...


def _asked_of_walker(name: str, dest: str) -> Callable[[Walker], bool]:
    return lambda walker: walker.passes(name, dest)


@lru_cache(TABLES_KEPT)
def parse(text: str) -> Lifecycle:
    """The lifecycle written in a TOML table; of the same text it is the same value.

    Raises `RuleInvalid` naming the first fault: bad syntax, a field missing, an unknown state, a state
    nobody can reach or leave, a command without role or Chinese label.
    """
    lifecycle = read_table(Lifecycle, text, named="流程表", prefix="lifecycle")
    check(lifecycle)
    return lifecycle


def check(lifecycle: Lifecycle) -> None:
    """Refuse a table that could strand a case. Raises `RuleInvalid` with the finding's code."""
    _check_names(lifecycle)
    _check_rules(lifecycle)
    _check_words(lifecycle)
    _check_reachable(lifecycle)
    _check_no_dead_end(lifecycle)


def _check_names(lifecycle: Lifecycle) -> None:
    known = {*lifecycle.state_rows, "open", "side", "closed", "final"}
    targets = {*lifecycle.state_rows, SAME, STATED, SUSPENDED_FROM}
    for row in lifecycle.commands:
        for name in set(row.source) - known:
            raise RuleInvalid(
                f"命令“{row.label}”的起点“{name}”不是本表的状态。", code="unknown_state", state=name
            )
        if row.to not in targets:
            raise RuleInvalid(
                f"命令“{row.label}”的终点“{row.to}”不是本表的状态。", code="unknown_state", state=row.to
            )
    states, commands = lifecycle.states, lifecycle.commands
    named = {"状态": [row.id for row in states], "命令": [row.id for row in commands]}
    for name, ids in {**named, "事件": [row.event for row in commands]}.items():
        for twice in {one for one in ids if ids.count(one) > 1}:
            raise RuleInvalid(f"{name}“{twice}”写了两次。", code="duplicate", name=twice)


def _check_rules(lifecycle: Lifecycle) -> None:
    for row in lifecycle.commands:
        if row.internal and UNIT_ROLES.intersection(row.roles):
            raise RuleInvalid(
                f"命令“{row.label}”只在办公室内部使用，不能由单位人员行使。",
                code="internal_by_unit",
                command=row.id,
            )
        for name in set(row.guards) - set(GUARDS):
            raise RuleInvalid(f"命令“{row.label}”的条件“{name}”不存在。", code="unknown_guard", guard=name)
        if row.effect is not None and row.effect not in EFFECTS:
            raise RuleInvalid(
                f"命令“{row.label}”的记载“{row.effect}”不存在。", code="unknown_effect", effect=row.effect
            )


def _check_words(lifecycle: Lifecycle) -> None:
    for row in lifecycle.commands:
        if not row.roles:
            raise RuleInvalid(f"命令“{row.id}”没有写明由谁行使。", code="no_role", command=row.id)
        if not _is_chinese(row.label) or not _is_chinese(row.sentence):
            raise RuleInvalid(f"命令“{row.id}”缺少中文名称或表述。", code="no_label", command=row.id)
    for state in lifecycle.states:
        if not _is_chinese(state.label):
            raise RuleInvalid(f"状态“{state.id}”缺少中文名称。", code="no_label", state=state.id)


def _is_chinese(text: str) -> bool:
    return any("一" <= character <= "鿿" for character in text)


def _check_reachable(lifecycle: Lifecycle) -> None:
    """Take-over may enter anywhere, so it does not count: a state needs a way in of its own."""
    arrows = [arrow for arrow in lifecycle.transitions if lifecycle.command_rows[arrow.command].to != STATED]
    reached = _closure({NEW}, ((arrow.source, arrow.dest) for arrow in arrows))
    for state in lifecycle.states:
        if state.id not in reached:
            raise RuleInvalid(f"状态“{state.label}”无法到达。", code="unreachable", state=state.id)


def _check_no_dead_end(lifecycle: Lifecycle) -> None:
    ends = {state.id for state in lifecycle.states if state.kind == "final"}
    leads_out = _closure(ends, ((arrow.dest, arrow.source) for arrow in lifecycle.transitions))
    for state in lifecycle.states:
        if state.id not in leads_out:
            raise RuleInvalid(f"状态“{state.label}”走不到终点。", code="dead_end", state=state.id)


def _closure(start: set[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    arrows = list(pairs)
    reached, frontier = set(start), set(start)
    while frontier:
        frontier = {dest for source, dest in arrows if source in frontier} - reached
        reached |= frontier
    return reached
