"""Whether words say that a day is off: 放假, 休, 补班, “元旦（休）”, true.

调休 alone means the day was exchanged for another: worked at a weekend, off on a weekday.
"""

from datetime import date

from states.calendar.notice import SATURDAY

OFF = frozenset({"true", "rest", "off", "holiday"})
WORKED = frozenset({"false", "working", "workday", "work", "make_up"})
EXCHANGED = "调休"
STOPPED = ("停班", "停工")
OFF_SIGNS = ("放假", "假期", "假日", "休")
WORK_SIGN = "班"
DENIED = ("不", "无需", "取消")


def is_rest(said: str, day: date) -> bool | None:
    """Whether a day is off by what is said of it; None where the words say neither, or both."""
    word = said.strip().lower()
    if word in OFF | WORKED:
        return word in OFF
    if any(denied in word for denied in DENIED):
        return None
    exchanged = EXCHANGED in word
    word = word.replace(EXCHANGED, "")
    stopped = any(sign in word for sign in STOPPED)
    off = stopped or any(sign in word for sign in OFF_SIGNS)
    worked = not stopped and WORK_SIGN in word
    if off != worked:
        return off
    return day.weekday() < SATURDAY if exchanged and not off else None
