"""The register as a list: one column for each thing where the screen is wide, two things in one where not."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from states.facts import CaseFacts
from states.office_time import OFFICE_ZONE
from states.vocabulary import ClockName
from workflow.cli.tables import coloured, step_label, table
from workflow.services.register import Listed

WIDE = 110
"""From so many columns on a title has room beside everything else."""

UNIT_WIDTH = 32


def listing(listed: Sequence[Listed], width: int) -> Table:
    """The list for a screen of this width; whatever the width, it says the same."""
    title = f"督办台账（{len(listed)}项）"
    return _in_columns(listed, title) if width >= WIDE else _in_pairs(listed, title)


def _in_columns(listed: Sequence[Listed], title: str) -> Table:
    made = table(title, ("编号", "事项", "环节", "亮灯", "牵头单位", "期限", "措施"))
    made.columns[4].max_width = UNIT_WIDTH
    for one in listed:
        light = Text("\n").join(_light(one))
        made.add_row(
            one.facts.number,
            one.facts.title,
            one.state,
            light,
            _led_by(one),
            _due(one),
            step_label(one.level),
        )
    return made


def _in_pairs(listed: Sequence[Listed], title: str) -> Table:
    made = table(title, ("编号", "事项／牵头单位", "环节／措施", "期限／亮灯"))
    for one in listed:
        matter = Text.assemble(one.facts.title or "", "\n", (_led_by(one), "dim"))
        stage = "\n".join(filter(None, (one.state, step_label(one.level))))
        made.add_row(one.facts.number, matter, stage, Text("\n").join((Text(_due(one)), *_light(one))))
    return made


def _light(one: Listed) -> list[Text]:
    """The light's word and, for what is late, by how much; each in its colour."""
    light = one.timeliness.light
    late = f"逾{one.timeliness.working_days_late}工作日" if one.timeliness.overdue else ""
    return [coloured(light, words) for words in (light.label, late) if words]


def _led_by(one: Listed) -> str:
    """Who leads; a standing group with the unit it leads through."""
    return (f"{one.lead_group}（{one.lead_unit}）" if one.lead_group else one.lead_unit) or "—"


def _due(one: Listed) -> str:
    due = "长期" if one.facts.open_ended else _day(one.facts)
    return due + ("\n（暂定）" if one.facts.provisional and one.facts.due_on else "")


def _day(facts: CaseFacts) -> str:
    """The due date, with the hour where it is due by one."""
    hour = next((one.due_at for one in facts.clocks if one.name is ClockName.HANDLE and one.due_at), None)
    if facts.due_on is None:
        return "—"
    return f"{facts.due_on} {hour.astimezone(OFFICE_ZONE):%H:%M}" if hour else str(facts.due_on)
