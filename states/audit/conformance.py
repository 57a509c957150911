"""Whether an entry of a case conforms to the table the case was under (合规性核查).

A command must exist in that table from where the fold says the case stood to where the entry leads, by a hand
the table lets give it, with what it owes; then the table's own guards are asked again, of the facts as they
stood, under the policy and the calendar of that instant. Anything else may tell of a case and move nothing,
and a measure goes through the escalation table. Adopting a table is judged by the one adopted.

What a case's history alone cannot tell is not judged: what a correction of an earlier entry looked back on,
and how a date would have been counted on a calendar since. `verify` judges which roles somebody held, by
the directory as the journal tells of it (`permission_not_held`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from states.audit.measures import measure_deviations
from states.audit.papers import paper_deviations
from states.audit.recorded import Recorded
from states.audit.rulebook import Rulebook
from states.audit.standing import ESCALATION, Standing
from states.audit.verdict import Deviation
from states.case import Actor, check_order, roles_asked
from states.corrections import Kind, field_of
from states.deadlines import Limit
from states.errors import UNREADABLE, FactMissing, Refusal
from states.facts import CLOCKS, PERSONAL_FACTS
from states.guards import GUARDS
from states.lifecycle import SUSPENDED_FROM, CommandRow, Lifecycle
from states.office_time import office_day
from states.policy import Policy
from states.question import Question
from states.retention import CLASSIFIED, SEALED, UNSEALED
from states.vocabulary import ActorKind, LimitUnit
from states.words import detail_label, redactable

SUCCEEDED, ADOPTED, CORRECTED = "succeeded", "lifecycle_adopted", "corrected"
OF_OTHER_CALENDARS = frozenset({"counted_otherwise"})
OF_THE_ENTRY_NAMED = frozenset({"correctable", "old_value_stands", "possible_dates"})
"""Guards that look at more than the facts of the case."""

OF_THE_NEW_VALUE = OF_THE_ENTRY_NAMED | {"limits_by_director"}
"""Guards that ask what a value was corrected to; nobody can, once it was taken away."""

OF_A_MEASURE = frozenset({CLOCKS})
SETS: Mapping[str, frozenset[str]] = {
    CLASSIFIED: frozenset({"retention"}),
    SEALED: frozenset({"sealed_on"}),
    UNSEALED: frozenset({"sealed_on"}),
}
"""The facts an entry that is no command may set, by its kind: acts about the file, which no table has."""

DATED = ("_on", "_by", "until")
"""How the names of particulars end that are days."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One command as it is judged: the entry, how the case stood, and the rules it was given under."""

    entry: Recorded
    before: Standing
    lifecycle: Lifecycle
    row: CommandRow
    policy: Policy | None
    rules: Rulebook


def deviations(
    entry: Recorded, before: Standing, rules: Rulebook, *, notes: frozenset[str]
) -> Iterator[Deviation]:
    """What of an entry of a case does not conform; nothing where all does.

    `before` is how the case stood just before it, `notes` are the kinds of entries that are no command.
    """
    try:
        yield from _judged(entry, before, rules, notes)
    except UNREADABLE:
        yield Deviation("entry_unreadable", "内容无法按流程表解读")


def _judged(entry: Recorded, before: Standing, rules: Rulebook, notes: frozenset[str]) -> Iterator[Deviation]:
    lifecycle = _table(entry, before, rules)
    if lifecycle is None:
        named = entry.sets.get("lifecycle", before.lifecycle)
        yield Deviation("table_unknown", f"所属流程表（{str(named)[:8]}）没有保存，或其正文与哈希不符")
        return
    if entry.before != before.state:
        told, stood = (lifecycle.called(one) for one in (entry.before, before.state))
        yield Deviation("state_before", f"记为自“{told}”办理，按历史推算当时为“{stood}”")
    row = lifecycle.event_rows.get(entry.kind)
    if row is not None:
        yield from _of_command(_Case(entry, before, lifecycle, row, _policy(entry, before, rules), rules))
    elif entry.kind in notes:
        yield from _of_note(entry, before, rules)
    else:
        yield Deviation("event_unknown", f"{lifecycle.reference}没有“{entry.kind}”这种办理")


def _table(entry: Recorded, before: Standing, rules: Rulebook) -> Lifecycle | None:
    """The table an entry is judged by: its case's own, or the one it brings the case under."""
    brings = before.lifecycle is None or entry.kind == ADOPTED
    named = entry.sets.get("lifecycle") if brings else before.lifecycle
    own = rules.lifecycles.get(str(named))
    if own is not None and entry.kind == SUCCEEDED and entry.kind not in own.event_rows:
        return rules.lifecycle_at(entry.recorded_at) or own
    return own


def _policy(entry: Recorded, before: Standing, rules: Rulebook) -> Policy | None:
    """The policy it was given under: the one it pins, else the case's, else the one in force."""
    named = entry.sets.get("policy", before.policy)
    return rules.policies.get(str(named)) if named else rules.policy_at(entry.recorded_at)


def _of_note(entry: Recorded, before: Standing, rules: Rulebook) -> Iterator[Deviation]:
    """What is no command leaves the case where it is; of facts it sets those of its kind."""
    is_measure = entry.kind.startswith(ESCALATION)
    if entry.after != entry.before:
        yield Deviation("note_moves", "这种记载不能变动环节")
    moved = sorted(entry.sets.keys() - (OF_A_MEASURE if is_measure else SETS.get(entry.kind, frozenset())))
    if moved:
        yield Deviation("note_sets", f"这种记载不能变动台账内容（{'、'.join(map(detail_label, moved))}）")
    if is_measure:
        yield from measure_deviations(entry, before, rules)
    yield from paper_deviations(entry, before.papers)


