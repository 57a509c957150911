"""How the fields of a policy are called, and how their values read, when a change is told in a sentence.

One phrase for each field of each row. Without a name the values speak for themselves: 由当日不计改为当日计入.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from states.office_time import day_in_words
from states.policy.limits import EVERY_CATEGORY, Ceiling
from states.policy.milestones import USUAL_TOLERANCE
from states.policy.rungs import After, Rung
from states.vocabulary import Cadence, CheckMethod, Labelled, RetentionClass, Role

NOT_WRITTEN, UNBOUNDED, NONE = "未写明", "不限", "无"
STARTS: Mapping[str, str] = {"assigned": "交办", "acknowledged": "签收", "begun": "承办", "served": "送达"}
AFTER: Mapping[str, str] = {
    "issued": "已发出",
    "served": "已送达",
    "unanswered": "逾期未复或回复不符合要求",
}
CATCH_UP: Mapping[str, str] = {
    "highest": "只发已达到的最高一级",
    "all": "已达到的各级逐级补发",
    "hold": "暂停并待人确认",
}
NEEDS: Mapping[str, str] = {"question": "函询的问题", "ground": "诫勉的情形"}
JOINT: Mapping[str | None, str] = {"unit": "同一单位的多个事项合为一件发出", None: "逐项分别发出"}
ADDRESSEES: Mapping[str, str] = {"unit": "发给单位", "person": "发给个人"}
REST_DAY_STARTS: Mapping[str, str] = {
    "as_is": "休息日收到的按当日起算",
    "roll_first": "休息日收到的按次一工作日起算",
}
ROLLS: Mapping[str, str] = {"forward": "末日遇休息日顺延", "none": "末日遇休息日不顺延"}


@dataclass(frozen=True, slots=True)
class Names:
    """The Chinese names of what a policy calls by an identifier only."""

    states: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a field is called, and its value in words."""

    name: str
    say: Callable[[Any, Names], str]


def quoted(value: object, names: Names | None = None) -> str:
    """In quotation marks; those within are single (GB/T 15834-2011, 4.8.3)."""
    return f"“{str(value).replace('“', '‘').replace('”', '’')}”"


def offset_words(offset: int) -> str:
    """The day of a rung: 到期前3个工作日, 到期当日, 到期后1个工作日."""
    if offset == 0:
        return "到期当日"
    return f"到期{'后' if offset > 0 else '前'}{abs(offset)}个工作日"


def rung_words(rung: Rung) -> str:
    """A rung in short: 到期后1个工作日，自动发出."""
    return f"{offset_words(rung.offset)}，{rung.mode.label}"


def _label(word: Labelled, names: Names) -> str:
    return word.label


def _day(day: date | None, names: Names) -> str:
    return day_in_words(day) if day else NOT_WRITTEN


def _rule(name: str, names: Names) -> str:
    return quoted(names.rules.get(name, name))


def _paper(kind: str, names: Names) -> str:
    return quoted(names.papers.get(kind, kind))


def _papers(kinds: tuple[str, ...], names: Names) -> str:
    return _listed(_paper(kind, names) for kind in kinds)


def _offset(offset: int, names: Names) -> str:
    return offset_words(offset)


def _term(span: Ceiling | None, names: Names) -> str:
    return span.term if span else UNBOUNDED


def _after(after: After | None, names: Names) -> str:
    if after is None:
        return NONE
    step = quoted(names.steps.get(after.step, after.step))
    return f"{step}{AFTER[after.fact]}满{after.working_days}个工作日"


def _approvers(roles: tuple[Role, ...], names: Names) -> str:
    return _listed(role.label for role in roles)


def _needs(needs: tuple[str, ...], names: Names) -> str:
    return _listed(NEEDS[one] for one in needs)


def _methods(by_category: Mapping[str, tuple[CheckMethod, ...]], names: Names) -> str:
    return _by_category(by_category, names, lambda methods: "或".join(one.label for one in methods))


def _notices(by_category: Mapping[str, int], names: Names) -> str:
    return _by_category(by_category, names, lambda days: f"{days}个工作日" if days else "不公示")


def _retained(classes: Mapping[str, RetentionClass], names: Names) -> str:
    return _by_category(classes, names, lambda one: one.label)


def _by_category(values: Mapping[str, Any], names: Names, say: Callable[[Any], str]) -> str:
    labels = {**names.categories, EVERY_CATEGORY: "各类别"}
    return _listed(f"{quoted(labels.get(id, id))}{say(values[id])}" for id in sorted(values))


def _listed(words: Iterable[str]) -> str:
    return "、".join(words) or NONE


def _one_of(words: Mapping[Any, str]) -> Callable[[Any, Names], str]:
    return lambda value, names: words[value]


def _either(yes: str, no: str) -> Callable[[Any, Names], str]:
    return lambda value, names: yes if value else no


def _counted(unit: str, otherwise: str = UNBOUNDED) -> Callable[[Any, Names], str]:
    return lambda value, names: otherwise if value is None else f"{value}{unit}"


Phrases = Mapping[str, Phrase]

