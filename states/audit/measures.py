"""Whether an entry about a measure (提醒、函询、诫勉) keeps to the escalation table and to its policy."""

from collections.abc import Iterator

from states.audit.recorded import Recorded
from states.audit.rulebook import Rulebook
from states.audit.standing import ESCALATION, Measure, Standing
from states.audit.verdict import Deviation
from states.escalation.table import COMMANDS, STATES, CommandRow
from states.vocabulary import IssueMode

RAISED = ("proposed", "issued")
"""What a measure is once the machine has raised it."""


def measure_deviations(entry: Recorded, before: Standing, rules: Rulebook) -> Iterator[Deviation]:
    """What of an entry about a measure does not conform."""
    measure = before.measures.get(str(entry.details.get("escalation")))
    if measure is None:
        yield from _of_raising(entry, before, rules)
        return
    rows = [row for row in COMMANDS.values() if row.event == entry.kind.removeprefix(ESCALATION)]
    after = str(entry.details.get("state", measure.state))
    if not any(_leads(row, measure.state, after) for row in rows):
        states = (STATES.get(one, one) for one in (measure.state, after))
        yield Deviation("measure_step", "督办措施不能由“{}”到“{}”".format(*states))
    if rows and entry.is_machine != (_by(entry, rows, measure).by == "machine"):
        yield Deviation("measure_hand", "系统与人员的分工与规定不符")
    yield from _of_separation(entry, measure)


def _leads(row: CommandRow, source: str, after: str) -> bool:
    return source in row.source and after in (row.to or (source,))


def _by(entry: Recorded, rows: list[CommandRow], measure: Measure) -> CommandRow:
    """Of two commands of one event the one for this hand, where both exist from here."""
    fitting = [row for row in rows if measure.state in row.source] or rows
    return next((row for row in fitting if (row.by == "machine") == entry.is_machine), fitting[0])


def _of_raising(entry: Recorded, before: Standing, rules: Rulebook) -> Iterator[Deviation]:
    """The machine raises a rung of the policy the case is under, and issues only what goes out by itself."""
    state, named = entry.kind.removeprefix(ESCALATION), entry.details.get("policy")
    if state not in RAISED:
        yield Deviation("measure_unknown", "此前没有这项督办措施的记载")
        return
    if not entry.is_machine:
        yield Deviation("measure_hand", "督办措施须由系统按规则提出")
    if named != before.policy:
        yield Deviation("measure_policy", "所依据的督办规则不是该事项当时所用的规则")
    policy = rules.policies.get(str(named))
    rung = policy.rung_of.get(str(entry.details.get("step"))) if policy else None
    if rung is None:
        yield Deviation("measure_rung", "该事项的督办规则没有这一级")
    elif state == "issued" and rung.mode is not IssueMode.AUTOMATIC:
        yield Deviation("measure_unapproved", f"“{rung.label}”须经审批，未经审批即发出")


def _of_separation(entry: Recorded, measure: Measure) -> Iterator[Deviation]:
    """Nobody decides on what he drafted, nor after he declared that he stands back; nor does his deputy."""
    if entry.kind not in (f"{ESCALATION}approved", f"{ESCALATION}rejected"):
        return
    deciding = {entry.actor, entry.acting_for} - {None}
    if measure.drafted_by in deciding:
        yield Deviation("measure_recusal", "拟稿人审批了自己拟写的内容")
    if measure.recused & deciding:
        yield Deviation("measure_recusal", "已声明回避的人作出了审批")
