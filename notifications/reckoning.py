"""How a date was reckoned, as facts for the 期限计算说明: the term, what it rests on, and every day of it.

Words and values only; the wording is the template's. Called by the office with one explained clock.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from notifications.facts import LIST_BOUND
from notifications.term import cn_date, cn_minute
from states.calendar import WorkCalendar
from states.clocks import Clock, Pause
from states.deadlines import Deadline
from states.deadlines.ledger import COLUMNS, LedgerDay, Verdict

TALLY: Mapping[Verdict, str] = {
    Verdict.START: "起算日{}日不计",
    Verdict.COUNTED: "计入{}日",
    Verdict.SKIPPED: "休息日{}日不计",
    Verdict.PAUSED: "暂停计时{}日停计",
    Verdict.ROLLED: "末日顺延{}日",
}


def reckoning(
    clock: Clock,
    deadline: Deadline,
    calendar: WorkCalendar,
    days: Sequence[LedgerDay],
    *,
    rule: Mapping[str, str],
    causes: Mapping[str, str],
    awaits: str | None,
) -> dict[str, Any]:
    """The facts of one date.

    `rule` gives its `title` and `basis`, `causes` what the states are called in which the clock stood still,
    `awaits` what a 暂定 date waits for. More days than a paper can list are counted, and not listed.
    """
    return {
        "clock": clock.name.label,
        "due": _due(clock, calendar),
        "set_for": cn_date(clock.stated_on) if clock.stated_on not in (None, clock.due_on) else None,
        "since": _since(clock, calendar),
        "limit": clock.limit.label if clock.limit else None,
        "awaits": awaits,
        "rest_day": deadline.rest_day,
        "stopped": _minute(clock.stopped_at, calendar) if clock.stopped_at else None,
        "rule": rule["title"],
        "basis": rule["basis"],
        "calendar": calendar.version,
        "notices": list(dict.fromkeys(day.notice for day in days if day.notice)),
        "pauses": [_pause(one, calendar, causes) for one in clock.pauses],
        "tally": _tally(days),
        "columns": list(COLUMNS),
        "days": [_row(day) for day in days] if len(days) <= LIST_BOUND else [],
    }


def _due(clock: Clock, calendar: WorkCalendar) -> str:
    """A counted term ends at an instant; a date somebody set is a day."""
    if clock.due_at is not None:
        return _minute(clock.due_at, calendar)
    return cn_date(clock.due_on) + ("24时" if clock.limit else "")


def _since(clock: Clock, calendar: WorkCalendar) -> str:
    by_the_clock = clock.limit is not None and clock.limit.unit.is_duration
    begun = clock.started_at.astimezone(calendar.zone)
    return cn_minute(begun) if by_the_clock else cn_date(begun.date())


def _pause(pause: Pause, calendar: WorkCalendar, causes: Mapping[str, str]) -> str:
    cause = causes.get(pause.cause, pause.cause)
    start = _minute(pause.start, calendar)
    if pause.end is None:
        return f"{start}起，因{cause}暂停计时，尚未恢复；届满时间和逐日计算未扣除这次暂停，恢复后相应顺延"
    return f"{start}至{_minute(pause.end, calendar)}，因{cause}暂停计时"


def _minute(moment: datetime, calendar: WorkCalendar) -> str:
    return cn_minute(moment.astimezone(calendar.zone))


def _tally(days: Sequence[LedgerDay]) -> str | None:
    """自起算日至届满日共22日：起算日1日不计，计入15日，休息日6日不计."""
    if not days:
        return None
    counted = Counter(day.verdict for day in days)
    parts = [words.format(counted[verdict]) for verdict, words in TALLY.items() if counted[verdict]]
    return f"自{cn_date(days[0].day)}至{cn_date(days[-1].day)}共{len(days)}日：{'，'.join(parts)}"


def _row(day: LedgerDay) -> list[str]:
    """The day as the annex tells it. What was decided of a day in an unannounced year is 暂定."""
    on, weekday, kind, verdict, number, said = day.as_row()
    unsettled = day.provisional and day.verdict is not Verdict.START
    decided = f"{verdict}（暂定）" if unsettled else verdict
    return [on, weekday, kind, decided, number, f"{said}；届满日" if day.is_due else said]
