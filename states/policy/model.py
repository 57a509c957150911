"""The policy itself, and the questions a case asks of it: its limit, how it is counted, what its category is.

The answers rest on the table alone; a date is handed in, never read from a clock.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import cached_property

from pydantic import Field

from states.deadlines.rules import RULES, CountingRule
from states.errors import RuleInvalid
from states.policy.limits import (
    EVERY_CATEGORY,
    Category,
    ExtensionRule,
    FeedbackRule,
    LimitRule,
    PauseRule,
    VerificationRule,
)
from states.policy.milestones import MilestoneRule
from states.policy.operation import MailRule, SweepRule
from states.policy.retention import RetentionRule
from states.policy.rungs import Rung
from states.validation import Row
from states.vocabulary import ClockName


class Policy(Row):
    """The whole policy. `basis` says what the limits rest on; `rungs` is the ladder, lowest rung first.

    `unclocked` gives, by state, the reason why no clock runs there. `mail` and `sweep` bind the
    scheduler: when mails leave, how much one sweep may do; `feedback` says what reports units are asked for,
    `verification` what a result must go through, `milestones` when a missed one turns the light,
    `retention` how long its file is kept. As defaults they stand outside the hash, as before there were any.
    """

    name: str
    title: str
    version: int = Field(ge=1)
    basis: str
    applies_from: date | None = None
    applies_until: date | None = None
    categories: tuple[Category, ...] = Field(min_length=1)
    limits: tuple[LimitRule, ...]
    rules: tuple[CountingRule, ...] = ()
    pause: PauseRule
    extension: ExtensionRule
    unclocked: Mapping[str, str]
    rungs: tuple[Rung, ...] = Field(min_length=1)
    verification: VerificationRule = Field(VerificationRule(), exclude_if=VerificationRule().__eq__)
    mail: MailRule = Field(MailRule(), exclude_if=MailRule().__eq__)
    sweep: SweepRule = Field(SweepRule(), exclude_if=SweepRule().__eq__)
    feedback: FeedbackRule = Field(FeedbackRule(), exclude_if=FeedbackRule().__eq__)
    milestones: MilestoneRule = Field(MilestoneRule(), exclude_if=MilestoneRule().__eq__)
    retention: RetentionRule = Field(RetentionRule(), exclude_if=RetentionRule().__eq__)

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @cached_property
    def rung_of(self) -> dict[str, Rung]:
        return {rung.step: rung for rung in self.rungs}

    @cached_property
    def rungs_by_clock(self) -> dict[ClockName, tuple[Rung, ...]]:
        """The ladder of each clock that has one, lowest rung first."""
        found: dict[ClockName, tuple[Rung, ...]] = {}
        for rung in self.rungs:
            found[rung.clock] = (*found.get(rung.clock, ()), rung)
        return found

    @cached_property
    def limits_of(self) -> dict[tuple[str, str], tuple[LimitRule, ...]]:
        """The limits by category and clock, in the order of the table."""
        found: dict[tuple[str, str], list[LimitRule]] = {}
        for row in self.limits:
            found.setdefault((row.category, row.clock), []).append(row)
        return {key: tuple(rows) for key, rows in found.items()}

    @cached_property
    def rule_of(self) -> dict[str, CountingRule]:
        """Every counting rule the policy may name: those that ship and its own."""
        return {**RULES, **{rule.name: rule for rule in self.rules}}

    @property
    def reference(self) -> str:
        """How a paper cites the policy: 《督办阶梯默认规则》第2版."""
        return f"《{self.title}》第{self.version}版"

    def limit_for(self, category: str | None, clock: ClockName | str, on: date) -> LimitRule | None:
        """The limit of a category on a clock, as it stands on a day; its own row goes before that for all."""
        for name in (category, EVERY_CATEGORY):
            for row in self.limits_of.get((name, clock), ()) if name else ():
                if row.applies(on):
                    return row
        return None

    def counting_rule(self, name: str) -> CountingRule:
        """The counting rule of this name. Raises `RuleInvalid` (`counting_rule_unknown`)."""
        if name not in self.rule_of:
            known = "、".join(self.rule_of)
            raise RuleInvalid(
                f"没有名为“{name}”的计算规则，可用的有：{known}。", code="counting_rule_unknown", rule=name
            )
        return self.rule_of[name]

    def category_label(self, id: str) -> str:
        """What people call a category; one the policy does not know goes by its id."""
        return next((row.label for row in self.categories if row.id == id), id)

    def category_called(self, name: str) -> str:
        """The id of the category with this id or label; an unknown name is returned as it is."""
        return next((row.id for row in self.categories if name in (row.id, row.label)), name)

    def plans_first(self, category: str | None, on: date) -> bool:
        """Whether a plan is due and sets the final date, because no limit does (特别复杂)."""
        limits = {clock: self.limit_for(category, clock, on) for clock in (ClockName.PLAN, ClockName.HANDLE)}
        return limits[ClockName.PLAN] is not None and limits[ClockName.HANDLE] is None
