"""`duban explain`: a case's dates told so that a person can check them by finger on a calendar."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.text import Text

from states.tasks import clock_label
from states.vocabulary import LimitUnit
from workflow.cli.ledger import say_ledger
from workflow.cli.looking_in import look_into
from workflow.cli.opening import onlooker, open_installation
from workflow.cli.options import AsJson, AsViewer, At, Number, moment
from workflow.cli.output import answer, screen
from workflow.cli.tables import step_label
from workflow.services import explaining

PAUSED = {"suspended": "挂起", "verifying": "待审核", "reported": "待认定", "objected": "异议待处理"}


def explain(number: Number, *, at: At = None, viewer: AsViewer = None, as_json: AsJson = False) -> None:
    """说明一个事项的期限如何算出、为何如此、下一步何时。"""
    instant = moment(at)
    office = open_installation()
    document = explaining.explain(office, number, today=instant, by=onlooker(viewer))
    look_into(office, number, what="explain", viewer=viewer)
    answer(as_json, document, lambda: _say(document))


def _say(document: dict[str, Any]) -> None:
    case = document["case"]
    _line(f"{case['number']} {case['title']}：{case['state_label']}，{case['light_label']}灯")
    for clock in document["clocks"]:
        _say_clock(clock)
    _say_earlier(document)
    _say_standing(document)
    for one in (document["set_aside"], *document["held"]):
        if one is not None:
            _line(f"  巡查　{one['message']}")
    _say_next(document["next"])
    _say_turns(document["would_change"])


def _say_standing(document: dict[str, Any]) -> None:
    """Why it is where it is, and each measure with its course."""
    screen.print()
    for one in document["why"]:
        _line(f"  现状　{one}")
    for one in document["escalations"]:
        _line(f"  {step_label(one['step'])}（{one['state_label']}）：{one['reason']}")
        if "deciders" in one:
            _line(f"    可审批：{'、'.join(one['deciders']) or '待确定审批人'}")


def _say_next(steps: list[dict[str, Any]]) -> None:
    if not steps:
        _line("  下一步：督办阶梯上没有待到达的步骤")
    for step in steps:
        heading = "本级" if step["status"] in ("due", "passed_over") else "下一步"
        _line(f"  {heading} {step['label']}：{step['told']}")
        if step["status"] != "passed_over":
            _line(f"    致{_whom(step['to'])}；{step['mode_label']}{_deciders(step['to'])}")


def _whom(to: dict[str, Any]) -> str:
    through = to["through"]
    return f"{to['addressee']}（由{_holders(through)}当面送达）" if through else str(to["addressee"])


def _deciders(to: dict[str, Any]) -> str:
    told = "、".join(_holders(one) for one in to["approvers"])
    return f"：{told}" if told else ""


def _holders(holding: dict[str, Any]) -> str:
    return f"{holding['label']}{'、'.join(holding['people'])}"


def _say_turns(turns: list[dict[str, Any]]) -> None:
    """The same effect of several commands is told once."""
    told: dict[str, list[str]] = {}
    for one in turns:
        told.setdefault(one["effect"], []).append(one["label"])
    for effect, labels in told.items():
        _line(f"  若{'、'.join(labels)}：{effect}")


def _say_clock(clock: dict[str, Any]) -> None:
    screen.print()
    screen.print(_heading(clock), soft_wrap=True)
    _line(f"  规则　{clock['rule']['title']}")
    _line(f"  依据　{clock['rule']['basis']}")
    unknown = "（所跨年份的节假日安排尚未公布）" if clock["provisional"] else ""
    _line(f"  日历　{clock['calendar']}{unknown}")
    for start, end, cause in clock["pauses"]:
        _line(f"  停计　{_minute(start)}至{_minute(end) if end else '今'}（{PAUSED[cause]}）")
    _line(f"  进度　{_standing(clock)}")
    if clock["ledger"] and clock["stopped_at"] is None:
        say_ledger(clock["ledger"])


def _heading(clock: dict[str, Any]) -> Text:
    due = _minute(clock["due_at"]) if clock["due_at"] else clock["due_on"]
    mark = "（暂定）" if clock["provisional"] else ""
    term = _term(clock["limit"]) if clock["limit"] else "指定日期"
    stopped = f"，已于{clock['stopped_at'][:10]}停止计时" if clock["stopped_at"] else ""
    words = f"　{term}，自{clock['started_at'][:10]}起{stopped}"
    return Text.assemble((f"{clock['label']}期限 {due}{mark}", "bold"), words)


def _term(limit: dict[str, Any]) -> str:
    return f"{limit['amount']}{LimitUnit(limit['unit']).label}"


def _standing(clock: dict[str, Any]) -> str:
    """How much has run, stood still, is left or over, in working days and days."""
    standing = clock["standing"]
    said = [f"已用{_days(standing['run'])}"]
    if standing["paused"]["days"]:
        said.append(f"停计{_days(standing['paused'])}")
    late = standing["late"]["days"]
    said.append(f"逾期{_days(standing['late'])}" if late else f"剩余{_days(standing['left'])}")
    return "，".join([*said, f"序时进度{standing['schedule']}%"])


def _days(days: dict[str, int]) -> str:
    return f"{days['working_days']}个工作日（{days['days']}天）"


def _say_earlier(document: dict[str, Any]) -> None:
    """Dates that are no longer in force; they are kept for ever."""
    running = {(clock["clock"], clock["epoch"], clock["due_on"]) for clock in document["clocks"]}
    limits = document["limits"]
    earlier = [one for one in limits if (one["clock"], one["epoch"], one["due_on"]) not in running]
    if earlier:
        screen.print()
    for one in _distinct(earlier):
        _line(f"  原期限　{one}")


def _distinct(limits: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield from dict.fromkeys(_earlier(one) for one in limits)


def _earlier(limit: dict[str, Any]) -> str:
    mark = "（暂定）" if limit["provisional"] else ""
    return f"{clock_label(limit['clock'])}期限 {limit['due_on']}{mark}（自{limit['start']}起）"


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _line(words: str) -> None:
    screen.print(words, soft_wrap=True)
