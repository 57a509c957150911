"""A term as a value: an amount of a unit, such as 15 working days.

`Term` is what arithmetic takes, also backward and in fractions of an hour; `Limit` is what a case or a policy
may set, always ahead and whole.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import isfinite

from states.errors import FactInvalid
from states.vocabulary import LimitUnit

MAX_AMOUNT = 3_660
MAX_DAYS = 36_600
"""A hundred years. A longer term is a slip of the pen."""

SECONDS = {"minutes": 60, "hours": 3_600}
A_DAY = 86_400
DAYS_IN = {LimitUnit.WEEKS: 7, LimitUnit.MONTHS: 30}


@dataclass(frozen=True, slots=True)
class Term:
    """An amount of time, backward when negative. Minutes and hours may be fractions; days are whole.

    Raises `FactInvalid` for a fraction of a day, or for more than a hundred years.
    """

    unit: LimitUnit
    amount: int | float

    def __post_init__(self) -> None:
        if not isfinite(self.amount) or abs(self.amount) > _most(self.unit):
            raise FactInvalid(
                f"期限“{self.amount}{self.unit.label}”过长，无法计算，请核对。",
                code="limit_out_of_range",
                amount=self.amount,
                unit=self.unit.value,
            )
        if not self.unit.is_duration and self.amount != int(self.amount):
            raise FactInvalid(
                f"期限“{self.amount}{self.unit.label}”须为整数；只有分钟和小时可以带小数。",
                code="limit_fractional",
                amount=self.amount,
                unit=self.unit.value,
            )

    @property
    def label(self) -> str:
        return f"{self.amount}{self.unit.label}"

    @property
    def duration(self) -> timedelta:
        """The amount of a term in minutes or hours."""
        return timedelta(seconds=self.amount * SECONDS[self.unit.value.removeprefix("working_")])


@dataclass(frozen=True, slots=True)
class Limit(Term):
    """A term such as 15 working days, as cases and policies set it. Amounts run from 1 to 3,660."""

    amount: int

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= MAX_AMOUNT or self.amount != int(self.amount):
            raise FactInvalid(
                f"期限“{self.amount}{self.unit.label}”超出范围，请填1至{MAX_AMOUNT}之间的整数。",
                code="limit_out_of_range",
                amount=self.amount,
                unit=self.unit.value,
            )


def _most(unit: LimitUnit) -> float:
    if unit.is_duration:
        return MAX_DAYS * A_DAY / SECONDS[unit.value.removeprefix("working_")]
    return MAX_DAYS / DAYS_IN.get(unit, 1)
