"""The days that lie ahead of a matter, each of a kind, for a calendar beside the pages.

Pure: a matter on a day, its measures, the talks units are called to over it, and how much of it whoever asks
has in hand. What concerns a person is never among them; of a milestone or a task only the number is told, of
a matter nothing but number and title.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from states.clocks import Clock
from states.duties.matter import Matter
from states.facts import CaseFacts
from states.nodes import still_open
from states.nodes.progress import Progress
from states.papers.talks import Talk
from states.policy import Rung
from states.tasks import Task
from states.vocabulary import ClockName, Labelled


class Occasion(Labelled):
    """What a day is."""

    DUE = "due", "办结期限"
    PLAN = "plan", "报送方案"
    ACKNOWLEDGE = "acknowledge", "签收"
    FEEDBACK = "feedback", "反馈"
    NODE = "node", "节点"
    TASK = "task", "协办任务"
    REPLY = "reply", "回复"
    JUDGE = "judge", "审核回复"
    TALK = "talk", "约谈"
    REVIEW = "review", "挂起复查"
    PUBLIC = "public", "公示期满"
    LOOKBACK = "lookback", "回头看"


RUNNING: Mapping[ClockName, Occasion] = {
    ClockName.ACKNOWLEDGE: Occasion.ACKNOWLEDGE,
    ClockName.PLAN: Occasion.PLAN,
    ClockName.FEEDBACK: Occasion.FEEDBACK,
}
TO_REPLY = frozenset({"issued", "served", "lapsed"})


@dataclass(frozen=True, slots=True)
class Dated:
    """A day of a matter, or an instant of it where it is due before 24:00.

    `key` tells it from the others of its matter for as long as it is the same thing, however it moves;
    `label` says what it is.
    """

    key: str
    occasion: Occasion
    label: str
    on: date
    at: datetime | None = None


Measure = tuple[Mapping[Any, Any], Rung]
"""A measure by its columns, with its rung in the policy it was raised under."""


def agenda(
    matter: Matter,
    measures: Iterable[Measure],
    talks: Iterable[Talk] = (),
    *,
    whole: bool,
    units: frozenset[str] | None = None,
) -> Iterator[Dated]:
    """Every day ahead of a matter, as somebody sees it.

    `whole`: he works in the office. `units` are those he looks after, None where he asks for no unit: of a
    matter these only have a share in, he is told its limit, their own tasks and the talks they are called to.
    """
    has_in_hand = _in_hand(matter.facts, units)
    if matter.is_running:
        yield from _limit(matter)
        yield from _tasks(matter, None if has_in_hand else units)
        if has_in_hand:
            yield from _clocks(matter)
            yield from _nodes(matter)
    if has_in_hand:
        yield from _replies(matter, measures, whole=whole)
    yield from _talks(matter, talks, units)
    if whole:
        yield from _of_the_office(matter)


def _in_hand(facts: CaseFacts, units: frozenset[str] | None) -> bool:
    """Whether the matter is theirs as a whole: they lead it, or have no share and it is shown otherwise."""
    return units is None or not units.isdisjoint(facts.leads) or units.isdisjoint(facts.parts)


def _limit(matter: Matter) -> Iterator[Dated]:
    facts = matter.facts
    if facts.due_on is None or facts.open_ended:
        return
    name, kind = (ClockName.PLAN, Occasion.PLAN) if facts.due_for_plan else (ClockName.HANDLE, Occasion.DUE)
    clock = matter.clock(name)
    is_hour = clock is not None and clock.due_on == facts.due_on
    yield Dated(kind.value, kind, kind.label, facts.due_on, clock.due_at if clock and is_hour else None)


def _clocks(matter: Matter) -> Iterator[Dated]:
    for name, kind in RUNNING.items():
        clock = matter.clock(name)
        is_limit = name is ClockName.PLAN and matter.facts.due_for_plan
        if clock is not None and not clock.is_paused and not is_limit:
            yield _of_clock(f"{kind}-{clock.epoch}", kind, kind.label, clock)


def _nodes(matter: Matter) -> Iterator[Dated]:
    if not matter.facts.nodes or not matter.may("reach_node"):
        return
    progress = Progress(matter.facts, matter.calendar, matter.day)
    for node in still_open(matter.facts.nodes):
        kind = Occasion.NODE
        yield Dated(f"{kind}-{node.id}", kind, f"{kind.label}{node.id}", progress.due_on(node))


def _tasks(matter: Matter, units: frozenset[str] | None) -> Iterator[Dated]:
    for task in matter.facts.tasks:
        if task.is_under_way and (units is None or task.unit in units):
            yield _of_task(task)


def _of_task(task: Task) -> Dated:
    kind = Occasion.TASK
    return _of_clock(f"{kind}-{task.id}", kind, f"{kind.label}{task.id}", task.clock)


def _of_clock(key: str, kind: Occasion, label: str, clock: Clock) -> Dated:
    return Dated(key, kind, label, clock.due_on, clock.due_at)


def _replies(matter: Matter, measures: Iterable[Measure], *, whole: bool) -> Iterator[Dated]:
    """When the unit replies, and when the office judges what it replied. Never of what concerns a person."""
    for columns, rung in measures:
        if rung.addressee == "person" or columns["object_person"] or columns["issued_on"] is None:
            continue
        if columns["state"] in TO_REPLY and matter.kind in ("open", "side"):
            yield from _reply(matter, columns, rung)
        elif whole and columns["judge_by"] and columns["judgement"] is None:
            yield _of_measure(Occasion.JUDGE, columns, rung, columns["judge_by"])


def _reply(matter: Matter, columns: Mapping[Any, Any], rung: Rung) -> Iterator[Dated]:
    """Due when the paper said; an inquiry's by its clock, which stands still with the case."""
    is_inquiry = rung.document == "inquiry" and columns["state"] != "issued"
    clock = matter.clock(ClockName.INQUIRY_REPLY) if is_inquiry else None
    if columns["reply_due_on"] is not None:
        due_on = clock.due_on if clock else columns["reply_due_on"]
        yield _of_measure(Occasion.REPLY, columns, rung, due_on)


def _of_measure(kind: Occasion, columns: Mapping[Any, Any], rung: Rung, on: date) -> Dated:
    return Dated(f"{kind}-{columns['id']}", kind, f"{kind.label}（{rung.label}）", on)


def _talks(matter: Matter, talks: Iterable[Talk], units: frozenset[str] | None) -> Iterator[Dated]:
    """The talks that are still to be held; one that was is gone."""
    for one in talks:
        called = units is None or not units.isdisjoint(one.units)
        if called and one.on >= matter.day and matter.kind in ("open", "side"):
            kind = Occasion.TALK
            yield Dated(f"{kind}-{one.paper}", kind, kind.label, one.on, one.at)


def _of_the_office(matter: Matter) -> Iterator[Dated]:
    facts = matter.facts
    if matter.kind == "side" and facts.review_on is not None:
        yield _on(Occasion.REVIEW, facts.review_on)
    if matter.kind == "open" and facts.public_until is not None:
        yield _on(Occasion.PUBLIC, facts.public_until)
    if matter.kind == "closed" and facts.lookback_due_on is not None:
        yield _on(Occasion.LOOKBACK, facts.lookback_due_on)


def _on(kind: Occasion, day: date) -> Dated:
    return Dated(kind.value, kind, kind.label, day)


def nearest(day: date, on: date, key: str) -> tuple[int, bool, str]:
    """The order in which days are kept where there are too many: the nearest, to come before gone."""
    return abs((on - day).days), on < day, key