POLICY: Phrases = {
    "name": Phrase("规则标识", quoted),
    "title": Phrase("规则名称", quoted),
    "version": Phrase("规则版本", lambda version, names: f"第{version}版"),
    "basis": Phrase("规则依据", quoted),
    "applies_from": Phrase("规则施行日期", _day),
    "applies_until": Phrase("规则失效日期", _day),
}
CATEGORY: Phrases = {"label": Phrase("的名称", quoted)}
LIMIT: Phrases = {
    "rule": Phrase("的计算规则", _rule),
    "starts": Phrase("的起算点", _one_of(STARTS)),
    "applies_from": Phrase("的适用起始日期", _day),
    "applies_until": Phrase("的适用截止日期", _day),
    "once": Phrase("", _either("只要求首次反馈", "每次反馈后重新起算")),
}
COUNTING_RULE: Phrases = {
    "title": Phrase("的名称", quoted),
    "basis": Phrase("的依据", quoted),
    "count_start_day": Phrase("", _either("当日计入", "当日不计")),
    "rest_day_start": Phrase("", _one_of(REST_DAY_STARTS)),
    "roll": Phrase("", _one_of(ROLLS)),
    "keep_time": Phrase("", _either("到期时刻与起算时刻相同", "到期时刻不随起算时刻")),
    "end_of_day": Phrase("", _either("下班时截止", "24时截止")),
    "cutoff": Phrase(
        "视为次日收到的时刻", lambda cutoff, names: f"{cutoff:%H:%M}" if cutoff else NOT_WRITTEN
    ),
}
PAUSE: Phrases = {
    "ceiling_working_days": Phrase("挂起不计入时限的上限", _counted("个工作日")),
    "evidence": Phrase("挂起", _either("须附依据", "不须附依据")),
}
EXTENSION: Phrases = {
    "consent": Phrase("延期", _either("须经单位主要负责人同意", "不须单位主要负责人同意")),
    "review": Phrase("延期", _either("先由督查员初审", "不须督查员初审")),
    "decider": Phrase("延期的决定人", lambda decider, names: Role(decider).label),
    "max_times": Phrase("延期最多次数", _counted("次")),
    "ceiling": Phrase("延期超出原定期限的上限", _term),
    "ask_before_working_days": Phrase(
        "申请延期的最晚时间", lambda days, names: f"到期前{days}个工作日" if days else "到期当日"
    ),
}
VERIFICATION: Phrases = {
    "required": Phrase("销号前", _either("须经另一人核查属实", "不另要求核查")),
    "methods": Phrase("认定属实的核查方式", _methods),
    "public_notice_working_days": Phrase("销号前的公示期", _notices),
}
MAIL: Phrases = {
    "opens": Phrase("每日开始发信的时间", lambda at, names: f"{at:%H:%M}"),
    "closes": Phrase("每日停止发信的时间", lambda at, names: f"{at:%H:%M}"),
    "repeat_working_days": Phrase("内容未变的每日清单再次发送的间隔", _counted("个工作日")),
    "give_up_days": Phrase("一封邮件最多尝试发送的天数（休息日不计）", _counted("天")),
    "ask_if_uncertain": Phrase("是否送出不明时先问人、不自动再发的文书", _papers),
}
SWEEP: Phrases = {
    "most_per_sweep": Phrase("一次巡查最多发出的件数", _counted("件")),
    "most_per_unit": Phrase("一日内对一个单位最多发出的件数", _counted("件")),
    "hold_factor": Phrase("巡查暂停的倍数（与平常一日相比）", _counted("倍")),
    "hold_floor": Phrase("不论倍数、不暂停的件数", _counted("件以内")),
    "down_working_days": Phrase("视为停机的时长", _counted("个工作日未巡查")),
    "catch_up": Phrase("停机后的补发办法", _one_of(CATCH_UP)),
}
FEEDBACK: Phrases = {
    "cosign": Phrase("联络员的反馈", _either("须经单位主要负责人会签", "不须单位主要负责人会签")),
    "most_often": Phrase("最短的反馈周期", lambda cadence, names: Cadence(cadence).label),
    "reports_per_unit_month": Phrase("每月要求一个单位反馈的上限", _counted("次")),
}
NOT_WRITTEN = f"没有节点的事项{USUAL_TOLERANCE}个百分点，有节点的只看节点是否逾期"
MILESTONES: Phrases = {
    "yellow_after_working_days": Phrase("节点逾期超过多少亮黄灯", _counted("个工作日")),
    "red_after_working_days": Phrase("节点逾期超过多少亮红灯", _counted("个工作日")),
    "schedule_tolerance": Phrase("落后序时进度超过多少亮黄灯", _counted("个百分点", NOT_WRITTEN)),
}
RETENTION: Phrases = {
    "by_category": Phrase("归档事项的保管期限", _retained),
    "by_source": Phrase("按来源定的保管期限", _retained),
}
RUNG: Phrases = {
    "label": Phrase("的名称", quoted),
    "clock": Phrase("的计时环节", _label),
    "offset": Phrase("的发起时间", _offset),
    "lapses": Phrase("", _either("到期即失效", "到期后仍可发出")),
    "after": Phrase("的前置条件", _after),
    "document": Phrase("的文书", _paper),
    "series": Phrase("的文号系列", lambda series, names: quoted(series) if series else "不编文号"),
    "mode": Phrase("", _label),
    "approvers": Phrase("的审批人", _approvers),
    "addressee": Phrase("", _one_of(ADDRESSEES)),
    "reply_working_days": Phrase("的答复期限", _counted("个工作日", NONE)),
    "judge_working_days": Phrase("的回复审核期限", _counted("个工作日", NONE)),
    "effect_months": Phrase("的影响期", _counted("个月", NONE)),
    "needs": Phrase("须由人填写的内容", _needs),
    "question": Phrase("自动发出时的问题", lambda question, names: quoted(question) if question else NONE),
    "joint": Phrase("", _one_of(JOINT)),
}
