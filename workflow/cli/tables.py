"""Tables as the command line prints them: what identifies a row is never cut, everything else may fold."""

from collections.abc import Iterable
from datetime import datetime

from rich.table import Table
from rich.text import Text

from states.office_time import office_minute
from states.vocabulary import Light

SHOWN_ID = 10
"""So much of a long id is shown, and is enough to name it by."""

WHOLE = frozenset(
    {
        "编号",
        "措施编号",
        "环节",
        "亮灯",
        "期限",
        "措施",
        "状态",
        "文号",
        "时间",
        "谁",
        "序",
        "行",
        "列",
        "哈希",
        "次数",
        "权重",
        "最迟开始",
        "应完成",
        "完成",
        "环节／措施",
        "期限／亮灯",
    }
)
LEAST = {"做了什么": 20}
"""What says the most of a row is never squeezed out by the others."""
COLOURS = {Light.GREEN: "green", Light.YELLOW: "yellow", Light.RED: "red", Light.GREY: "dim"}
STEPS = {"due_soon": "期限提示", "reminder": "提醒", "inquiry": "函询", "admonition": "诫勉"}


def table(title: str | None, headings: Iterable[str]) -> Table:
    """An empty table; columns that identify a row keep their width, the others share the rest."""
    made = Table(title=title)
    for heading in headings:
        made.add_column(heading, no_wrap=heading in WHOLE, overflow="fold", min_width=LEAST.get(heading))
    return made


def folding_table(headings: Iterable[str]) -> Table:
    """An empty table of which nothing is cut however narrow the screen: every column may fold.

    No column has a least width either: rich crops the last ones where such widths do not fit.
    """
    made = Table()
    for heading in headings:
        made.add_column(heading, no_wrap=False, overflow="fold")
    return made


def coloured(light: Light, words: str) -> Text:
    """A light's word in its colour; the word is there for those who do not see the colour."""
    return Text(words, style=COLOURS[light])


def step_label(step: str | None) -> str:
    """A rung's Chinese name; an office's own rung goes by its identifier."""
    return STEPS.get(step or "", step or "")


def minute(instant: str | None) -> str:
    """An instant as the office reads it, to the minute; nothing for none."""
    if instant is None:
        return ""
    return office_minute(datetime.fromisoformat(instant))
