"""What is stated of one milestone corrected, and what follows for the plan, 序时进度 and the light."""

from collections.abc import Iterator

from states.corrections import told, value_of
from states.effects.changes import Changes
from states.facts import CaseFacts, amended
from states.lights import reasons
from states.nodes.correcting import consequences, corrected
from states.nodes.progress import Progress
from states.question import Question


def of_a_node(question: Question) -> Changes:
    """The plan as it should be; `moved` tells what else came out otherwise, `follows` what now warns."""
    said = question.details
    stated = said["field"], value_of(said["new"])
    facts, day = question.facts, question.day
    nodes = corrected(facts, said["node"], stated, calendar=question.calendar, day=day)
    anew = amended(facts, {"nodes": nodes})
    following = [*consequences(facts.nodes, nodes, besides=(said["node"], stated[0]))]
    moved = {name: [told(was), told(now)] for name, was, now in following}
    return {"nodes": nodes, "moved": moved | _schedule(question, anew), "follows": (*_warns(question, anew),)}


def _schedule(question: Question, anew: CaseFacts) -> dict[str, list[str]]:
    """序时进度 before and after, where it is another."""
    was, now = (Progress(facts, question.calendar, question.day).schedule for facts in (question.facts, anew))
    return {
        name: [_percent(getattr(was, name)), _percent(getattr(now, name))]
        for name in ("planned", "done")
        if getattr(was, name) != getattr(now, name)
    }


def _percent(share: int | None) -> str:
    return told(None if share is None else f"{share}%")


def _warns(question: Question, anew: CaseFacts) -> Iterator[str]:
    """What turns the light of a matter whose time runs, and did not before."""
    if not question.lifecycle.is_running(question.facts.state):
        return
    known, now = (
        reasons(facts, question.policy, question.day, question.calendar) for facts in (question.facts, anew)
    )
    yield from (f"亮灯：{one.words}。" for one in now if one not in known)
