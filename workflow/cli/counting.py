"""`duban recount`: every case's light and every count of the wall chart worked out anew."""

from workflow.cli.opening import open_installation
from workflow.cli.options import AsJson
from workflow.cli.output import answer, now, screen
from workflow.services import relighting


def recount(as_json: AsJson = False) -> None:
    """重新计数：挂图作战的计数与事项不符时用。"""
    found = relighting.recount(open_installation(), at=now())
    answer(as_json, {"astray": found}, lambda: _say(found))


def _say(found: list[str]) -> None:
    named = "、".join({"": "未定单位", "*": "合计"}.get(one, one) for one in found)
    screen.print(f"已重新计数；此前计数不符的单位：{named}。" if found else "已重新计数，此前的计数都相符。")
