"""The terms a policy sets: how long each category has on each clock, and what a pause or an extension may do.

Rows of the policy table. They only state terms; counting them is the business of `states.deadlines`.
"""

from collections.abc import Mapping
from datetime import date
from operator import not_
from typing import Annotated, Literal

from pydantic import Field

from states.validation import Row
from states.vocabulary import CheckMethod, ClockName, LimitUnit

EVERY_CATEGORY = "*"
MAX_AMOUNT = 3_660
MAX_LABEL = 32

Start = Literal["assigned", "acknowledged", "begun", "served"]
"""The act a limit counts from: 交办, 签收, 承办, or 送达 of an inquiry."""


class Category(Row):
    """A kind of matter with limits of its own, such as 一般 or 批示件."""

    id: str = Field(min_length=1, max_length=MAX_LABEL)
    label: str = Field(min_length=1, max_length=MAX_LABEL)


class LimitRule(Row):
    """How long a category (`*`: every one) has on a clock, in which days the row applies, both inclusive.

    `rule` names the counting rule: one that ships (`states.deadlines.rules.RULES`) or the policy's own. On
    the feedback clock every report starts the next term, unless it is asked for only `once`.
    """

    category: str
    clock: ClockName
    unit: LimitUnit
    amount: int = Field(ge=1, le=MAX_AMOUNT)
    rule: str = "cn-civil-code"
    starts: Start
    applies_from: date | None = None
    applies_until: date | None = None
    once: bool = Field(False, exclude_if=not_)

    def applies(self, on: date) -> bool:
        """Whether the row is in force on a day."""
        begun = self.applies_from is None or self.applies_from <= on
        return begun and (self.applies_until is None or on <= self.applies_until)

    @property
    def term(self) -> str:
        """The term as people say it: 1周, 10个工作日."""
        return f"{self.amount}{self.unit.label}"


class PauseRule(Row):
    """What a suspension does to the limit.

    At most `ceiling_working_days` of suspension are not charged, whichever unit leads and until the matter is
    struck off (None: all of them); `evidence`: a suspension needs a document that supports it.
    """

    ceiling_working_days: int | None = Field(None, ge=1, le=MAX_AMOUNT)
    evidence: bool


class Ceiling(Row):
    """How far beyond its original date an extended limit may reach."""

    unit: LimitUnit
    amount: int = Field(ge=1, le=MAX_AMOUNT)

    @property
    def term(self) -> str:
        """The span as people say it: 3个月."""
        return f"{self.amount}{self.unit.label}"


class ExtensionRule(Row):
    """Who lets a unit have more time, how often and how far.

    `consent`: the unit's principal must agree first; `review`: an officer looks at it before `decider`
    decides. `max_times` and `ceiling` are without bound when None. The request must be made at least
    `ask_before_working_days` before the due day; 0 means on the due day at the latest.
    """

    consent: bool
    review: bool
    decider: Literal["director", "leader"]
    max_times: int | None = Field(None, ge=0, le=100)
    ceiling: Ceiling | None = None
    ask_before_working_days: int = Field(0, ge=0, le=366)


class FeedbackRule(Row):
    """What reports the office asks of units, and how many at most (整治形式主义: 控制填表报数).

    `cosign`: a liaison's report counts once the unit's principal has signed it. `most_often` is the shortest
    cadence a matter may be given, `reports_per_unit_month` how many reports all matters together may ask of
    one unit in a month (None: no cap).
    """

    cosign: bool = False
    most_often: Literal["day", "week", "month", "quarter"] = "day"
    reports_per_unit_month: int | None = Field(None, ge=1, le=10_000)


class VerificationRule(Row):
    """What a reported completion must have gone through before it is struck off.

    `required`: a person other than who strikes it off has verified it. `methods` are by category (`*`: every
    one) the ways of checking that will do, `public_notice_working_days` how long its result is published; a
    category that has either needs the verification too.
    """

    required: bool = False
    methods: Mapping[str, Annotated[tuple[CheckMethod, ...], Field(min_length=1)]] = {}
    public_notice_working_days: Mapping[str, Annotated[int, Field(ge=0, le=366)]] = {}

    def methods_for(self, category: str | None) -> tuple[CheckMethod, ...]:
        """The ways of checking that will do; empty where any will."""
        return self.methods.get(category or "", self.methods.get(EVERY_CATEGORY, ()))

    def notice_for(self, category: str | None) -> int:
        """How many working days the result is published; 0 where it need not be."""
        days = self.public_notice_working_days
        return days.get(category or "", days.get(EVERY_CATEGORY, 0))

    def asks(self, category: str | None) -> bool:
        """Whether a matter of this category must have been verified."""
        return self.required or bool(self.methods_for(category) or self.notice_for(category))
