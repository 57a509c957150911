"""What is printed of the differences between two records of a case."""

from typing import Any

from workflow.cli.output import screen
from workflow.cli.tables import minute, table

HEADINGS = ("项目", "变化", "原记载", "现记载", "由哪一条所记")
NOTHING = "两个时间的记载没有差别。"


def say_differences(found: list[dict[str, Any]]) -> None:
    if not found:
        screen.print(NOTHING)
        return
    made = table(None, HEADINGS)
    for one in found:
        words = (one["old_words"] or "—", one["new_words"] or "—")
        made.add_row(one["label"], one["change_label"], *words, _entry(one["entry"]))
    screen.print(made)


def _entry(entry: dict[str, Any] | None) -> str:
    if entry is None:
        return "—"
    return f"第{entry['seq']}条 {minute(entry['occurred_at'])} {entry['actor_name']}：{entry['sentence']}"
