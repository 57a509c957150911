"""Whether every matter has a limit on every day, and every state in which a matter waits a clock or a reason.

Which clock measures which state: 交办 (`assigned`) the acknowledging clock; every other state in which the
lifecycle's clock runs, an office's own among them, the plan's or the handling clock. Where it is paused or
off nothing is measured, and `unclocked` says why.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from states.policy.findings import PolicyFinding, fault, warning
from states.policy.gates import limit_name, limit_place
from states.policy.limits import EVERY_CATEGORY, Category, LimitRule
from states.policy.model import Policy
from states.vocabulary import ClockName

if TYPE_CHECKING:  # the lifecycle's effects ask the policy: importing it here would be a circle
    from states.lifecycle import Lifecycle, StateRow

Findings = Iterator[PolicyFinding]
Lane = tuple[ClockName, ...]

ACKNOWLEDGING: Lane = (ClockName.ACKNOWLEDGE,)
HANDLING: Lane = (ClockName.HANDLE, ClockName.PLAN)
LANES: tuple[Lane, ...] = (
    ACKNOWLEDGING, HANDLING, (ClockName.FEEDBACK,), (ClockName.INQUIRY_REPLY,), (ClockName.TASK,),
)  # fmt: skip
"""Clocks that stand in for each other: a matter whose plan is due has a limit, for the plan sets the date."""

WAITING = ("open", "side")
STARTS = {
    ClockName.ACKNOWLEDGE: ("assigned",),
    ClockName.PLAN: ("assigned", "acknowledged"),
    ClockName.HANDLE: ("assigned", "acknowledged", "begun"),
    ClockName.FEEDBACK: ("assigned", "acknowledged", "begun"),
    ClockName.INQUIRY_REPLY: ("served",),
    ClockName.TASK: ("assigned",),
}
"""What a clock may start with; any later act is the one that stops it, or comes after it."""


def unfit_starts(policy: Policy) -> Findings:
    """A fault for every limit whose clock could not have started when it should run."""
    for row in policy.limits:
        if row.starts not in STARTS[row.clock]:
            said = (
                f"{limit_name(policy, row)}不能从“{row.starts}”起算，可填：{'、'.join(STARTS[row.clock])}。"
            )
            yield fault("start_unfit", limit_place(row), said)


def uncovered_limits(policy: Policy) -> Findings:
    """Categories without a limit, and days on which a category that has one is left without."""
    for category in policy.categories:
        for lane in LANES:
            yield from _uncovered(policy, category, lane)


def unclocked_states(policy: Policy, lifecycle: "Lifecycle") -> Findings:
    """States a matter waits in without clock or reason, and reasons that do not fit."""
    for state in lifecycle.states:
        if state.kind in WAITING:
            yield from _waiting(policy, state)
    for id, reason in policy.unclocked.items():
        if id not in lifecycle.state_rows:
            said = f"不计时状态“{id}”不是《{lifecycle.title}》的状态，请核对名称。"
            yield fault("unclocked_state_unknown", f"unclocked.{id}", said)
        if not any("一" <= character <= "鿿" for character in reason):
            said = f"状态“{id}”不计时的理由须用中文写明。"
            yield fault("unclocked_without_reason", f"unclocked.{id}", said)


def _uncovered(policy: Policy, category: Category, lane: Lane) -> Findings:
    own = [
        row for row in policy.limits if row.clock in lane and row.category in (category.id, EVERY_CATEGORY)
    ]
    name, place = f"类别“{category.label}”", f"categories.{category.id}"
    if own:
        yield from _gaps(policy, category, lane, own)
    elif lane is HANDLING:
        yield fault("category_unlimited", place, f"{name}没有办结时限，也没有方案时限，请补写其中之一。")
    elif any(row.clock in lane for row in policy.limits):
        yield warning("category_partial", place, f"{name}没有{lane[0].label}时限，而其他类别有，请核对。")


def _gaps(policy: Policy, category: Category, lane: Lane, rows: list[LimitRule]) -> Findings:
    turning = _turning_days(policy, rows)
    for day, following in zip(turning, [*turning[1:], None], strict=True):
        if not any(policy.limit_for(category.id, clock, day) for clock in lane):
            said = f"类别“{category.label}”的{lane[0].label}时限{_period(day, following)}没有规定，请补写。"
            yield fault("limit_gap", f"limits.{category.id}.{lane[0]}", said)


def _turning_days(policy: Policy, rows: list[LimitRule]) -> list[date]:
    """The first day of the policy, and every later one on which a row begins or has just ended."""
    first, last = policy.applies_from or date.min, policy.applies_until or date.max
    days = {row.applies_from for row in rows if row.applies_from}
    days |= {
        row.applies_until + timedelta(1) for row in rows if row.applies_until and row.applies_until < last
    }
    return sorted({first, *(day for day in days if first <= day <= last)})


def _period(day: date, following: date | None) -> str:
    since = "" if day == date.min else f"{day}起"
    until = "" if following is None else f"{following - timedelta(1)}止"
    return f"自{since}{'至' if since and until else ''}{until}".removeprefix("自" if not since else "")


def _waiting(policy: Policy, state: "StateRow") -> Findings:
    lane = _lane(state)
    measured = any(row.clock in lane for row in policy.limits)
    if state.id in policy.unclocked and measured:
        said = f"状态“{state.label}”写了不计时的理由，却有{lane[0].label}时限，请删去其一。"
        yield warning("unclocked_but_measured", f"unclocked.{state.id}", said)
    elif state.id not in policy.unclocked and not measured:
        said = f"事项停在“{state.label}”时没有时限，请补写时限，或在unclocked中写明不计时的理由。"
        yield fault("state_without_clock", f"unclocked.{state.id}", said)


def _lane(state: "StateRow") -> Lane:
    if state.clock != "running":
        return ()
    return ACKNOWLEDGING if state.id == "assigned" else HANDLING
