"""Telling the demonstration in one screenful."""

from collections import Counter

from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text

from states.escalation import STATES
from states.vocabulary import Light
from workflow.demo.play import Result

WORST = 4
STEPS = {"due_soon": "期限提示", "reminder": "提醒", "inquiry": "函询", "admonition": "诫勉"}
COLOURS = {Light.GREEN: "green", Light.YELLOW: "yellow", Light.RED: "red", Light.GREY: "dim"}


def tell(result: Result, screen: Console) -> None:
    """Print what happened and where the papers lie."""
    taken = result.taken_over
    screen.print(
        Text.assemble("\n", (f"滨海市督查室 · 截至{result.day}", "bold"), "（虚构城市，规则与文书为实）")
    )
    screen.print(
        f"接续登记原台账{taken.rows}项：导入{taken.imported}项，需人工确认{taken.rows_waiting}项，"
        f"退回更正{taken.rows_rejected}项；本系统自办{len(result.listed) - taken.imported}项",
        highlight=False,
    )
    screen.print(Columns([_states(result), _lights(result)], padding=(0, 3)))
    screen.print(_steps(result))
    screen.print(_late(result))
    verdict, colour = ("历史核验通过", "green") if result.exit_code == 0 else ("历史核验未通过", "red")
    verified = result.verified
    counts = f"：{verified.cases}个事项、{verified.entries}条记载；尚未锚定外部检查点"
    screen.print(Text.assemble((verdict, colour), counts))
    screen.print(f"印发文书{result.documents}件：{result.out / 'papers'}", soft_wrap=True)
    screen.print(f"收到邮件{result.mails}封：{result.out / 'mails'}", soft_wrap=True)
    screen.print("接着用自己的台账：duban migrate，再 duban import 单位名录.xlsx", soft_wrap=True)


def _states(result: Result) -> Table:
    table = Table(title="环节", show_header=False)
    for state, count in Counter(one.state for one in result.listed).most_common():
        table.add_row(state, str(count))
    return table


def _lights(result: Result) -> Table:
    table = Table(title="亮灯", show_header=False)
    counts = Counter(one.timeliness.light for one in result.listed)
    for light in Light:
        table.add_row(Text(light.label, style=COLOURS[light]), str(counts[light]))
    return table


def _steps(result: Result) -> Table:
    """How many measures stand where; states nothing stands in are left out."""
    table = Table(title="督办措施")
    found = {state for states in result.escalations.values() for state in states}
    shown = [state for state in STATES if state in found]
    for heading in ("措施", *(STATES[state] for state in shown)):
        table.add_column(heading, justify="left" if heading == "措施" else "right")
    for step, label in STEPS.items():
        states = result.escalations.get(step, Counter())
        table.add_row(label, *(str(states[state] or "") for state in shown))
    return table


def _late(result: Result) -> Table:
    """The worst first: what an officer would look at on Monday."""
    table = Table(title="逾期最久的事项")
    for heading in ("编号", "事项", "牵头单位", "期限", "逾期", "措施"):
        folds = heading in ("事项", "牵头单位")
        table.add_column(heading, no_wrap=not folds, overflow="fold")
    late = sorted(result.listed, key=lambda one: -one.timeliness.working_days_late)
    for one in late[:WORST]:
        if one.timeliness.overdue:
            table.add_row(
                one.facts.number,
                one.facts.title,
                one.lead_unit,
                str(one.facts.due_on),
                f"{one.timeliness.working_days_late}个工作日",
                STEPS.get(one.level or "", ""),
            )
    return table
