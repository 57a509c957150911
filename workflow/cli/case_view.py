"""What is printed of one case: everything known of it, and its history."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from rich.table import Table

from states.office_time import office_minute
from states.vocabulary import Labelled, LookbackFinding, Outcome, Verdict
from workflow.cli.check_view import say_checks, say_still_missing
from workflow.cli.dealings_view import say_dealings
from workflow.cli.extension_view import say_extension
from workflow.cli.feedback_view import say_feedback
from workflow.cli.merger_view import say_mergers
from workflow.cli.node_view import say_nodes
from workflow.cli.output import screen
from workflow.cli.tables import SHOWN_ID, step_label, table
from workflow.cli.task_view import say_tasks
from workflow.services.timeline import written

SHOWN = {
    "title": "事项",
    "source": "来源",
    "basis": "交办依据",
    "requirement": "销号标准",
    "complexity_label": "难易程度",
    "lead_unit": "牵头单位",
    "lead_group": "牵头专班",
    "co_unit_names": "配合单位",
    "accountable_leader": "包保领导",
    "dispatched_on": "交办时间",
    "due": "办结期限",
    "original_due_on": "原定期限",
    "light_reasons": "亮灯原因",
    "verdict": "核查结论",
    "verified_on": "核查日期",
    "public_until": "公示截止",
    "public_objections": "待处理异议（件）",
    "closed_on": "销号时间",
    "outcome": "办结情况",
    "completion_rate": "完成率（%）",
    "progress": "进展情况",
    "difficulty": "存在困难",
    "contact_name": "责任人",
    "contact_phone": "联系电话",
    "milestones": "阶段节点",
    "detail": "具体表现",
    "measures": "整改措施",
    "follow_up": "回头看",
    "lookback_campaign": "回头看批次",
    "lookback_due_on": "回头看期限",
    "lookback_on": "最近回头看",
    "lookback_finding": "回头看结论",
    "relapses": "反弹次数",
    "remark": "备注",
    "origin": "原台账出处",
}


SPOKEN: dict[str, type[Labelled]] = {
    "outcome": Outcome,
    "verdict": Verdict,
    "lookback_finding": LookbackFinding,
}
"""What `case show` prints of a case, in the order of a register's columns; `--json` has everything."""


Say = Callable[[dict[str, Any]], None]
INSIDE: tuple[Say, ...] = (
    say_feedback,
    say_extension,
    say_still_missing,
    say_checks,
    say_dealings,
    say_mergers,
    say_tasks,
    say_nodes,
)
"""What is printed of the things inside a case, one after the other."""


def say_case(document: dict[str, Any]) -> None:
    case = document["case"]
    made = Table(title=f"{case['number']}  {case['state_label']}  {case['light_label']}灯", show_header=False)
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for name, label in SHOWN.items():
        if case.get(name) not in (None, "", [], False):
            mark = "（暂定）" if name == "due" and case["provisional"] else ""
            made.add_row(label, _said(name, case[name]) + mark)
    screen.print(made)
    for say in INSIDE:
        say(document)
    for one in document["escalations"]:
        named = f"{step_label(one['step'])}（{one['state_label']}，措施编号{one['id'][:SHOWN_ID]}）"
        screen.print(f"  {named}：{one['reason']}", soft_wrap=True)
    for one in document["documents"]:
        screen.print(f"  {_paper(one)}", soft_wrap=True)
    for one in document["comments"]:
        screen.print(f"  {_comment(one)}", soft_wrap=True)


def _paper(paper: dict[str, Any]) -> str:
    """A paper with two facts: when it was issued, and when its mail left; a plain mail goes by its kind."""
    name = f"文书 {paper['number']}" if paper["number"] else f"邮件 {paper['kind_label']}"
    made = "印发" if paper["number"] else "生成"
    sent = f"，{_minute(paper['sent_at'])}发出" if paper["sent_at"] else ""
    waits = "，邮件尚未发出" if paper["mails"] and not sent else ""
    void = f"，作废，以{paper['replaced_by']}为准" if paper["replaced_by"] else ""
    joint = f"，共列{paper['matters']}项事项" if paper["matters"] > 1 else ""
    return f"{name}（{_minute(paper['issued_at'])}{made}{sent}{waits}{void}{joint}）"


def _comment(comment: dict[str, Any]) -> str:
    """Who said what, and whom he wants to look at it; words that were taken away leave their place."""
    people = "、".join(one["name"] for one in comment["mentions"])
    mentioned = f"（提及{people}）" if people else ""
    text = comment["text"] or "（文字已删除）"
    return f"批注 {_minute(comment['at'])} {comment['by_name']}{mentioned}：{text}"


def _said(name: str, value: Any) -> str:
    """A fact as people say it: labels for identifiers, names joined, and sentences apart."""
    if name in SPOKEN:
        return SPOKEN[name](value).label
    if isinstance(value, list):
        return ("；" if name == "light_reasons" else "、").join(value)
    return str(value)


def say_history(entries: list[dict[str, Any]]) -> None:
    made = table(None, ("序", "时间", "谁", "做了什么", "环节", "哈希"))
    for entry in entries:
        moved = entry["before_label"] != entry["after_label"]
        state = f"{entry['before_label']}\n→{entry['after_label']}" if moved else entry["after_label"]
        made.add_row(
            str(entry["seq"]),
            _when(entry),
            _who_acted(entry),
            entry["sentence"],
            state,
            entry["hash"][:8],
        )
    screen.print(made)


def _when(entry: dict[str, Any]) -> str:
    """When it happened, as stated; and when it was written, where that was on another day."""
    happened, how = _minute(entry["occurred_at"]), written(entry)
    return f"{happened}\n{how}\n{_minute(entry['recorded_at'])}" if how else happened


def _minute(instant: str) -> str:
    return office_minute(datetime.fromisoformat(instant))


def _who_acted(entry: dict[str, Any]) -> str:
    """Who acted, and for whom if he did so as a deputy."""
    principal = entry["acting_for_name"]
    return f"{entry['actor_name']}（代{principal}）" if principal else str(entry["actor_name"])
