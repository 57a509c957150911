"""What is owed on milestones: by the unit when one comes near, by the office too once it is missed."""

from collections.abc import Iterator

from states.deadlines.timeliness import WARNING_WORKING_DAYS
from states.duties.duty import OFFICER, Duty, DutyKind, Whose
from states.duties.matter import Matter
from states.nodes import still_open
from states.nodes.moving import has_moved
from states.nodes.progress import Progress
from states.vocabulary import Role


def of_nodes(matter: Matter) -> Iterator[Duty]:
    """Everything owed on milestones, while they can be reached."""
    if not matter.facts.nodes or not matter.may("reach_node"):
        return
    unit = matter.of_unit(Role.LIAISON, otherwise=(Role.UNIT_HEAD,))
    progress = Progress(matter.facts, matter.calendar, matter.day)
    if has_moved(matter.facts.nodes, matter.facts.due_on):
        yield matter.duty(DutyKind.REPLAN, unit)
    yield from _near(matter, progress, unit)
    yield from _missed(matter, progress)


def _near(matter: Matter, progress: Progress, unit: Whose) -> Iterator[Duty]:
    """A milestone is on the list as long before its day as a matter is before its own."""
    until = matter.calendar.add_working_days(matter.day, WARNING_WORKING_DAYS)
    for node in still_open(matter.facts.nodes):
        due_on = progress.due_on(node)
        if due_on <= until:
            label = f"{DutyKind.NODE.label}（{node.id}、{node.title}）"
            yield matter.duty(DutyKind.NODE, unit, label=label, due_on=due_on, node=node.id)


def _missed(matter: Matter, progress: Progress) -> Iterator[Duty]:
    """One row for a matter, however many it has missed; as for the light, a rest day makes none late."""
    missed = [one for one in progress.missed() if one.late]
    if missed:
        more = f"等{len(missed)}个" if len(missed) > 1 else ""
        label = f"{DutyKind.NODE_MISSED.label}（{missed[0].node.title}{more}）"
        yield matter.duty(DutyKind.NODE_MISSED, OFFICER, label=label, due_on=missed[0].due_on)
