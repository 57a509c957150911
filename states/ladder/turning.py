"""What would change the next step of a case, and how: its commands and those on its open measures.

Nothing is listed by hand for a state. Commands on the case come from its lifecycle, with what they do to the
clocks; those on a measure come from the escalation table, and are told by what the planner would then say.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from states.calendar import WorkCalendar
from states.escalation.table import COMMANDS, OVER, roles_for
from states.escalation.table import CommandRow as MeasureRow
from states.facts import CaseFacts
from states.ladder.facts import OnClock, OnLadder, Raised
from states.ladder.forecasting import Foreseen, forecast
from states.ladder.forward import as_served
from states.ladder.rearming import fate
from states.lifecycle import Lifecycle
from states.policy import Policy, Rung
from states.vocabulary import ClockName, Role

AHEAD = timedelta(days=365)
NOTHING_AHEAD = "督办阶梯上不再有待到达的步骤"
FATES = {"drop": "撤回提请", "end": "了结"}
MOVED = "期限变动的，按新期限重新起算"
ANSWERED_BY = {
    "acknowledge": (ClockName.ACKNOWLEDGE, "签收期限停止计时"),
    "report_progress": (ClockName.FEEDBACK, "反馈期限重新起算"),
    "cosign_progress": (ClockName.FEEDBACK, "反馈期限重新起算"),
    "set_cadence": (ClockName.FEEDBACK, "反馈期限按新周期重新起算"),
    "begin": (ClockName.PLAN, "方案期限停止计时"),
}
"""Effects that answer a clock, and what is said of it."""

STATED_ONLY = "only_stated_so_far"
"""The guard of what may be done to a matter only while nobody has acted on it here."""

MOVING = frozenset({"reclassify", "retarget", "restate"})
"""Effects that may set the date anew."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One command that would change what comes next: whose it is, on what, and what would then hold.

    `step` names the measure it is given on; None: it is given on the case.
    """

    command: str
    label: str
    by: tuple[Role, ...]
    effect: str
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as it stands on a day.

    `recounts`: the calendar in force would count one of its dates otherwise, or one is not certain yet.
    """

    facts: CaseFacts
    lifecycle: Lifecycle
    ladder: OnLadder
    policy: Policy
    calendar: WorkCalendar
    day: date
    recounts: bool = False

    def next_of(self, ladder: OnLadder) -> str:
        """The first step ahead, told in words."""
        return told_next(self.ahead_of(ladder))

    def ahead_of(self, ladder: OnLadder) -> tuple[Foreseen, ...]:
        return forecast(ladder, self.policy, self.calendar, self.day, self.day + AHEAD)


def turns(standing: Standing) -> tuple[Turn, ...]:
    """Everything a person could do that would change what comes next, in the order of the tables."""
    return (*_of_case(standing), *_of_measures(standing))


def told_next(ahead: Sequence[Foreseen]) -> str:
    """The next step in words: 下一步为“提醒”，2026-07-23."""
    if not ahead:
        return NOTHING_AHEAD
    first = ahead[0]
    condition = f"（{first.conditional_on}）" if first.conditional_on else ""
    return f"下一步为“{first.rung.label}”，{first.on}{condition}"


def _of_case(standing: Standing) -> Iterator[Turn]:
    lifecycle, state = standing.lifecycle, standing.facts.state
    for row in lifecycle.commands_from(state):
        if STATED_ONLY in row.guards and standing.facts.witnessed:
            continue
        arrows = (one for one in lifecycle.transitions if (one.command, one.source) == (row.id, state))
        leads = {lifecycle.clock(one.dest) for one in arrows}
        effect = _between(standing, leads) or _by_effect(standing, row.effect or "")
        if effect:
            yield Turn(row.id, row.label, row.roles, effect)


def _between(standing: Standing, leads: set[str]) -> str | None:
    """What a command does whose every way out changes whether the clock runs."""
    now = standing.lifecycle.clock(standing.facts.state)
    if len(leads) != 1 or now in leads:
        return None
    (then,) = leads
    if then == "none":
        return f"计时终止，督办阶梯停止{_fates(standing, {})}"
    if then == "paused":
        return "计时停止，督办阶梯暂停；恢复计时后期限顺延"
    return "继续计时，期限按停计的时间顺延" if now == "paused" else "开始计时，督办阶梯从头起算"


def _by_effect(standing: Standing, effect: str) -> str | None:
    """What a command does to the clocks that go on running, by the bookkeeping it is wired to."""
    if effect in ANSWERED_BY:
        name, words = ANSWERED_BY[effect]
        return _by_report(standing, effect, words) if name in standing.ladder.clocks else None
    if effect in MOVING and standing.ladder.clocks:
        return MOVED
    if effect == "recount" and standing.recounts:
        return f"按现行工作日历重新计算，{MOVED}"
    return _by_extension(standing, effect)


