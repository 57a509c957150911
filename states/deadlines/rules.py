"""Counting rules: named, cited, and the same everywhere a term is counted.

A rule says how a term's days are counted and when its last day ends; the calendar says which days are worked.
A policy may define more of them. `RULES` holds those that ship, by name.
"""

import re
from collections.abc import Mapping
from datetime import time
from typing import Literal

from pydantic import Field, StrictBool, field_validator

from states.validation import Row
from states.vocabulary import LimitUnit

CIVIL_CODE = "cn-civil-code"
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")


class CountingRule(Row):
    """How a term is counted.

    `count_start_day`: the day it starts on is its first. `rest_day_start`: a start on a rest day stands as it
    is, or is first moved to the next working day's opening (`roll_first`). `roll`: a last day that is a rest
    day moves to the next working day, or not. The due instant keeps the start's time of day (`keep_time`), or
    is the end of the last day's office hours (`end_of_day`), or else that day's 24:00. `cutoff`: a later
    arrival counts as the next working day's opening. `roll` and the ends of the day are about days: durations
    (minutes, hours) end when they end. `basis` cites what the rule rests on.
    """

    name: str = Field(max_length=64)
    title: str = Field(max_length=64)
    basis: str = Field(max_length=400)
    count_start_day: StrictBool = False
    rest_day_start: Literal["as_is", "roll_first"] = "as_is"
    roll: Literal["forward", "none"] = "forward"
    keep_time: StrictBool = False
    end_of_day: StrictBool = False
    cutoff: time | None = None

    @field_validator("cutoff", mode="before")
    @classmethod
    def _time_of_day(cls, value: object) -> object:
        """A cut-off is a time of the office's day: 17:00, without a zone."""
        if value is None or (isinstance(value, time) and value.tzinfo is None):
            return value
        if not isinstance(value, str) or not TIME_OF_DAY.fullmatch(value):
            raise ValueError("请写成17:00")
        return value


RULES: Mapping[str, CountingRule] = {
    rule.name: rule
    for rule in (
        CountingRule(
            name=CIVIL_CODE,
            title="当日不计，末日遇休息日顺延，24时截止",
            basis="民法典第二百零一条（当日不计入）、第二百零二条（对应日、月末日）、第二百零三条（法定休假日顺延，24时截止）",
        ),
        CountingRule(
            name="cn-office-hours",
            title="当日不计，末日遇休息日顺延，下班时截止",
            basis="民法典第二百零三条第二款（有业务时间的，停止业务活动的时间为截止时间）",
            end_of_day=True,
        ),
        CountingRule(
            name="cn-agreed-no-roll",
            title="当日不计，末日不顺延",
            basis="民法典第二百零四条（法律另有规定或者当事人另有约定的除外）",
            roll="none",
        ),
        CountingRule(
            name="cn-cadre-inquiry",
            title="自收到之日起计算，收到当日不计，只计工作日",
            basis="中组部《关于组织人事部门对领导干部进行提醒、函询和诫勉的实施细则》（函询自收到之日起15个工作日内回复）",
        ),
        CountingRule(
            name="local-start-day-counts",
            title="交办当日计入，末日遇休息日顺延",
            basis="地方督查督办工作规程（自交办之日起计算并计入当日的）；民法典第二百零四条",
            count_start_day=True,
        ),
        CountingRule(
            name="local-next-day-after-cutoff",
            title="17时以后收到的视为次一工作日收到，其余同民法典",
            basis="地方督查督办工作规程（下班后送达的视为次一工作日送达）；民法典第二百零四条",
            cutoff=time(17),
        ),
        CountingRule(
            name="local-rest-day-arrival",
            title="休息日收到的视为次一工作日收到，其余同民法典",
            basis="地方督查督办工作规程（节假日送达的视为节后首个工作日送达）；民法典第二百零四条",
            rest_day_start="roll_first",
        ),
    )
}
DEFAULT_RULE = RULES[CIVIL_CODE]

HOURS_BASIS = "民法典第二百零一条第二款（按照小时计算期间的，自法律规定或者当事人约定的时间开始计算）"
HOURS_RULE = {"name": "hours", "title": "自起算时刻连续计算", "basis": HOURS_BASIS}
WORKING_HOURS_RULE = {"name": "working-hours", "title": "自起算时刻起，只计办公时间", "basis": HOURS_BASIS}


def told_rule(rule: CountingRule, unit: LimitUnit) -> dict[str, str]:
    """A rule as people are told it, with its basis; a term in hours runs by the clock, whatever the rule."""
    if unit.is_duration:
        return WORKING_HOURS_RULE if unit.needs_working_time else HOURS_RULE
    return {"name": rule.name, "title": rule.title, "basis": rule.basis}
