"""When a corrected day can be true: what has happened is not ahead, and keeps to what was witnessed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from states.clocks.clockwork import VERIFYING, known_clocks
from states.corrections import FIELDS, OF_A_PART, Field, Kind, field_of
from states.earlier import Turn
from states.errors import FactInvalid
from states.question import Question
from states.vocabulary import ClockName
from states.words import detail_label

IN_ORDER = (
    ("dispatched_on", "reported_on"),
    ("dispatched_on", "closed_on"),
    ("reported_on", "closed_on"),
    ("reported_on", "verified_on"),
    ("verified_on", "closed_on"),
    ("closed_on", "lookback_on"),
    ("dispatched_on", "due_on"),
    ("dispatched_on", "original_due_on"),
)
"""Days of which the first is never after the second."""

DATED = (ClockName.HANDLE, ClockName.PLAN)
"""The clocks that may set the date of a matter."""
HAPPENED = frozenset({"dispatched_on", "reported_on", "closed_on"})


def of_the_matter(question: Question) -> bool:
    """Whether it is a fact of the matter itself that is corrected."""
    return not OF_A_PART.keys() & question.details.keys()


def counts_from_dispatch(question: Question) -> bool:
    """Whether the date of the matter comes of a limit, so that it moves with the day it is counted from."""
    return any(one.name in DATED and one.limit for one in question.facts.clocks)


def possible_dates(question: Question) -> None:
    """What has happened is not ahead, and one thing follows the other."""
    field, new = field_of(question.details), question.details["new"]
    if field.kind is not Kind.DAY or not of_the_matter(question):
        return
    if field.name in HAPPENED and new > question.day:
        raise FactInvalid(
            f"{field.label}{new}还没有到，请核对。", code="date_in_the_future", date=new.isoformat()
        )
    for first, second in IN_ORDER:
        if field.name in (first, second):
            _in_order(question, {field.name: new}, first, second)
    if field.name in _FORETOLD:
        _FORETOLD[field.name](question, new)
    if field.name in HAPPENED:
        _among_the_turns(question, field, new)
    if field.name == "dispatched_on":
        _before_what_followed(question, new)
    if field.name == "reported_on":
        _after_what_went_before(question, new)


def _expected_too_late(question: Question, expected_on: date) -> None:
    due_on = question.facts.due_on
    if due_on is not None and expected_on <= due_on:
        raise FactInvalid(
            f"预计办结日期{expected_on}不晚于办结期限{due_on}；能按期办结的，请承办单位重新反馈（report-progress）。",
            code="expected_in_time",
            due_on=due_on.isoformat(),
        )


def _promised_ahead(question: Question, promised_on: date) -> None:
    if promised_on < question.day:
        raise FactInvalid(
            f"承诺日期{promised_on}早于更正当天（{question.day}），请核对；"
            "是补录以前的催办，请另记一次催办，并写明催办的实际时间。",
            code="promise_in_the_past",
            promised_on=promised_on.isoformat(),
        )


def _original_by_due_date(question: Question, original_due_on: date) -> None:
    due_on = question.facts.due_on
    if due_on is not None and original_due_on > due_on:
        raise FactInvalid(
            f"原定期限{original_due_on}晚于办结期限{due_on}；办结期限有误的，请先更正办结期限。",
            code="original_after_due",
            due_on=due_on.isoformat(),
        )


_FORETOLD: Mapping[str, Callable[[Question, date], None]] = {
    "expected_on": _expected_too_late,
    "promised_on": _promised_ahead,
    "original_due_on": _original_by_due_date,
}
"""What a day that is ahead, or was set, has to keep to."""


def _in_order(question: Question, corrected: dict[str, date], first: str, second: str) -> None:
    earlier, later = (corrected.get(name, getattr(question.facts, name)) for name in (first, second))
    if _comes_out_anew(question, second) or earlier is None or later is None or earlier <= later:
        return
    raise FactInvalid(
        f"{_label(second)}{later}早于{_label(first)}{earlier}，请核对日期。",
        code="dates_out_of_order",
        first=first,
        second=second,
    )


def _label(name: str) -> str:
    return FIELDS[name].label if name in FIELDS else detail_label(name)


def _comes_out_anew(question: Question, name: str) -> bool:
    """Whether a due date comes out anew with the dispatch that is corrected."""
    is_due = name in ("due_on", "original_due_on")
    return is_due and question.details["field"] == "dispatched_on" and counts_from_dispatch(question)


def _among_the_turns(question: Question, field: Field, new: date) -> None:
    """What happened follows the turn the matter took before it, and comes before the next one.

    What an old register states of its past is no turn: nobody witnessed when it was.
    """
    own = _own_turn(question, field.name)
    if own is None:
        return
    turns = [one for one in question.past if is_witnessed(question, one)]
    before = [one for one in turns if one.seq < own.seq][-1:]
    after = [one for one in turns if one.seq > own.seq][:1]
    for turn, how in (*((one, "早于") for one in before), *((one, "晚于") for one in after)):
        day = day_of(question, turn)
        if (new < day) if how == "早于" else (new > day):
            raise against_history(question, turn, f"{field.label}{new}{how}{day}")


def _own_turn(question: Question, name: str) -> Turn | None:
    """The act that set this day, whatever it was corrected to since."""
    return next((one for one in reversed(question.past) if name in one.facts), None)


def is_witnessed(question: Question, turn: Turn) -> bool:
    """Whether the matter went from one state to another before somebody's eyes."""
    row = question.lifecycle.event_rows.get(turn.kind)
    is_stated = row is not None and row.only_states
    return turn.before in question.lifecycle.state_rows and turn.before != turn.after and not is_stated


