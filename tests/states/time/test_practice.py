"""Terms as offices meet them, on the real calendar: worked out by hand, and walked once more by the oracle.

Unless a rule is named it is 民法典 Art. 200-204: the start day is not counted, a rest day at its end rolls.
"""

from datetime import date, datetime

import pytest

from states.deadlines import count
from states.deadlines.limit import Limit, Term
from states.deadlines.reckoning import Reckoner
from states.deadlines.rules import RULES
from states.vocabulary import LimitUnit
from tests.states.time import oracle
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
PRACTICE = [
    # the vectors of the domain brief
    ("2026-02-10", "15 working_days", "2026-03-09", "函询15个工作日，跨2026年春节"),
    ("2026-09-18", "15 working_days", "2026-10-15", "函询，9月20日、10月10日上班"),
    ("2026-04-28", "15 working_days", "2026-05-21", "函询，跨劳动节，5月9日上班"),
    ("2025-09-25", "15 working_days", "2025-10-22", "函询，跨国庆中秋"),
    ("2025-01-20", "15 working_days", "2025-02-14", "函询，跨2025年春节"),
    ("2026-02-10", "5 working_days", "2026-02-24", "诫勉后5个工作日交书面检查，2月14日上班"),
    ("2025-01-20", "5 working_days", "2025-01-26", "书面检查，末日是上班的星期日"),
    ("2026-09-18", "7 days", "2026-09-28", "13710：7天落实，末日中秋，顺延"),
    ("2026-09-24", "7 days", "2026-10-08", "7天落实，末日国庆，顺延至节后"),
    ("2026-01-31", "1 months", "2026-02-28", "1个月至月末，星期六但上班"),
    ("2026-09-01", "1 months", "2026-10-08", "复杂问题1个月，对应日是国庆"),
    ("2026-08-31", "1 months", "2026-09-30", "9月没有31日"),
    ("2025-08-31", "6 months", "2026-02-28", "诫勉影响期6个月"),
    # 2015
    (
        "2015-02-09",
        "15 working_days",
        "2015-03-05",
        "政府信息公开答复（2008年条例15个工作日），2月15日、28日上班",
    ),
    ("2015-08-25", "15 working_days", "2015-09-16", "抗战胜利70周年放假3天，9月6日上班"),
    ("2015-07-05", "60 days", "2015-09-06", "信访60日办结，末日9月3日放假，6日是上班的星期日"),
    ("2015-09-28", "7 days", "2015-10-08", "7日告知，末日国庆"),
    # 2016
    ("2016-02-04", "3 working_days", "2016-02-14", "行政许可补正，节前后两个周末上班"),
    ("2016-01-31", "1 months", "2016-02-29", "闰年2月的最后一日"),
    ("2016-06-08", "2 working_days", "2016-06-13", "端午节后星期日上班"),
    ("2016-09-30", "5 working_days", "2016-10-12", "国庆节后连上两个休息日"),
    # 2017
    ("2017-01-20", "5 working_days", "2017-01-26", "复议补正，1月22日星期日上班"),
    ("2017-09-22", "10 working_days", "2017-10-12", "行政许可延长10个工作日，9月30日上班"),
    ("2017-01-27", "30 days", "2017-02-27", "信访复查30日，末日星期日"),
    ("2017-11-30", "3 months", "2018-02-28", "代表建议3个月答复，2月没有30日"),
    # 2018
    ("2018-02-14", "7 days", "2018-02-22", "13710：7天落实，末日是假期最后一天"),
    ("2018-09-21", "5 working_days", "2018-09-29", "12345咨询5个工作日，末日星期六上班"),
    ("2018-08-01", "60 days", "2018-09-30", "信访60日，末日星期日但上班，不顺延"),
    ("2018-12-28", "1 working_days", "2018-12-29", "2019年的通知使2018年12月29日上班"),
    ("2018-12-28", "3 working_days", "2019-01-03", "跨年，12月31日调休"),
    # 2019
    ("2019-04-26", "5 working_days", "2019-05-06", "劳动节改为4天，4月28日、5月5日上班"),
    ("2019-04-29", "20 working_days", "2019-05-29", "政府信息公开20个工作日（2019年条例）"),
    ("2019-09-20", "20 working_days", "2019-10-23", "政府信息公开，跨国庆"),
    ("2019-12-31", "2 months", "2020-03-02", "国家赔偿2个月，闰日是星期六"),
    ("2019-08-31", "6 months", "2020-03-02", "起诉期限6个月，同上"),
    # 2020
    ("2020-01-17", "15 working_days", "2020-02-14", "函询，春节延长至2月2日"),
    ("2020-01-23", "1 working_days", "2020-02-03", "13710：当天部署，次日即节后"),
    ("2020-06-24", "1 working_days", "2020-06-28", "端午节后星期日上班"),
    ("2020-09-25", "5 working_days", "2020-10-09", "国庆中秋8天，9月27日上班"),
    ("2020-02-29", "12 months", "2021-03-01", "闰日起1年：2月28日是星期日"),
    # 2021
    ("2021-02-10", "3 days", "2021-02-18", "13710：3天反馈，末日春节"),
    ("2021-09-17", "3 working_days", "2021-09-23", "9月18日上班，中秋三天"),
    ("2021-09-10", "15 working_days", "2021-10-08", "函询，中秋国庆之间两个周末上班"),
    ("2021-03-02", "60 days", "2021-05-06", "信访60日，末日劳动节"),
    ("2021-04-30", "7 working_days", "2021-05-13", "市场监管投诉7个工作日告知受理，5月8日上班"),
    # 2022
    ("2022-01-28", "5 working_days", "2022-02-09", "春节前周末两天都上班"),
    ("2022-01-24", "20 working_days", "2022-02-24", "政府信息公开，跨春节"),
    ("2022-09-30", "5 working_days", "2022-10-12", "10月8日、9日上班"),
    ("2022-03-31", "30 days", "2022-05-05", "督查结论复核30日，末日劳动节假"),
    ("2022-11-30", "3 months", "2023-02-28", "对应日不存在，至月末"),
    # 2023
    ("2023-04-28", "5 days", "2023-05-04", "5日，末日是劳动节假最后一天"),
    ("2023-09-28", "7 working_days", "2023-10-13", "政府采购质疑7个工作日，跨国庆中秋"),
    ("2023-09-15", "15 working_days", "2023-10-12", "函询，10月7日、8日上班"),
    ("2023-01-20", "7 days", "2023-01-28", "7日，顺延至上班的星期六"),
    ("2023-12-01", "30 days", "2024-01-02", "复核30日，末日星期日，再遇元旦"),
    ("2023-08-30", "6 months", "2024-02-29", "诫勉6个月，闰年2月末"),
    # 2024
    ("2024-01-29", "20 working_days", "2024-02-29", "政府信息公开，2月4日、18日上班"),
    ("2024-02-09", "5 working_days", "2024-02-22", "除夕是工作日，2月18日上班"),
    ("2024-09-13", "1 working_days", "2024-09-14", "中秋前星期六上班"),
    ("2024-04-30", "1 days", "2024-05-06", "13710：次日遇劳动节"),
    ("2024-08-02", "60 days", "2024-10-08", "行政复议60日，末日国庆"),
    ("2024-09-27", "7 working_days", "2024-10-12", "9月29日、10月12日上班"),
    ("2024-09-27", "1 months", "2024-10-28", "复查1个月，对应日是星期日"),
    # 2025
    ("2025-01-24", "1 working_days", "2025-01-26", "节前星期日上班"),
    ("2025-01-20", "20 working_days", "2025-02-21", "政府信息公开，1月26日、2月8日上班"),
    ("2025-04-25", "7 days", "2025-05-06", "7日，末日劳动节"),
    ("2025-05-30", "3 working_days", "2025-06-05", "3个工作日，跨端午"),
    ("2025-08-02", "60 days", "2025-10-09", "行政复议60日，末日国庆，假期8天"),
    ("2025-09-01", "30 days", "2025-10-09", "信访复核30日，末日国庆"),
    ("2025-11-30", "3 months", "2026-02-28", "代表建议3个月，月末是上班的星期六"),
    # 2026
    ("2026-02-13", "1 working_days", "2026-02-14", "节前星期六上班"),
    ("2026-01-30", "15 working_days", "2026-02-27", "函询，整个春节在其中"),
    ("2026-02-09", "7 days", "2026-02-24", "一般问题1周，末日除夕，顺延至节后"),
    ("2026-04-30", "1 weeks", "2026-05-07", "一般问题1周办结，不顺延"),
    ("2026-05-08", "1 working_days", "2026-05-09", "劳动节后星期六上班"),
    ("2026-06-18", "3 days", "2026-06-22", "13710：3天反馈，跨端午"),
    ("2026-07-01", "3 months", "2026-10-08", "政协提案3个月，对应日国庆"),
    ("2026-08-05", "60 days", "2026-10-08", "信访60日，末日在国庆假内"),
    ("2026-09-24", "5 working_days", "2026-10-09", "中秋、国庆连着，9月28日至30日上班"),
    ("2026-11-02", "20 working_days", "2026-11-30", "政府信息公开，没有节日的一个月"),
]
RULED = [
    ("local-start-day-counts", "2026-09-18", "5 working_days", "2026-09-23", "交办当日计入，星期日上班"),
    ("local-start-day-counts", "2026-02-09", "7 days", "2026-02-24", "当日计入，第7日2月15日放假"),
    ("local-start-day-counts", "2026-05-11", "1 months", "2026-06-10", "当日计入，至对应日的前一日"),
    ("cn-agreed-no-roll", "2026-09-24", "7 days", "2026-10-01", "约定不顺延，国庆当天到期"),
    ("cn-agreed-no-roll", "2026-09-01", "1 months", "2026-10-01", "同上，按月"),
    ("local-rest-day-arrival", "2026-10-03", "5 working_days", "2026-10-14", "假日送达，视为10月8日收到"),
    ("local-rest-day-arrival", "2026-05-02", "7 days", "2026-05-13", "假日送达，视为5月6日收到"),
    ("local-rest-day-arrival", "2026-05-09", "7 days", "2026-05-18", "上班的星期六不是休息日；末日星期六"),
    ("cn-civil-code", "2026-10-03", "5 working_days", "2026-10-13", "假日交办，照常从次日起算"),
    ("cn-cadre-inquiry", "2026-09-30", "15 working_days", "2026-10-27", "国庆前收到函询"),
]
INSTANTS = [
    (
        "local-next-day-after-cutoff",
        "2026-09-30T17:00",
        "5 working_days",
        "2026-10-14T00:00",
        "17时整仍算当日",
    ),
    (
        "local-next-day-after-cutoff",
        "2026-09-30T17:30",
        "5 working_days",
        "2026-10-15T00:00",
        "迟到，视为节后首日",
    ),
    (
        "local-next-day-after-cutoff",
        "2025-01-27T18:00",
        "3 working_days",
        "2025-02-09T00:00",
        "迟到，2月8日上班",
    ),
    ("cn-office-hours", "2026-02-10T09:00", "5 working_days", "2026-02-24T18:00", "下班时截止"),
    ("cn-office-hours", "2026-09-18T16:00", "7 days", "2026-09-28T18:00", "顺延后仍是下班时截止"),
    ("cn-civil-code", "2026-07-01T16:00", "4 working_hours", "2026-07-02T10:30", "紧急公文4个工作小时"),
    ("cn-civil-code", "2026-09-30T16:00", "4 working_hours", "2026-10-08T10:30", "同上，跨国庆"),
    ("cn-civil-code", "2026-09-30T16:00", "24 hours", "2026-10-01T16:00", "突发事件24小时报告，不分节假日"),
    ("cn-civil-code", "2026-02-16T23:30", "2 hours", "2026-02-17T01:30", "除夕夜2小时内报告"),
    ("cn-civil-code", "2026-07-01T11:45", "30 working_minutes", "2026-07-01T13:45", "半小时，隔着午休"),
]


