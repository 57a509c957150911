"""Policies for tests: the default one with one thing changed."""

from datetime import date
from typing import Any

from states import policy as policies
from states.policy import LimitRule, Policy, Rung
from states.vocabulary import ClockName, LimitUnit
from tests.states.conftest import TABLES

DEFAULT = policies.parse((TABLES / "default_policy.toml").read_text(encoding="utf-8"))


def changed(policy: Policy = DEFAULT, **fields: Any) -> Policy:
    """The policy with other fields, made anew: nothing it has worked out before is kept."""
    return Policy(**{**{name: getattr(policy, name) for name in Policy.model_fields}, **fields})


def with_rungs(*rungs: Rung) -> Policy:
    """The default policy with a ladder of its own."""
    return changed(rungs=rungs)


def with_rung(step: str, **fields: Any) -> Policy:
    """The default policy with one rung changed."""
    return with_rungs(
        *(rung.model_copy(update=fields if rung.step == step else {}) for rung in DEFAULT.rungs)
    )


def with_limits(*limits: LimitRule) -> Policy:
    """The default policy with limits of its own."""
    return changed(limits=limits)


def a_limit(
    category: str = "*", clock: str = "handle", amount: int = 7, *, since: date | None = None,
    until: date | None = None, **fields: Any,
) -> LimitRule:  # fmt: skip
    """So many days for a category on a clock, counted from what that clock may start with."""
    starts = "served" if clock == "inquiry_reply" else "assigned"
    terms = {"unit": LimitUnit.DAYS, "amount": amount, "starts": starts}
    own = {**terms, "applies_from": since, "applies_until": until, **fields}
    return LimitRule(category=category, clock=ClockName(clock), **own)
