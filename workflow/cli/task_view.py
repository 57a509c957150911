"""What is printed of the co-units' tasks of a case."""

from typing import Any

from states.vocabulary import Light
from workflow.cli.output import screen
from workflow.cli.tables import coloured, table

HEADINGS = ("任务", "协办单位", "须完成的事项", "状态", "期限", "亮灯", "完成率")


def say_tasks(document: dict[str, Any]) -> None:
    """Every task in a line; nothing where there is none."""
    if not document["tasks"]:
        return
    made = table("协办任务", HEADINGS)
    for one in document["tasks"]:
        late = f"\n逾{one['working_days_late']}工作日" if one["overdue"] else ""
        rate = one["completion_rate"]
        made.add_row(
            str(one["task"]),
            one["unit_name"],
            one["title"],
            one["state_label"],
            one["due"] + ("\n（暂定）" if one["provisional"] else ""),
            coloured(Light(one["light"]), one["light_label"] + late),
            "" if rate is None else f"{rate}%",
        )
    screen.print(made)
