"""`duban statistics`: 办结率, 按期办结率 and the rest, each with what it is a share of, by both due dates."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Annotated, Literal

import typer
from rich.table import Table
from rich.text import Text

from states.errors import FactInvalid
from states.statistics import (
    BASES,
    By,
    Duration,
    LeftOut,
    Line,
    Measure,
    Rate,
    Statistics,
    below_the_line,
)
from workflow import particulars
from workflow.cli.opening import open_installation
from workflow.cli.options import AsJson, moment
from workflow.cli.output import answer, screen
from workflow.services import statistics as counting

Since = Annotated[str | None, typer.Option("--from", help="统计期起始日期，如2026-01-01")]
Until = Annotated[str | None, typer.Option("--until", help="统计期截止日期（含当日）")]
Apart = Annotated[
    str | None,
    typer.Option(
        "--by", help="分列：unit（牵头单位）、category（类别）、leader（包保领导）、month（交办月份）"
    ),
]
ByUnit = Annotated[bool, typer.Option("--by-unit", help="即--by unit：按牵头单位分列，逾期率高的在前")]
At = Annotated[str | None, typer.Option("--at", help="逾期算到何时，默认现在；事项情况以现有记载为准")]

ORIGINALLY = {
    Measure.ON_TIME: Measure.ON_TIME_ORIGINALLY,
    Measure.OVERDUE: Measure.OVERDUE_ORIGINALLY,
    Measure.EXTENDED: Measure.EXTENDED_ORIGINALLY,
}
"""What is judged by the due date in force, and its like by the original one."""

TIMELY = {
    Measure.CLOSED: "办结率",
    Measure.ON_TIME: "按期办结率\n按现期限",
    Measure.ON_TIME_ORIGINALLY: "按期办结率\n按原定期限",
    Measure.OVERDUE: "逾期率\n按现期限",
    Measure.OVERDUE_ORIGINALLY: "逾期率\n按原定期限",
}
HANDLED = {
    Measure.EXTENDED: "延期率\n按现期限",
    Measure.EXTENDED_ORIGINALLY: "延期率\n按原定期限",
    Measure.RETURNED: "退回率",
    Measure.FIRST_TIME: "一次\n销号率",
    Measure.RELAPSED: "反弹率",
}
TOOK = ("平均办理\n时长\n工作日", "平均办理\n时长\n日")
NAME_WIDTH, WIDE = 8, 10_000
WORDS = frozenset({"指标", "分子／分母", *(by.label for by in By)})
NOTHING = "—"
HINTS = (
    "按期以报结日为准，待审核、挂起的时间不计；现期限含经批准的延期，原定期限始终不变。",
    "退回率、一次销号率只计在本系统报结的事项；平均办理时长自交办起至报结止，扣除停计的时间。",
    "反弹率只计已回头看的事项；认定过反弹的，以后回头看认定保持、重启并再次销号，都仍计入反弹。",
)
IN_PERIOD = (
    "按期办结率、逾期率、延期率只计本期到期的事项（按现期限的看现期限，按原定期限的看原定期限），"
    "其余只计本期交办的事项。"
)


def statistics(
    *,
    since: Since = None,
    until: Until = None,
    by: Apart = None,
    by_unit: ByUnit = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """统计办结、按期办结、逾期、延期、退回、一次销号、反弹和平均办理时长。"""
    first, last = (particulars.read_day(day) if day else None for day in (since, until))
    instant = moment(at)
    apart, office = _read_grouping(by, by_unit=by_unit), open_installation()
    found = counting.statistics(office, today=instant, since=first, until=last, by=apart)
    answer(as_json, found.as_json(), lambda: _say(found))


def _read_grouping(word: str | None, *, by_unit: bool) -> By | None:
    """What lines are told apart by, by identifier or label; by one thing at a time."""
    if word is None:
        return By.UNIT if by_unit else None
    found = next((one for one in By if word in (one.value, one.label)), None)
    if found is None:
        known = "、".join(f"{one.value}（{one.label}）" for one in By)
        raise FactInvalid(f"不能按“{word[:40]}”分列，可填：{known}。", code="grouping_unknown")
    if by_unit and found is not By.UNIT:
        raise FactInvalid("一次只能按一种口径分列，请去掉--by-unit或者--by。", code="grouping_twice")
    return found


def _say(found: Statistics) -> None:
    screen.print(_title(found), style="bold", soft_wrap=True)
    screen.print(_counts(found), soft_wrap=True)
    screen.print(_whole(found.total, in_period=found.period.is_bounded))
    if found.by is not None and found.lines is not None:
        for made in (_timely, _handled):
            screen.print(_fitting(partial(made, found.by, found.lines)))
    for hint in (*HINTS, *([IN_PERIOD] if found.period.is_bounded else [])):
        screen.print(hint, style="dim", soft_wrap=True)


def _title(found: Statistics) -> str:
    since, until = found.period.since, found.period.until
    span = f"{since}至{until}" if since and until else f"{since}起" if since else f"截至{until}"
    matters = f"{span}交办或到期的事项" if found.period.is_bounded else "全部事项"
    return f"督办统计：{matters}，逾期算至{found.as_of}"


def _counts(found: Statistics) -> str:
    """What went into the shares, what is counted apart, and what was left out."""
    total = found.total
    marks = (
        ("其中原台账接续", total.stated),
        ("期限经顺延或重算", total.shifted),
        ("重启", total.reopened),
        ("销号日期不明", total.undated),
    )
    counted = "，".join([f"计入{total.matters}项", *_some(marks)])
    long_term = f"长期事项{total.long_term}项另计，其中销号{total.long_term_closed}项"
    left_out = "、".join(_some((reason.label, found.left_out[reason]) for reason in LeftOut))
    parts = (counted, long_term if total.long_term else "", f"不计入：{left_out}" if left_out else "")
    return "；".join(part for part in parts if part)


def _some(counts: Iterable[tuple[str, int]]) -> Iterator[str]:
    return (f"{label}{count}项" for label, count in counts if count)


def _whole(total: Line, *, in_period: bool) -> Table:
    """Every share and average of all matters together, said in words and in numbers."""
    made = _table(None, ("指标", "结果／按现期限", "按原定期限", "分子／分母", "分母中接续"))
    for measure in (one for one in Measure if one not in ORIGINALLY.values()):
        rates = [total.rates[one] for one in (measure, ORIGINALLY.get(measure)) if one]
        shares = [*map(_share, rates), Text()][:2]
        stated = "、".join(dict.fromkeys(str(rate.stated) for rate in rates))
        parts = (BASES[measure][0], below_the_line(measure, in_period=in_period))
        made.add_row(measure.label, *shares, "／".join(parts), stated)
    of = "本期交办且交办、报结日期俱全" if in_period else "交办、报结日期俱全"
    basis, stated = f"合计／{of}的销号事项", str(total.duration.stated)
    for unit, average in zip(("工作日", "日"), _averages(total.duration), strict=True):
        made.add_row(f"平均办理时长（{unit}）", average, "", basis, stated)
    return made


def _fitting(made: Callable[[str], Table]) -> Table:
    """A share stands behind its numbers where the table fits the screen so, else under them: none is cut."""
    in_line, unbounded = made(" "), screen.options.update(max_width=WIDE)
    return in_line if screen.measure(in_line, options=unbounded).maximum <= screen.width else made("\n")


def _timely(by: By, lines: Iterable[Line], gap: str) -> Table:
    order = "" if by is By.MONTH else "（逾期率高的在前）"
    made = _table(f"各{by.label}办结情况{order}", (by.label, *TIMELY.values()))
    for line in lines:
        made.add_row(line.name, *(_share(line.rates[measure], gap) for measure in TIMELY))
    return made


def _handled(by: By, lines: Iterable[Line], gap: str) -> Table:
    made = _table(f"各{by.label}办理情况（次序同上）", (by.label, *HANDLED.values(), *TOOK))
    for line in lines:
        shares = (_share(line.rates[measure], gap) for measure in HANDLED)
        made.add_row(line.name, *shares, *_averages(line.duration, gap))
    return made


def _table(title: str | None, headings: Iterable[str]) -> Table:
    """Words stand left and may fold, numbers stand right and are never cut."""
    made = Table(title=title)
    for heading in headings:
        words = heading in WORDS
        justify: Literal["left", "right"] = "left" if words else "right"
        least = NAME_WIDTH if words else None
        made.add_column(heading, justify=justify, no_wrap=not words, overflow="fold", min_width=least)
    return made


def _share(rate: Rate, gap: str = " ") -> Text:
    return _quotient(rate.numerator, rate.denominator, rate.percent, "%", gap)


def _averages(took: Duration, gap: str = " ") -> tuple[Text, Text]:
    """Working days first, then days."""
    return (
        _quotient(took.working_days, took.matters, took.average_working_days, gap=gap),
        _quotient(took.days, took.matters, took.average_days, gap=gap),
    )


def _quotient(numerator: int, denominator: int, result: str | None, unit: str = "", gap: str = " ") -> Text:
    """The numbers and what they come to; a dash where there is nothing to divide by."""
    if result is None:
        return Text(NOTHING, style="dim")
    return Text.assemble((f"{numerator}/{denominator}", "dim"), f"{gap}{result:>5}{unit}")
