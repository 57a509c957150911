"""A report as sheets of figures: what the page shows, and what the workbook and the file of a page hold."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from notifications.figures import Cell, Change, Column, Figures, Quotient, Sheet
from notifications.period import period_label
from states.office_time import office_minute
from states.reports import (
    OF_AVERAGE,
    OF_FLOW,
    OF_HAPPENED,
    OF_HAPPENED_SHARES,
    OF_LEFT_OUT,
    OF_SHARES,
    Count,
    Flow,
    ReportLine,
    Share,
)
from states.reports.happened import basis
from states.reports.result import GIVEN_UP
from states.statistics import (
    BASES,
    COHORTS,
    By,
    Cohort,
    Duration,
    Happening,
    Measure,
    Period,
    Rate,
    below_the_line,
)
from workflow.services.reports import Measures, Reported

TOTAL, LATE, TERMS = "总表", "逾期清单", "口径说明"
AVERAGE = "平均办理时长（工作日）"
BESIDE = ("carried", "accepted", "closed", "open", "overdue")
OF_DISPATCHED, OF_DUE, IN_PERIOD = "（本期交办事项中）", "（本期到期事项中）", "（本期发生）"
NAMED: Mapping[Measure, str] = {
    **{one: f"{one.label}{OF_DISPATCHED}" for one in Measure if COHORTS[one] is Cohort.DISPATCHED},
    Measure.EXTENDED: f"延期率{OF_DUE}",
    Measure.EXTENDED_ORIGINALLY: f"延期率（原定期限）{OF_DUE}",
}
"""Shares of the matters handed out or due in the period; nobody is to take them for what happened in it."""
SHORT: Mapping[Measure, str] = {
    **NAMED,
    Measure.ON_TIME_ORIGINALLY: "按期办结率（原定）",
    Measure.OVERDUE_ORIGINALLY: "逾期率（原定）",
    Measure.EXTENDED_ORIGINALLY: f"延期率（原定）{OF_DUE}",
}
GROUPS: Mapping[By, tuple[str, str, str]] = {
    By.UNIT: ("按单位", "牵头单位", "按按期办结率排列位次，相同的比办结率；本期没有应办结事项的不排位次。"),
    By.CATEGORY: ("按类别", "类别", "在手事项多的在前。"),
    By.LEADER: ("按领导", "包保领导", "按姓名排列，不排位次；几位领导共同包保的自成一行。"),
}
HAPPENED: Mapping[By, tuple[str, str]] = {
    By.UNIT: ("本期发生（按单位）", "牵头单位"),
    By.CATEGORY: ("本期发生（按类别）", "类别"),
    By.LEADER: ("本期发生（按领导）", "包保领导"),
}
BY_DAY = "按发生日期统计，不论何时交办；按事项现在的牵头单位、类别、包保领导归行，本期没有发生的不列。"
Value = Callable[[ReportLine], Cell]


def figures(found: Reported) -> Figures:
    """The report in sheets: 总表, 按单位, 按类别, 按领导, the same of 本期发生, 逾期清单, 口径说明."""
    groups = (*(_told_apart(found, by) for by in GROUPS), *(_happened(found, by) for by in HAPPENED))
    return Figures(
        title=title_of(found),
        facts=tuple(_facts(found)),
        notes=tuple(_notes(found)),
        headlines=tuple(_headlines(found)),
        sheets=(_total(found), *groups, _late(found), _terms()),
    )


def title_of(found: Reported) -> str:
    """2026年11月督查事项办理情况."""
    of_units = f"{'、'.join(found.scope[:2])}{'等' if found.scope[2:] else ''}" if found.scope else ""
    return f"{label_of(found.period)}{of_units}督查事项办理情况"


def label_of(period: Period | None) -> str:
    """2026年11月; nothing for no period."""
    if period is None or period.since is None or period.until is None:
        return ""
    return period_label(period.since, period.until)


def _facts(found: Reported) -> Iterator[tuple[str, str]]:
    yield "出具单位", found.issuer
    yield "统计期间", f"{found.period.since}至{found.period.until}"
    yield "统计时间", office_minute(found.at)
    yield "范围", "、".join(found.scope) or "全部事项"
    left_out = "、".join(f"{one.label}{found.report.now.left_out[one]}件" for one in GIVEN_UP)
    yield "不计入", left_out
    yield "对比", _beside(found)


def _beside(found: Reported) -> str:
    counts = (found.report.before, found.report.year_before)
    return "、".join(label_of(one.period) for one in counts if one is not None) or "没有可以对比的期间"


def _notes(found: Reported) -> Iterator[str]:
    if not found.report.is_over:
        yield f"本期尚未结束，以下数据截至{office_minute(found.at)}。"
    total = found.report.now.total
    if total.line.stated:
        stated = f"{total.line.stated}件由原台账接续，以前的经过为原台账所述。"
        yield f"计入比率的{total.line.matters}件事项中，{stated}"
    if total.line.undated:
        yield f"{total.line.undated}件事项的销号日期不明，不计入按期与逾期。"
    for number in found.unreadable:
        yield f"事项{number}的数据无法读取，没有计入，请告知维护人员核查。"
    yield "数据按统计时的记载计算，以后有更正、延期、重启的，再统计会不同。"


def _headlines(found: Reported) -> Iterator[tuple[str, str, str]]:
    total = found.report.now.total
    for name in ("accepted", "closed", "open", "overdue"):
        label, _ = OF_FLOW[name]
        yield "其中逾期未结" if name == "overdue" else label, str(getattr(total.flow, name)), "件"
    on_time = _share(total.line.rates[Measure.ON_TIME])
    yield Measure.ON_TIME.label, str(on_time), on_time.parts
    relapse = _share(total.happened.rate(Share.RELAPSED))
    yield _in_period(Share.RELAPSED), str(relapse), relapse.parts


def _moved(name: str) -> Value:
    return lambda line: int(getattr(line.flow, name))


def _of_matters(one: Measure) -> Value:
    return lambda line: _share(line.line.rates[one])


def _times(one: Happening) -> Value:
    return lambda line: line.happened[one]


def _of_acts(one: Share) -> Value:
    return lambda line: _share(line.happened.rate(one))


def _named(one: Measure) -> str:
    return NAMED.get(one, one.label)


def _in_period(one: Happening | Share) -> str:
    return f"{one.label}{IN_PERIOD}"


VALUES: Mapping[str, Value] = {
    **{label: _moved(name) for name, (label, _) in OF_FLOW.items()},
    **{_named(one): _of_matters(one) for one in Measure},
    AVERAGE: lambda line: _average(line.line.duration),
    **{_in_period(one): _times(one) for one in Happening},
    **{_in_period(share): _of_acts(share) for share in Share},
}
"""Every number of a report, by what it is called."""

SAID: Mapping[str, str] = {
    **dict(OF_FLOW.values()),
    **{_named(one): OF_SHARES[one] for one in Measure},
    AVERAGE: OF_AVERAGE,
    **{_in_period(one): OF_HAPPENED[one] for one in Happening},
    **{_in_period(share): OF_HAPPENED_SHARES[share] for share in Share},
}


def _total(found: Reported) -> Sheet:
    now, before, past = found.report.now, found.report.before, found.report.year_before
    columns = [Column("指标", 11, "text"), Column(label_of(now.period), 6, "figure")]
    for count, than in ((before, "较上期"), (past, "较同期")):
        if count is not None:
            columns += [Column(label_of(count.period), 6, "figure"), Column(than, 7, "number")]
    columns.append(Column("口径", 40, "text"))
    rows = [_compared(name, value, now, (before, past)) for name, value in VALUES.items()]
    rows += [_measured(one, (before, past)) for one in found.measures]
    return Sheet(
        TOTAL,
        "各项数字都写明分子和分母；“本期交办、到期事项中”的，以后还会变；“本期发生”的按发生日期，不论何时交办。",
        tuple(columns),
        rows,
    )


def _compared(name: str, value: Value, now: Count, others: tuple[Count | None, ...]) -> tuple[Cell, ...]:
    row: list[Cell] = [name, value(now.total)]
    for count in others:
        if count is not None:
            row += [value(count.total), change(value(now.total), value(count.total))]
    return (*row, SAID[name])


def _measured(one: Measures, others: tuple[Count | None, ...]) -> tuple[Cell, ...]:
    row: list[Cell] = [f"发出{one.label}（件）", one.now]
    for count, then in zip(others, (one.before, one.year_before), strict=True):
        if count is not None:
            row += [then, change(one.now, then)]
    whom = "对个人的措施，只计件数" if one.is_personal else "对单位的措施"
    return (*row, f"{whom}，发出日期在本期的，以后撤回的不计。")


def change(now: Cell, then: Cell) -> Change | None:
    """How a number moved; None where there is nothing to tell it from."""
    if isinstance(now, int) and isinstance(then, int):
        return Change(Fraction(now - then))
    if not (isinstance(now, Quotient) and isinstance(then, Quotient)):
        return None
    if now.value is None or then.value is None:
        return None
    by = now.value - then.value
    return Change(by * 100, "个百分点", False) if now.is_share else Change(by, "天", False)


def _told_apart(found: Reported, by: By) -> Sheet:
    name, heading, note = GROUPS[by]
    places = (Column("位次", 3),) if by is By.UNIT else ()
    count, before = found.report.now, found.report.before
    columns = (*places, Column(heading, 12, "text"), *_columns(), *_trend(before))
    lines = [one for one in count.lines[by] if one.has_matters]
    rows = [_line(by, one, before) for one in lines]
    total: list[Cell] = ["合计", *_numbers(count.total)]
    if before is not None:
        total.append(_on_time(before.total))
    rows.append((*(("",) if places else ()), *total))
    return Sheet(name, f"共{len(lines)}行。{note}", columns, rows, sums=True)


def _happened(found: Reported, by: By) -> Sheet:
    """What happened in the period to the matters of each line that has anything of it."""
    name, heading = HAPPENED[by]
    counts = [Column(f"{one.label}（次）", 4) for one in Happening]
    shares = [Column(_in_period(one), 5, "figure") for one in Share]
    lines = [one for one in found.report.now.lines[by] if not one.happened.is_nothing]
    rows = [_of_happened(one.line.name or "", one) for one in lines]
    rows.append(_of_happened("合计", found.report.now.total))
    columns = (Column(heading, 12, "text"), *counts, *shares)
    return Sheet(name, f"共{len(lines)}行。{BY_DAY}", columns, rows, sums=True)


def _of_happened(name: str, one: ReportLine) -> tuple[Cell, ...]:
    counts = (one.happened[each] for each in Happening)
    return (name, *counts, *(_share(one.happened.rate(each)) for each in Share))


def _columns() -> Iterator[Column]:
    flows = {"carried": "结转", "accepted": "交办", "closed": "销号", "open": "在办", "overdue": "逾期在办"}
    yield from (Column(flows[name], 3) for name in BESIDE)
    yield from (Column(SHORT.get(one, one.label), 5, "figure") for one in Measure)
    yield Column("平均时长（工作日）", 5, "figure")


def _trend(before: Count | None) -> Iterator[Column]:
    if before is not None:
        yield Column(f"{label_of(before.period)}按期办结率", 5, "figure")


def _line(by: By, one: ReportLine, before: Count | None) -> tuple[Cell, ...]:
    row: list[Cell] = [one.place] if by is By.UNIT else []
    row += [one.line.name or "", *_numbers(one)]
    if before is not None:
        then = before.line_of(by, one.line.group)
        row.append(_on_time(then) if then else Quotient(0, 0))
    return tuple(row)


def _numbers(one: ReportLine) -> Iterator[Cell]:
    flow: Flow = one.flow
    yield from (getattr(flow, name) for name in BESIDE)
    yield from (_share(one.line.rates[measure]) for measure in Measure)
    yield _average(one.line.duration)


def _on_time(one: ReportLine) -> Quotient:
    return _share(one.line.rates[Measure.ON_TIME])


def _share(rate: Rate) -> Quotient:
    return Quotient(rate.numerator, rate.denominator)


def _average(took: Duration) -> Quotient:
    return Quotient(took.working_days, took.matters, is_share=False)


def _late(found: Reported) -> Sheet:
    columns = (
        Column("编号", 9, "text"),
        Column("事项", 24, "text"),
        Column("牵头单位", 12, "text"),
        Column("原定期限", 6, "day"),
        Column("现期限", 6, "day"),
        Column("报结日期", 6, "day"),
        Column("逾期工作日", 5),
        Column("情况", 7, "text"),
        Column("到期", 7, "text"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            *(one.number, one.title, one.unit or "未定牵头单位"),
            *(one.original_due_on, one.due_on, one.done_on, one.working_days),
            "逾期未办结" if one.is_open else "逾期办结",
            "以前到期" if one.fell_due_before else "本期到期",
        )
        for one in found.report.late
    ]
    return Sheet(LATE, _of_late(found, len(rows)), columns, rows)


def _of_late(found: Reported, listed: int) -> str:
    told = f"本期到期而逾期的和期末在办而逾期的，共{found.report.late_count}件，逾期久的在前。"
    rest = found.report.late_count - listed - found.sealed
    told += f"已封存的{found.sealed}件不列名。" if found.sealed else ""
    return told + (f"只列出{listed}件。" if rest else "")


def _terms() -> Sheet:
    columns = (
        *(Column("指标", 12, "text"), Column("分子", 14, "text"), Column("分母", 20, "text")),
        Column("口径", 50, "text"),
    )
    rows: list[tuple[Cell, ...]] = [(label, "件数", "", said) for label, said in OF_FLOW.values()]
    for one in Measure:
        rows.append((_named(one), BASES[one][0], below_the_line(one, in_period=True), OF_SHARES[one]))
    rows.append((AVERAGE, "工作日数合计", "本期交办、交办和报结日期俱全的销号事项", OF_AVERAGE))
    rows += [(_in_period(one), "次数", "", OF_HAPPENED[one]) for one in Happening]
    for share in Share:
        above, below = basis(share).values()
        rows.append((_in_period(share), above, below, OF_HAPPENED_SHARES[share]))
    rows.append(("不计入的事项", "件数", "", OF_LEFT_OUT))
    return Sheet(TERMS, "按期以报结日为准；现期限含经批准的延期，原定期限始终不变。", columns, rows)