def _of_command(case: _Case) -> Iterator[Deviation]:
    yield from _of_arrow(case)
    if case.entry.is_machine and not case.row.machine:
        yield Deviation("machine_acted", f"“{case.row.label}”须由人办理，记为系统所办")
    given = _given(case)
    yield from _owed(case, given)
    yield from _of_guards(case, given)


def _of_arrow(case: _Case) -> Iterator[Deviation]:
    entry, lifecycle, row = case.entry, case.lifecycle, case.row
    arrows = {(one.source, one.dest) for one in lifecycle.transitions_by_command[row.id]}
    if (case.before.state, entry.after) not in arrows:
        source, dest = (lifecycle.called(one) for one in (case.before.state, entry.after))
        yield Deviation("no_such_step", f"{lifecycle.reference}不许经“{row.label}”由“{source}”到“{dest}”")
    if row.to == SUSPENDED_FROM and entry.after != case.before.values.get("suspended_from"):
        yield Deviation("no_such_step", "恢复后的环节不是挂起前的环节")
    if entry.sets.get("state", case.before.state) != entry.after:
        yield Deviation("state_after", "所记办理后的环节与所置的环节不一致")


def _owed(case: _Case, given: Mapping[str, Any]) -> Iterator[Deviation]:
    taken = redactable(case.entry.details, PERSONAL_FACTS) if case.entry.withheld else frozenset()
    for name in case.row.needs:
        if name not in given and name not in taken:
            yield Deviation("particular_missing", f"缺少{detail_label(name)}")


def _of_guards(case: _Case, given: Mapping[str, Any]) -> Iterator[Deviation]:
    """The table's guards asked again; and the rule of order, which every command is under."""
    question = _question(case, given)
    if question is None:
        yield Deviation("rules_unknown", "办理时所依据的督办规则或日历没有保存，无法核查其条件")
        return
    named = (name for name in case.row.guards if name not in _not_asked(case))
    for name, guard in (("order", None), *((name, GUARDS.get(name)) for name in named)):
        try:
            if guard is None:
                check_order(case.row, question)
            else:
                guard(question)
        except Refusal as refusal:
            if not _may_have_been_said(case, refusal):
                yield Deviation(f"guard_{name}", refusal.message)


def _may_have_been_said(case: _Case, refusal: Refusal) -> bool:
    """Whether what a guard misses may have stood in words that were taken away."""
    return isinstance(refusal, FactMissing) and (case.entry.withheld or case.before.is_speechless)


def _not_asked(case: _Case) -> frozenset[str]:
    if case.entry.kind != CORRECTED:
        return OF_OTHER_CALENDARS
    if case.entry.withheld and "new" not in case.entry.details:
        return OF_THE_NEW_VALUE
    looks_back = "entry" in case.entry.details or case.entry.withheld or case.before.is_speechless
    return OF_THE_ENTRY_NAMED if looks_back else frozenset()


def _question(case: _Case, given: Mapping[str, Any]) -> Question | None:
    """The question as it was put, by somebody who held the roles it is asked of."""
    entry, facts, calendar = case.entry, case.before.facts, case.rules.calendar_at(case.entry.recorded_at)
    if case.policy is None or calendar is None:
        return None
    roles = roles_asked(case.row, facts.coordination_level, case.policy)
    return Question(
        facts, _actor(entry, frozenset(roles)), entry.occurred_at, office_day(entry.occurred_at), given,
        case.lifecycle, calendar, case.policy, {}, roles,
    )  # fmt: skip


def _actor(entry: Recorded, roles: frozenset[Any]) -> Actor:
    kind = ActorKind.SYSTEM if entry.is_machine else ActorKind.HUMAN
    if entry.acting_for is None:
        return Actor(entry.actor, roles, kind)
    return Actor(entry.actor, frozenset(), kind, dict.fromkeys(roles, (entry.acting_for,)))


def _given(case: _Case) -> dict[str, Any]:
    """The particulars as they were given: what became a fact stands among the facts the entry set."""
    entry, row = case.entry, case.row
    known = {*row.needs, *row.accepts} | {"lead_group"}
    found = {name: value for name in sorted(known) if (value := entry.said(name)) not in (None, "", (), [])}
    if "due_on" in row.accepts and "due_on" in entry.sets and not _is_a_date_given(entry):
        del found["due_on"]
    return {name: _revived(entry, name, value) for name, value in found.items()}


def _is_a_date_given(entry: Recorded) -> bool:
    """Whether somebody gave the date an entry set, and not a term that came to it."""
    due_on = date.fromisoformat(entry.sets["due_on"])
    return any(one.is_open and one.stated_on == due_on for one in entry.clocks)


def _revived(entry: Recorded, name: str, value: Any) -> Any:
    """A particular as a rule takes it, from the JSON it is kept as."""
    if name in ("old", "new"):
        return _corrected(entry, value)
    if name == "limit":
        return Limit(LimitUnit(value["unit"]), value["amount"])
    if isinstance(value, str) and name.endswith(DATED):
        return date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def _corrected(entry: Recorded, value: Any) -> Any:
    """A value of a correction: a day, a time, or as it is."""
    kind = field_of(dict(entry.details)).kind
    try:
        if kind is Kind.DAY:
            return date.fromisoformat(value)
        return datetime.fromisoformat(value) if kind is Kind.MOMENT else value
    except ValueError:
        return value