def a_term(text: str) -> tuple[int, LimitUnit]:
    amount, unit = text.split()
    return int(amount), LimitUnit(unit)


def test_there_are_enough_examples_and_every_year_has_some():
    assert len({row[:2] for row in PRACTICE}) == len(PRACTICE) >= 60
    assert {row[0][:4] for row in PRACTICE} == {str(year) for year in range(2015, 2027)}


@pytest.mark.parametrize(("start", "term", "due", "note"), PRACTICE)
def test_a_term_of_practice_is_due_on_the_day_worked_out_by_hand(start, term, due, note):
    amount, unit = a_term(term)
    start, due = date.fromisoformat(start), date.fromisoformat(due)
    deadline = count(start, Limit(unit, amount), CALENDAR)
    assert deadline.due_on == due, note
    assert not deadline.provisional
    assert oracle.due(start, unit.value, amount) == due


@pytest.mark.parametrize(("rule", "start", "term", "due", "note"), RULED)
def test_a_local_rule_is_due_on_the_day_worked_out_by_hand(rule, start, term, due, note):
    amount, unit = a_term(term)
    found = Reckoner(CALENDAR, RULES[rule]).due(date.fromisoformat(start), Term(unit, amount))
    assert found == date.fromisoformat(due), note


@pytest.mark.parametrize(("rule", "start", "term", "due", "note"), INSTANTS)
def test_an_hour_of_practice_is_due_at_the_minute_worked_out_by_hand(rule, start, term, due, note):
    amount, unit = a_term(term)
    start, due = (datetime.fromisoformat(text).replace(tzinfo=CALENDAR.zone) for text in (start, due))
    assert Reckoner(CALENDAR, RULES[rule]).due(start, Term(unit, amount)) == due, note


@pytest.mark.parametrize("start", ["2026-12-21", "2026-12-31", "2027-03-01"])
def test_a_term_into_a_year_not_yet_announced_says_so(start):
    deadline = count(date.fromisoformat(start), Limit(LimitUnit.WORKING_DAYS, 15), CALENDAR)
    assert deadline.provisional
    assert deadline.due_on.year == 2027