def _by_report(standing: Standing, effect: str, words: str) -> str | None:
    """A report answers its clock when it is signed, where the policy asks for the principal's signature."""
    if effect == "report_progress" and standing.policy.feedback.cosign:
        return f"经单位主要负责人会签后，{words}"
    return None if effect == "cosign_progress" and standing.facts.progress_of is None else words


def _by_extension(standing: Standing, effect: str) -> str | None:
    facts, ladder = standing.facts, standing.ladder
    if effect == "request_extension" and facts.extension_to is None:
        in_time = facts.due_on is not None and standing.day <= facts.due_on
        return "到作出决定前，到期以后的步骤暂停" if in_time else None
    if effect == "refuse_extension" and facts.extension_to is not None:
        return f"督办阶梯继续：{standing.next_of(replace(ladder, extension_pending=False))}"
    if effect == "grant_extension" and facts.extension_to is not None:
        return _extended(standing, facts.extension_to)
    return None


def _extended(standing: Standing, due_on: date) -> str:
    """The headline's date moves, and with it the plan's where that is the headline; each in a new epoch."""
    names = {ClockName.HANDLE, *({ClockName.PLAN} if standing.facts.due_for_plan else ())}
    running = standing.ladder.clocks
    moved = {name: OnClock(due_on, running[name].epoch + 1) for name in names & running.keys()}
    clocks = {**running, **moved}
    fates = _fates(standing, {name.value: clock.epoch for name, clock in clocks.items()})
    then = standing.next_of(replace(standing.ladder, clocks=clocks, extension_pending=False))
    return f"期限改为{due_on}，督办阶梯重新起算{fates}：{then}"


def _fates(standing: Standing, open_clocks: Mapping[str, int]) -> str:
    """What would become of the measures that are open."""
    told = []
    for one in standing.ladder.raised:
        rung = standing.policy.rung_of.get(one.step)
        lasts = rung is not None and rung.outlives_matter
        command = fate(one.state, one.clock, one.epoch, open_clocks=open_clocks, lasts=lasts)
        if command is not None:
            told.append(f"“{rung.label if rung else one.step}”{FATES[command]}")
    return f"，{'、'.join(told)}" if told else ""


def _of_measures(standing: Standing) -> Iterator[Turn]:
    now = standing.ahead_of(standing.ladder)
    for raised in standing.ladder.raised:
        rung = standing.policy.rung_of.get(raised.step)
        if rung is None or raised.state in OVER:
            continue
        for name, row in COMMANDS.items():
            if (
                row.by != "machine"
                and raised.state in row.source
                and (name != "review" or rung.effect_months)
            ):
                yield from _of_measure(standing, now, raised, rung, name)


def _of_measure(
    standing: Standing, now: tuple[Foreseen, ...], raised: Raised, rung: Rung, name: str
) -> Iterator[Turn]:
    """The command, if what lies ahead would be another after it."""
    row, then = COMMANDS[name], _after(standing, raised, rung, name)
    among = tuple(then if one is raised else one for one in standing.ladder.raised)
    ahead = standing.ahead_of(replace(standing.ladder, raised=among))
    if ahead != now:
        roles = tuple(sorted(roles_for(row, rung)))
        yield Turn(name, f"“{rung.label}”{row.label}", roles, told_next(ahead), raised.step)


def _after(standing: Standing, raised: Raised, rung: Rung, name: str) -> Raised:
    """The measure as it would stand if the command were given on the day."""
    day, calendar = standing.day, standing.calendar
    if name in ("serve", "sign"):
        return as_served(raised, rung, raised.issued_on or day, day, calendar)
    if name == "ask_again" and rung.reply_working_days is not None:
        again = calendar.add_working_days(day, rung.reply_working_days)
        return replace(raised, state="served", reply_due_on=again, judgement=None, judged_on=None)
    if name == "approve":
        return replace(raised, state="issued", issued_on=day)
    if name in ("accept", "fault"):
        judgement = "sufficient" if name == "accept" else "insufficient"
        state = _led_to(COMMANDS[name], rung)
        return replace(raised, state=state, judgement=judgement, judged_on=day)
    return replace(raised, state=_led_to(COMMANDS[name], rung))


def _led_to(row: MeasureRow, rung: Rung) -> str:
    """A reply found sufficient ends a measure, unless it takes effect for months."""
    return row.to[1] if len(row.to) > 1 and rung.effect_months else row.to[0]