def day_of(question: Question, turn: Turn) -> date:
    """The day of a turn; of one whose day was corrected the right one."""
    set_by = (name for name in sorted(HAPPENED) if _own_turn(question, name) == turn)
    corrected = (getattr(question.facts, name) for name in set_by)
    return next(filter(None, corrected), turn.at.astimezone(question.calendar.zone).date())


def against_history(question: Question, turn: Turn, told: str) -> FactInvalid:
    """The refusal of a day or a time that is `told` to lie on the wrong side of this act."""
    row = question.lifecycle.event_rows.get(turn.kind)
    return FactInvalid(
        f"更正后的{told}的{row.label if row else '办理'}（第{turn.seq}条），请核对；"
        f"那一条的时间有误的，请先更正那一条（correct --entry {turn.seq} --field occurred_at）。",
        code="date_against_history",
        entry=turn.seq,
    )


def _before_what_followed(question: Question, dispatched_on: date) -> None:
    """A matter is dispatched before it is received, set aside or reported."""
    zone, former = question.calendar.zone, question.facts.dispatched_on
    of_tasks = (task.clock for task in question.facts.tasks)
    for clock in (*known_clocks(question.facts, question.calendar), *of_tasks):
        first, *rest = clock.moments
        began = first.astimezone(zone).date()
        days = [*([] if began == former else [began]), *(one.astimezone(zone).date() for one in rest)]
        for day in days:
            _refuse_unless(dispatched_on <= day, dispatched_on, "晚于", day)


def _after_what_went_before(question: Question, reported_on: date) -> None:
    """Completion is reported after the clock was last started or went on, whatever came of it since."""
    for clock in question.facts.every_clock:
        if clock.pauses and clock.pauses[-1].cause == VERIFYING:
            running = replace(clock, pauses=clock.pauses[:-1], stopped_at=None)
            last = running.moments[-1].astimezone(question.calendar.zone).date()
            _refuse_unless(last <= reported_on, reported_on, "早于", last)


def _refuse_unless(possible: bool, given: date, how: str, day: date) -> None:
    if not possible:
        raise FactInvalid(
            f"更正后的日期{given}{how}该事项{day}的计时变动，请核对日期。",
            code="date_against_clock",
            date=given.isoformat(),
            clock=day.isoformat(),
        )


GUARDS = (possible_dates,)
