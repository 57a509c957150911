"""How a due date comes about, and how late a matter is on a day.

A deadline is a value with its provenance: start, limit, counting rule, calendar version. The default rule
`cn-civil-code` follows 民法典 Art. 200-204: the start day is not counted, a month ends on its corresponding
day or else on the month's last, and a last day that is a rest day rolls to the next working day. A date set
by a leader stands as it is.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from states.calendar import WorkCalendar
from states.errors import FactInvalid
from states.vocabulary import Complexity, Light, LimitUnit

CIVIL_CODE = "cn-civil-code"
STATED = "stated"
PAUSE = "pause-not-charged"
MAX_AMOUNT = 3_660
WARNING_WORKING_DAYS = 3
WARNING_SHARE = 5  # one fifth of the term, domain practice of the yellow light


@dataclass(frozen=True, slots=True)
class Limit:
    """A term such as 15 working days. Amounts run from 1 to 3,660."""

    unit: LimitUnit
    amount: int

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= MAX_AMOUNT:
            raise FactInvalid(
                f"期限“{self.amount}{self.unit.label}”超出范围，请填1至{MAX_AMOUNT}之间的整数。",
                code="limit_out_of_range",
                amount=self.amount,
                unit=self.unit.value,
            )

    @property
    def label(self) -> str:
        return f"{self.amount}{self.unit.label}"


PRESETS = {
    Complexity.ORDINARY: Limit(LimitUnit.WEEKS, 1),
    Complexity.COMPLEX: Limit(LimitUnit.MONTHS, 1),
    Complexity.VERY_COMPLEX: Limit(LimitUnit.MONTHS, 1),
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date and how it came about. `provisional` means it rests on an unannounced year."""

    due_on: date
    start: date
    rule: str
    limit: Limit | None
    calendar: str
    provisional: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "due_on": self.due_on.isoformat(),
            "start": self.start.isoformat(),
            "rule": self.rule,
            "limit": {"unit": self.limit.unit.value, "amount": self.limit.amount} if self.limit else None,
            "calendar": self.calendar,
            "provisional": self.provisional,
        }


def count(start: date, limit: Limit, calendar: WorkCalendar) -> Deadline:
    """The deadline of a limit that starts on `start`, by `cn-civil-code`."""
    due_on = calendar.roll_forward(_last_day(start, limit, calendar))
    return Deadline(
        due_on, start, CIVIL_CODE, limit, calendar.version, calendar.is_provisional(start, due_on)
    )


def stated(start: date, due_on: date, calendar: WorkCalendar) -> Deadline:
    """The deadline of a date somebody set. It does not roll over a rest day."""
    return Deadline(due_on, start, STATED, None, calendar.version, calendar.is_provisional(start, due_on))


def extended_by_pause(due_on: date, paused_on: date, resumed_on: date, calendar: WorkCalendar) -> Deadline:
    """The deadline after a pause: it moves on by the working days the clock stood still."""
    later = calendar.add_working_days(due_on, calendar.working_days_between(paused_on, resumed_on))
    return Deadline(
        later, paused_on, PAUSE, None, calendar.version, calendar.is_provisional(paused_on, later)
    )


def _last_day(start: date, limit: Limit, calendar: WorkCalendar) -> date:
    match limit.unit:
        case LimitUnit.DAYS:
            return start + timedelta(days=limit.amount)
        case LimitUnit.WEEKS:
            return start + timedelta(weeks=limit.amount)
        case LimitUnit.MONTHS:
            return _corresponding_day(start, limit.amount)
        case LimitUnit.WORKING_DAYS:
            return calendar.add_working_days(start, limit.amount)


def _corresponding_day(start: date, months: int) -> date:
    """民法典 Art. 202: the same day of the month, or the month's last day where it has none."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    month_end = date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return month_end.replace(day=min(start.day, month_end.day))


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How a matter stands on a day. `working_days_late` and `days_late` are 0 when it is not late."""

    light: Light
    overdue: bool
    working_days_late: int
    days_late: int
    working_days_left: int | None


def timeliness(
    due_on: date | None, dispatched_on: date | None, as_of: date, calendar: WorkCalendar
) -> Timeliness:
    """The light and the lateness of a running clock on `as_of`; without a limit it is always green.

    Red is past the due date; yellow is within three working days or the last fifth of the term.
    """
    if due_on is None:
        return Timeliness(Light.GREEN, False, 0, 0, None)
    if as_of > due_on:
        late = calendar.working_days_between(due_on, as_of)
        return Timeliness(Light.RED, True, late, (as_of - due_on).days, 0)
    left = calendar.working_days_between(as_of, due_on)
    light = Light.YELLOW if left <= _warning_days(due_on, dispatched_on, calendar) else Light.GREEN
    return Timeliness(light, False, 0, 0, left)


def _warning_days(due_on: date, dispatched_on: date | None, calendar: WorkCalendar) -> int:
    if dispatched_on is None or dispatched_on >= due_on:
        return WARNING_WORKING_DAYS
    term = calendar.working_days_between(dispatched_on, due_on)
    return max(WARNING_WORKING_DAYS, term // WARNING_SHARE)
