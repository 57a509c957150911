"""Whether a step that was planned may still be taken: the facts it rested on, then and now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from states.escalation.table import STATES
from states.ladder.facts import OnLadder, Raised
from states.ladder.planner import Lapse, Plan, Step
from states.vocabulary import ClockName, IssueMode

LABELS: Mapping[str, str] = {
    "clock": "计时环节",
    "epoch": "期限的次数",
    "due_on": "期限",
    "raised": "该项措施",
    "before": "前一措施",
    "mode": "签发方式",
    "reached_on": "达到日期",
    "next": "应采取的措施",
    "state": "文书的情况",
    "reply_due_on": "回复期限",
}
FACTS = ("clock", "epoch", "due_on", "raised", "before")
MISSING = "无"
STOPPED = "已停止计时"


class Raisable(Protocol):
    """A step as it is planned, or only foreseen."""

    @property
    def automatic(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact that is no longer what the step was planned on."""

    fact: str
    planned: str
    now: str

    @property
    def sentence(self) -> str:
        return f"{LABELS[self.fact]}原为{self.planned}，现为{self.now}"


def basis(step: Step) -> dict[str, Any]:
    """The facts a step rests on, as plain values: what a plan file keeps of it."""
    return {
        "clock": step.rung.clock.value,
        "epoch": step.epoch,
        "due_on": step.due_on.isoformat(),
        "raised": MISSING,
        "before": _told(step.before),
        "mode": mode_of(step).value,
        "reached_on": step.reached_on.isoformat(),
    }


def basis_of_lapse(lapse: Lapse) -> dict[str, Any]:
    """The facts a lapse rests on."""
    return {"state": lapse.raised.state, "reply_due_on": lapse.due_on.isoformat()}


def mode_of(step: Raisable) -> IssueMode:
    """Whether a step goes out by itself or is proposed."""
    return IssueMode.AUTOMATIC if step.automatic else IssueMode.ON_APPROVAL


def changed_facts(planned: Mapping[str, Any], step: str, case: OnLadder) -> tuple[Changed, ...]:
    """What has changed of a step's basis since it was planned; empty while it may be taken."""
    return _compared(FACTS, planned, _now(planned, step, case))


def why_not(planned: Mapping[str, Any], step: str, case: OnLadder, now: Plan) -> tuple[Changed, ...]:
    """What has changed so that a planned step is not to be taken as it was planned; empty if it is.

    `now` is the plan of the case as it stands; where nothing else has changed but another step is due
    instead, or none, that is what is told.
    """
    changed = changed_facts(planned, step, case)
    if changed:
        return changed
    mine = [one for one in now.steps if one.rung.clock.value == planned["clock"]]
    found = next((one for one in mine if one.rung.step == step), None)
    if found is None:
        other = mine[0].rung.label if mine else MISSING
        return (Changed("next", "此项", other),)
    return _compared(("mode", "reached_on"), planned, basis(found))


def why_no_lapse(planned: Mapping[str, Any], raised: Raised | None, now: Plan) -> tuple[Changed, ...]:
    """What has changed so that a reply has not lapsed as it was planned; empty if it has."""
    found = next((one for one in now.lapses if one.raised is raised), None)
    if found is not None:
        return _compared(("state", "reply_due_on"), planned, basis_of_lapse(found))
    state = MISSING if raised is None else raised.state
    if state == planned["state"]:
        day = raised.reply_due_on if raised else None
        return (Changed("reply_due_on", planned["reply_due_on"], day.isoformat() if day else "尚未届满"),)
    return (Changed("state", said("state", planned["state"]), said("state", state)),)


def said(fact: str, value: Any) -> str:
    """A value of a basis as people read it."""
    if isinstance(value, Mapping):
        state, day = str(value["state"]), value["reply_due_on"]
        return STATES.get(state, state) + (f"（回复期限{day}）" if day else "")
    words = MISSING if value is None else str(value)
    if fact in ("raised", "state"):
        return STATES.get(words, words)
    if fact == "clock" and words != STOPPED:
        return ClockName(words).label
    if fact == "mode":
        return IssueMode(words).label
    return f"第{words}次" if fact == "epoch" else words


def _compared(
    names: tuple[str, ...], planned: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[Changed, ...]:
    differing = (name for name in names if planned[name] != now[name])
    return tuple(Changed(name, said(name, planned[name]), said(name, now[name])) for name in differing)


def _now(planned: Mapping[str, Any], step: str, case: OnLadder) -> dict[str, Any]:
    name = next((one for one in case.clocks if one.value == planned["clock"]), None)
    if name is None:
        return {**planned, "clock": STOPPED}
    clock = case.clocks[name]
    same = [one for one in case.raised if one.clock == name.value and one.epoch == clock.epoch]
    raised = next((one.state for one in same if one.step == step), MISSING)
    before = next((one for one in same if _is_before(one, planned)), None)
    return {
        "clock": name.value,
        "epoch": clock.epoch,
        "due_on": clock.due_on.isoformat(),
        "raised": raised,
        "before": _told(before) if planned["before"] else None,
    }


def _is_before(one: Raised, planned: Mapping[str, Any]) -> bool:
    return bool(planned["before"]) and one.step == planned["before"]["step"]


def _told(raised: Raised | None) -> dict[str, Any] | None:
    if raised is None:
        return None
    day = raised.reply_due_on.isoformat() if raised.reply_due_on else None
    return {"step": raised.step, "state": raised.state, "reply_due_on": day}
