"""The closed words of the rule book, each with its Chinese label beside it.

States and commands are not here: they are rows of a lifecycle table (`states/tables`), so that an office can
add a stage without code. What is here is what code has to know by name.
"""

from enum import StrEnum


class Labelled(StrEnum):
    """A word with its Chinese label: `NAME = "identifier", "标签"`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Labelled":
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word


class Role(Labelled):
    """Who may act. A unit role (`liaison`, `unit_head`) counts for the unit and its subtree only."""

    OFFICER = "officer", "督查员"
    DIRECTOR = "director", "督查室主任"
    LEADER = "leader", "批示（分管）领导"
    SIGNER = "signer", "签发人"
    PRINCIPAL = "principal", "党委（党组）主要负责人"
    ORGANIZATION = "organization", "组织部门承办人"
    LIAISON = "liaison", "督查联络员"
    UNIT_HEAD = "unit_head", "单位主要负责人"
    CLERK = "clerk", "文书"
    SEAL_KEEPER = "seal_keeper", "印章管理员"
    ARCHIVIST = "archivist", "档案员"
    AUDITOR = "auditor", "审计查阅人"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全保密管理员"
    AUDIT_ADMIN = "audit_admin", "安全审计员"


UNIT_ROLES = frozenset({Role.LIAISON, Role.UNIT_HEAD})
DESK_ROLES = frozenset({Role.OFFICER, Role.CLERK, Role.DIRECTOR})
"""Whose hands papers to units are in."""

SIGNING_ROLES = frozenset(
    {
        Role.DIRECTOR,
        Role.LEADER,
        Role.SIGNER,
        Role.PRINCIPAL,
        Role.ORGANIZATION,
        Role.OFFICER,
        Role.CLERK,
        Role.ARCHIVIST,
        Role.UNIT_HEAD,
    }
)
"""Whom something may wait for in the signing room: to be signed, agreed to, or taken a step further."""

PERSONNEL_ROLES = frozenset({Role.ORGANIZATION})
"""Whose hands what concerns a person is in (干部管理权限)."""

OFFICE_ROLES = frozenset(
    {
        Role.OFFICER,
        Role.DIRECTOR,
        Role.LEADER,
        Role.SIGNER,
        Role.PRINCIPAL,
        Role.ORGANIZATION,
        Role.CLERK,
        Role.SEAL_KEEPER,
        Role.ARCHIVIST,
    }
)
"""Whoever works on matters for the office. The auditor looks on; the three administrators do not even."""

ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""The three administrators (三员): none of them holds another role, and none is shown what a case says."""

WATCHERS = ADMINISTRATORS | {Role.AUDITOR}
"""Who checks others or administers the system: kept apart by rule, held beside no other role, and neither
deputised nor deputising."""


class ActorKind(Labelled):
    """Whether a person or the machine acted. The machine never acts in a person's name."""

    HUMAN = "human", "人员"
    SYSTEM = "system", "系统"


class Complexity(Labelled):
    """How hard a matter is, with its preset limit (一般1周、复杂1个月、特别复杂1个月内提出方案)."""

    ORDINARY = "ordinary", "一般"
    COMPLEX = "complex", "复杂"
    VERY_COMPLEX = "very_complex", "特别复杂"


class Light(Labelled):
    """The timeliness light. Derived, never stored as a state."""

    GREEN = "green", "绿"
    YELLOW = "yellow", "黄"
    RED = "red", "红"
    GREY = "grey", "灰"


class Outcome(Labelled):
    """How a matter ended, apart from where it is and how late it is."""

    ON_TIME = "on_time", "按期办结"
    LATE = "late", "逾期办结"
    WITHDRAWN = "withdrawn", "撤销"


class LinkKind(Labelled):
    """How a matter came out of another one."""

    SPLIT = "split", "拆分"
    COORDINATION = "coordination", "协调议定"
    INSTRUCTION = "instruction", "新批示"
    FINDING = "finding", "核查发现"


