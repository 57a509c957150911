"""When the time of an act may be corrected: by the director, and in the order of the acts around it."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from states.clocks.winding import retimed
from states.earlier import Turn
from states.errors import FactInvalid, NotPermitted
from states.guards.correcting_days import against_history, day_of, is_witnessed
from states.office_time import office_minute
from states.question import Question
from states.vocabulary import Role

if TYPE_CHECKING:
    from states.lifecycle import CommandRow

OF_A_PART = frozenset({"task", "node"})
"""What a command names that has days of its own."""
FOUND = frozenset({"verified_on", "lookback_on"})
"""Days of acts that rest on what was reported, or on the end."""


def fits_moment(question: Question, row: "CommandRow", new: datetime) -> None:
    """The act could have been then: not ahead of now, after what went before it and before what followed."""
    if not question.actor.holds({Role.DIRECTOR}):
        raise NotPermitted(
            f"办理的时间只能由{Role.DIRECTOR.label}更正（期限随之重新计算），请由其办理。",
            code="moment_correction_not_permitted",
            person=question.actor.person,
        )
    if OF_A_PART & {*row.needs}:
        raise FactInvalid(
            f"“{row.label}”是协办任务、节点的办理，其时间不能更正；请用内部批注另作说明（comment）。",
            code="moment_not_corrected",
            command=row.id,
        )
    if new > question.at:
        raise FactInvalid(
            f"发生时间{office_minute(new)}还没有到，请核对。",
            code="date_in_the_future",
            date=new.isoformat(),
        )
    _among_its_neighbours(question, new)


def _among_its_neighbours(question: Question, new: datetime) -> None:
    seq = question.details["entry"]
    own = next((one for one in question.past if one.seq == seq), None)
    turns = [one for one in question.past if _bounds(question, one, own)]
    for turn in [one for one in turns if one.seq < seq][-1:]:
        if _is_before(question, new, turn):
            raise against_history(question, turn, f"发生时间{office_minute(new)}早于{office_minute(turn.at)}")
    for turn in [one for one in turns if one.seq > seq][:1]:
        if _is_after(question, new, turn):
            raise against_history(question, turn, f"发生时间{office_minute(new)}晚于{office_minute(turn.at)}")
    if own is not None:
        _clocks_in_order(question, own, new)


def _clocks_in_order(question: Question, own: Turn, new: datetime) -> None:
    """No clock stops before it started, also where a day was corrected that its start came of."""
    tasks = {one.key: one.clock for one in question.facts.tasks}
    for key, clock in ({one.name.value: one for one in question.facts.clocks} | tasks).items():
        moments = retimed(clock, {what for name, what in own.wound if name == key}, own.at, new).moments
        if list(moments) != sorted(moments):
            raise FactInvalid(
                f"更正后的发生时间{office_minute(new)}与该事项的计时变动先后颠倒，请核对交办时间、报结日期。",
                code="date_against_clock",
                date=new.isoformat(),
                clock=key,
            )


def _bounds(question: Question, turn: Turn, own: Turn | None) -> bool:
    """Whether an act stands in one order with another: the state, a finding or one same clock turns by it."""
    clocks = {name for name, _ in turn.wound} & {name for name, _ in (own.wound if own else ())}
    return is_witnessed(question, turn) or bool(FOUND & turn.facts) or bool(clocks)


def _is_before(question: Question, moment: datetime, turn: Turn) -> bool:
    """Whether a moment lies before an act; before its right day, where that was corrected by itself."""
    day, right = _day(question, turn.at), day_of(question, turn)
    return moment < turn.at if day == right else _day(question, moment) < right


def _is_after(question: Question, moment: datetime, turn: Turn) -> bool:
    day, right = _day(question, turn.at), day_of(question, turn)
    return moment > turn.at if day == right else _day(question, moment) > right


def _day(question: Question, moment: datetime) -> date:
    return moment.astimezone(question.calendar.zone).date()
