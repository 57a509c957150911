"""What binds the scheduler: when mails leave, how often a list is repeated, how much one sweep may do.

Acts of an operator (`--once`) are bound by none of these, only by the gates.
"""

from datetime import time
from typing import Literal

from pydantic import Field, field_validator, model_validator

from states.papers.kinds import PAPERS
from states.validation import Row

CatchUp = Literal["highest", "all", "hold"]
"""After downtime: the highest rung reached, every rung in its order, or nothing before a person says so."""


class MailRule(Row):
    """When mails leave, and how often an unchanged digest comes again.

    Mails leave on working days from `opens` until `closes`, in the office's zone. A digest whose list is the
    same as in the last one is repeated only after `repeat_working_days`. A message is tried for
    `give_up_days`, rest days not counted, and then waits for a person, at the latest after the four to five
    days of RFC 5321 4.5.4.1. Of the kinds in `ask_if_uncertain` a message that may have left is not sent
    again before a person says so; every other is, for a notice twice is better than none.
    """

    opens: time = time(8, 30)
    closes: time = time(17, 30)
    repeat_working_days: int = Field(5, ge=1, le=60)
    give_up_days: int = Field(4, ge=1, le=5, exclude_if=(4).__eq__)
    ask_if_uncertain: tuple[str, ...] = Field((), max_length=50, exclude_if=().__eq__)

    @field_validator("opens", "closes")
    @classmethod
    def _in_the_office_s_zone(cls, hour: time) -> time:
        if hour.tzinfo is not None:
            raise ValueError("发信时刻一律为北京时间，请去掉时区")
        return hour

    @field_validator("ask_if_uncertain")
    @classmethod
    def _of_papers(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [kind for kind in kinds if kind not in PAPERS]:
            raise ValueError(f"没有这种文书：{'、'.join(unknown)}")
        return kinds

    @model_validator(mode="after")
    def _in_order(self) -> "MailRule":
        if self.opens >= self.closes:
            raise ValueError("发信的起止时间颠倒，请改正")
        return self


class SweepRule(Row):
    """How much the scheduled sweep may do before a person looks.

    One sweep issues at most `most_per_sweep` papers, and for one unit at most `most_per_unit` on one day.
    It is held when it would raise more than `hold_factor` times the usual of a day, once there is a
    usual, but never for fewer than `hold_floor`. It counts as having been down after `down_working_days`
    without a sweep.
    """

    most_per_sweep: int = Field(1_000, ge=1, le=100_000)
    most_per_unit: int = Field(100, ge=1, le=10_000)
    hold_factor: int = Field(5, ge=2, le=1_000)
    hold_floor: int = Field(50, ge=1, le=100_000)
    down_working_days: int = Field(1, ge=1, le=60)
    catch_up: CatchUp = "highest"