class Cadence(Labelled):
    """How often a matter reports."""

    DAY = "day", "每日"
    WEEK = "week", "每周"
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    NONE = "none", "不定期"


class CheckMethod(Labelled):
    """How a result was checked, at its verification or at a 回头看."""

    ON_SITE = "on_site", "现场核查"
    DOCUMENT = "document", "书面核查"
    THIRD_PARTY = "third_party", "第三方评估"
    SECTOR = "sector", "行业部门核查"


class Verdict(Labelled):
    """What a verification found of a reported completion."""

    PASSED = "passed", "属实"
    FAILED = "failed", "不属实"


class Ruling(Labelled):
    """What became of an objection to a published result."""

    UPHELD = "upheld", "成立"
    DISMISSED = "dismissed", "不成立"


class LookbackFinding(Labelled):
    """What a 回头看 found of a matter struck off."""

    HELD = "held", "保持"
    RELAPSED = "relapsed", "反弹"


class UrgeMeans(Labelled):
    """How a unit is urged (催办方式)."""

    PHONE = "phone", "电话"
    VISIT = "visit", "上门"
    MAIL = "mail", "书面"
    MEETING = "meeting", "会议"

    @property
    def is_spoken(self) -> bool:
        """Whether somebody is spoken to, and answers there and then."""
        return self is not UrgeMeans.MAIL


class CoordinationLevel(Labelled):
    """The level a unit asks for a decision at (顶格协调)."""

    OFFICE = "office", "督查室"
    LEADER = "leader", "分管领导"
    PRINCIPAL = "principal", "主要领导"
    MEETING = "meeting", "党委（党组）会议"

    @property
    def decider(self) -> Role:
        """Who decides at this level, or enters what was decided; a meeting's word is its chair's."""
        return _DECIDERS.get(self.value, Role.PRINCIPAL)


_DECIDERS = {"office": Role.DIRECTOR, "leader": Role.LEADER}


class RetentionClass(Labelled):
    """How long a matter's file is kept, counted from the year after it was struck off."""

    PERMANENT = "permanent", "永久"
    YEARS_30 = "30y", "30年"
    YEARS_10 = "10y", "10年"

    @property
    def years(self) -> int | None:
        """None for ever."""
        return None if self is RetentionClass.PERMANENT else int(self.value.removesuffix("y"))

    def is_shorter_than(self, other: "RetentionClass") -> bool:
        """Whether a file of this class is kept for less time; for ever is longer than any years."""
        return self.years is not None and (other.years is None or self.years < other.years)


class IssueMode(Labelled):
    """Whether a rung goes out by the machine or waits for a person."""

    AUTOMATIC = "automatic", "自动发出"
    ON_APPROVAL = "on_approval", "审批后发出"


class LimitUnit(Labelled):
    """What a limit is counted in.

    Minutes and hours are durations; days, weeks and months are calendar terms; the `working_` units pass only
    on working days, or within office hours. They are never converted into each other.
    """

    MINUTES = "minutes", "分钟"
    HOURS = "hours", "小时"
    WORKING_MINUTES = "working_minutes", "个工作分钟"
    WORKING_HOURS = "working_hours", "个工作小时"
    DAYS = "days", "日"
    WORKING_DAYS = "working_days", "个工作日"
    WEEKS = "weeks", "周"
    MONTHS = "months", "个月"

    @property
    def is_duration(self) -> bool:
        """Whether it is counted from the very instant, and not by whole days."""
        return self.value.endswith(("minutes", "hours"))

    @property
    def needs_working_time(self) -> bool:
        """Whether only working days or office hours count."""
        return self.value.startswith("working_")


class ClockName(Labelled):
    """The clocks of a case. Each entry into what a clock measures is a new epoch of it."""

    ACKNOWLEDGE = "acknowledge", "签收"
    PLAN = "plan", "方案"
    HANDLE = "handle", "办结"
    FEEDBACK = "feedback", "反馈"
    INQUIRY_REPLY = "inquiry_reply", "函询回复"
    TASK = "task", "协办"
