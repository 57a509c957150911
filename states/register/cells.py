"""Readers of single cells that are neither dates nor units: numbers, completion rates, closing marks.

Each gives the value and what a person should know about it. Called by the row reader.
"""

import re
import unicodedata
from dataclasses import dataclass

from states.register.problems import Finding
from states.register.wording import comparable, is_blank, quoted, text_of
from states.swift import made_swiftly

NUMBER_BOUND = 64
_DASH = re.compile(r"[‐‑‒–—―−]")
_RATE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)(%?)")
_CLOSED = frozenset(("是", "已销号", "销号", "已办结销号", "√", "✓", "✔", "☑", "y", "yes"))
_NOT_CLOSED = frozenset(("", "否", "未销号", "未", "×", "✗", "✕", "n", "no"))
_REQUESTED = re.compile(r"(?:待|申请|拟|已申请|已报)销号.*|.*(?:待审批|待审核)")


@made_swiftly
@dataclass(frozen=True, slots=True)
class NumberReading:
    """A matter's number in its normal form, None where the cell is blank."""

    number: str | None
    problems: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()


@made_swiftly
@dataclass(frozen=True, slots=True)
class RateReading:
    """A completion rate in whole percent."""

    percent: int | None = None
    problems: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()


@made_swiftly
@dataclass(frozen=True, slots=True)
class ClosingReading:
    """Whether a matter is closed (销号), or only put up for closing."""

    closed: bool = False
    requested: bool = False
    problems: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()


def read_number(value: object) -> NumberReading:
    """The number with full-width characters, spaces and stray dashes put right."""
    written = text_of(value)
    if not written:
        message = "编号为空，导入时由系统挂号；再次导入无法按编号匹配，请导出带号台账后再更新"
        return NumberReading(None, notes=(Finding("number_missing", message),))
    number = _DASH.sub("-", "".join(unicodedata.normalize("NFKC", written).split()))
    if len(number) > NUMBER_BOUND:
        message = f"编号有{len(number)}字，超过{NUMBER_BOUND}字，请改正后重新导入"
        return NumberReading(None, (Finding("number_too_long", message, "改正编号"),))
    if number == written:
        return NumberReading(number)
    return NumberReading(number, notes=(Finding("fullwidth", f"编号规范为“{number}”"),))


def read_rate(value: object) -> RateReading:
    """A share up to 1 (Excel's percent format) or a text such as 55%; both give 55."""
    if is_blank(value):
        return RateReading()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _percent(value * 100 if 0 <= value <= 1 else value, text_of(value))
    match = _RATE.fullmatch(comparable(text_of(value)))
    if match is None:
        return _unreadable_rate(text_of(value))
    share = float(match[1])
    reading = _percent(share * 100 if not match[2] and share <= 1 else share, text_of(value))
    note = Finding("percent_text", f"完成率识别为{reading.percent}%")
    return reading if reading.problems else RateReading(reading.percent, notes=(note,))


def read_closing(value: object) -> ClosingReading:
    """是, 已销号 and √ mean closed; a text that only speaks of closing, such as 待销号, does not."""
    written = text_of(value)
    mark = comparable(written)
    if mark in _CLOSED:
        return ClosingReading(closed=True)
    if mark in _NOT_CLOSED:
        return ClosingReading()
    if _REQUESTED.fullmatch(mark):
        message = f"{quoted(written)}识别为未销号、待审批，不按已销号导入"
        return ClosingReading(requested=True, notes=(Finding("not_yet_closed", message),))
    message = f"是否销号栏{quoted(written)}无法判断，建议按未销号导入，请人工确认"
    return ClosingReading(problems=(Finding("closing_unclear", message, "按未销号导入", {"closed": False}),))


def _percent(number: float, written: str) -> RateReading:
    return RateReading(round(number)) if 0 <= number <= 100 else _unreadable_rate(written)


def _unreadable_rate(written: str) -> RateReading:
    message = f"完成率{quoted(written)}不是0—100%之间的数，建议留空，请人工确认"
    return RateReading(problems=(Finding("rate_invalid", message, "留空", {"completion_rate": None}),))
