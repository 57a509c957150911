"""Rungs no matter could ever reach: their clock never runs, or what must go before them can never happen.

Offsets are compared as working days from the due day: a late reply makes a rung later, never earlier.
"""

from collections.abc import Iterator, Mapping

from states.policy.findings import PolicyFinding, fault, warning
from states.policy.model import Policy
from states.policy.rungs import After, Rung
from states.vocabulary import ClockName


def unreachable_rungs(policy: Policy) -> Iterator[PolicyFinding]:
    """A fault for every rung that can never be reached; a warning where only some matters have its clock."""
    opened = _opened(policy)
    reachable: dict[str, tuple[Rung, int]] = {}
    for rung in policy.rungs:
        if rung.clock is ClockName.TASK:
            said = "以协办期限计时，而督办阶梯只看事项本身的期限，永远达不到"
            yield fault("rung_clock_of_task", _place(rung), f"督办规则中“{rung.label}”{said}。")
            continue
        if rung.clock is ClockName.FEEDBACK and rung.clock not in opened:
            said = "只对写明反馈周期的事项起作用，督办规则没有写反馈时限"
            yield warning("rung_clock_by_cadence", _place(rung), f"督办规则中“{rung.label}”{said}。")
        elif rung.clock not in opened:
            said = f"所依据的{rung.clock.label}时限没有写，永远达不到"
            yield fault("rung_clock_unopened", _place(rung), f"督办规则中“{rung.label}”{said}。")
            continue
        yield from _may_be_passed_over(rung, policy)
        if reason := _never(rung, policy, reachable):
            code, said = reason
            yield fault(code, _place(rung), f"督办规则中“{rung.label}”{said}。")
        else:
            reachable[rung.step] = (rung, _earliest(rung, reachable))


def _may_be_passed_over(rung: Rung, policy: Policy) -> Iterator[PolicyFinding]:
    """After downtime only the highest rung reached is raised; what rests on a lower one then never comes."""
    if rung.after is None or rung.after.step not in policy.rung_of:
        return
    steps = [one.step for one in policy.rungs if one.clock is rung.clock]
    if rung.after.step not in steps or rung.step not in steps:
        return
    between = steps[steps.index(rung.after.step) + 1 : steps.index(rung.step)]
    for other in (policy.rung_of[step] for step in between):
        if other.after is None:
            before = policy.rung_of[rung.after.step].label
            said = f"以“{before}”为前提，停机后可能直接发出“{other.label}”而跳过“{before}”，此后不再达到"
            yield warning("after_may_be_passed_over", _place(rung), f"督办规则中“{rung.label}”{said}。")


def _opened(policy: Policy) -> frozenset[ClockName]:
    """The clocks some limit opens. A plan sets the date of the handling clock."""
    clocks = {row.clock for row in policy.limits}
    return frozenset(clocks | {ClockName.HANDLE} if ClockName.PLAN in clocks else clocks)


def _never(rung: Rung, policy: Policy, reachable: Mapping[str, tuple[Rung, int]]) -> tuple[str, str] | None:
    if rung.after is not None and rung.after.step in policy.rung_of:
        if rung.after.step not in reachable:
            return "after_unreachable", f"的前置步骤“{rung.after.step}”不在其下或永远达不到，因此也达不到"
        if reason := _never_after(rung, rung.after, reachable[rung.after.step][0]):
            return reason
    if rung.lapses and _earliest(rung, reachable) > 0:
        return "rung_always_lapsed", "写明到期即失效，却要到期后才能达到，永远发不出"
    return None


def _never_after(rung: Rung, after: After, before: Rung) -> tuple[str, str] | None:
    if before.clock is not rung.clock:
        return "after_other_clock", f"与前置步骤“{before.label}”不是同一计时环节，前置步骤不能算数"
    if before.lapses:
        return "after_lapsing", f"的前置步骤“{before.label}”到期即失效，错过后就再也达不到"
    if after.fact == "served" and not before.is_numbered:
        return "after_never_served", f"以“{before.label}”送达为前提，但该步骤只是邮件提示，不作送达"
    if after.fact == "unanswered" and before.reply_working_days is None:
        return "after_never_unanswered", f"以“{before.label}”未复为前提，但该步骤没有答复期限"
    return None


def _earliest(rung: Rung, reachable: Mapping[str, tuple[Rung, int]]) -> int:
    """Working days from the due day at which the rung can be reached at the earliest."""
    if rung.after is None or rung.after.step not in reachable:
        return rung.offset
    before, day = reachable[rung.after.step]
    reply = (before.reply_working_days or 0) if rung.after.fact == "unanswered" else 0
    return max(rung.offset, day + reply + rung.after.working_days)


def _place(rung: Rung) -> str:
    return f"rungs.{rung.step}"
