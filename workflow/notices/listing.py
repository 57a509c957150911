"""What a file lists, before it is a notice: stretches of days with the words said of them.

The three forms of file come together here. Days are counted before they are spread out, so that a short file
cannot stand for centuries.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from states.calendar import Hours, NoticeDay, kind_of
from states.calendar.notice import MAX_DAYS
from workflow.notices.refusals import NoticeRefused
from workflow.notices.words import is_rest


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from `first` through `last`, and what the file says they are. `place` is where it says so."""

    place: str
    first: date
    last: date
    said: str
    name: str = ""


@dataclass(frozen=True)
class Listing:
    """Everything a file says. `states_year` is whether it says itself which year it announces, if any."""

    days: tuple[NoticeDay, ...]
    year: int | None = None
    states_year: bool = False
    papers: tuple[str, ...] = ()
    week: Mapping[int, Hours] = field(default_factory=dict)
    hours: Mapping[date, Hours] = field(default_factory=dict)


def days_of(stretches: Iterable[Stretch]) -> tuple[NoticeDay, ...]:
    """The single days of some stretches. Raises `NoticeRefused` naming the first that cannot be told."""
    days: list[NoticeDay] = []
    for one in stretches:
        length = (one.last - one.first).days + 1
        if length < 1:
            message = f"{one.place}：{one.last}早于{one.first}，请核对起止日期。"
            raise NoticeRefused(message, code="notice_date_invalid", place=one.place)
        if len(days) + length > MAX_DAYS:
            message = f"{one.place}：到此已超过{MAX_DAYS}天，请按年度分开载入。"
            raise NoticeRefused(message, code="notice_too_long", place=one.place)
        days += _spread(one, length)
    return tuple(days)


def _spread(stretch: Stretch, length: int) -> Iterator[NoticeDay]:
    for place in range(length):
        day = stretch.first + timedelta(place)
        rest = is_rest(stretch.said, day)
        if rest is None:
            message = f"{stretch.place}：“{stretch.said[:40]}”看不出是放假还是上班，请写明放假或上班。"
            raise NoticeRefused(message, code="notice_kind_unclear", place=stretch.place)
        yield NoticeDay(day, kind_of(day, rest=rest), stretch.name)
