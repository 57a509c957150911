"""Whether a step that was planned may still be taken: the facts it rested on, then and now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from states.ladder.facts import OnLadder, Raised
from states.ladder.planner import Step

LABELS: Mapping[str, str] = {
    "clock": "计时环节",
    "epoch": "期限",
    "due_on": "期限",
    "raised": "该项措施",
    "before": "前一措施的情况",
}
MISSING = "无"


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
    }


def changed_facts(planned: Mapping[str, Any], step: str, case: OnLadder) -> tuple[Changed, ...]:
    """What has changed of a step's basis since it was planned; empty while it may be taken."""
    now = _now(planned, step, case)
    return tuple(
        Changed(name, str(planned[name]), str(now[name])) for name in LABELS if planned[name] != now[name]
    )


def _now(planned: Mapping[str, Any], step: str, case: OnLadder) -> dict[str, Any]:
    name = next((one for one in case.clocks if one.value == planned["clock"]), None)
    if name is None:
        return {**planned, "clock": "已停止计时"}
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
