"""The gates a policy must pass before it may come into force.

A person-level rung on automatic, an on-approval rung without approver, a ladder out of order, two limits for
one day, a name nobody knows. `check()` refuses at the first; `gate_faults()` tells them all.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import combinations

from states.clocks.cadence import LIMITS, reports_a_month
from states.deadlines import Limit
from states.deadlines.rules import RULES
from states.errors import RuleInvalid
from states.papers.kinds import PAPERS
from states.policy.findings import PolicyFinding, fault
from states.policy.limits import EVERY_CATEGORY, LimitRule
from states.policy.model import Policy
from states.policy.rungs import Rung
from states.vocabulary import Cadence, ClockName, IssueMode, LimitUnit, Role

Faults = Iterator[PolicyFinding]
DECIDING = (Role.DIRECTOR, Role.LEADER, Role.SIGNER, Role.PRINCIPAL, Role.ORGANIZATION)
DECIDERS = frozenset(DECIDING)
"""Who may let a paper out: nobody of the unit it goes to, and nobody who merely runs the system."""

LATER = frozenset({"needs_automatic", "approver_unfit", "inquiry_unfounded"})
"""Gates that came after policies had been in force without them."""


def check(policy: Policy, *, kept: bool = False) -> None:
    """Refuse a policy that goes past a gate or contradicts itself. Raises `RuleInvalid`, the first fault.

    One that was `kept` is judged by the gates there were when it came into force.
    """
    for found in gate_faults(policy):
        if kept and found.code in LATER:
            continue
        raise RuleInvalid(found.message, code=found.code, place=found.place)


def gate_faults(policy: Policy) -> Faults:
    """Every gate the policy does not pass, the ladder first."""
    yield from _ladder(policy)
    yield from _categories(policy)
    yield from _counting_rules(policy)
    yield from _limits(policy)
    yield from _feedback(policy)
    yield from _verification(policy)
    yield from _retention(policy)
    yield from _dates("", "督办规则", policy.applies_from, policy.applies_until)


def limit_place(row: LimitRule) -> str:
    """Where a limit stands: limits.ordinary.handle."""
    return f"limits.{row.category}.{row.clock}"


def limit_name(policy: Policy, row: LimitRule) -> str:
    """What people call a limit: 类别“一般”的办结时限."""
    whose = "各类别" if row.category == EVERY_CATEGORY else f"类别“{policy.category_label(row.category)}”"
    return f"{whose}的{row.clock.label}时限"


def _ladder(policy: Policy) -> Faults:
    seen: dict[str, Rung] = {}
    for rung in policy.rungs:
        yield from _rung(rung, seen)
        lower = [one.offset for one in seen.values() if one.clock is rung.clock]
        if lower and rung.offset <= max(lower):
            yield _wrong(rung, "rung_order", "须比前一级更晚达到")
        seen[rung.step] = rung


def _rung(rung: Rung, lower: dict[str, Rung]) -> Faults:
    if rung.step in lower:
        yield _wrong(rung, "rung_twice", "写了两次")
    if rung.mode is IssueMode.ON_APPROVAL and not rung.approvers:
        yield _wrong(rung, "approver_missing", "须写明由谁审批")
    if rung.after is not None and rung.after.step not in lower:
        yield _wrong(rung, "after_unknown", f"的前置步骤“{rung.after.step}”不在其下")
    if not rung.is_numbered and not _may_be_plain(rung):
        yield _wrong(rung, "series_missing", "须编文号：只有发给单位、自动发出、不要求答复的期限提示可以不编")
    if rung.joint and (rung.addressee == "person" or not rung.is_numbered):
        yield _wrong(rung, "joint_unfit", "不能合并发文（joint）：只有发给单位、编文号的文书可以")
    yield from _person_level(rung)
    yield from _decided_by_people(rung, lower)


def _decided_by_people(rung: Rung, lower: dict[str, Rung]) -> Faults:
    """What a person must write or pick waits for a person who has the standing to decide it."""
    if rung.mode is IssueMode.AUTOMATIC and set(rung.needs) - ({"question"} if rung.question else set()):
        yield _wrong(
            rung, "needs_automatic", "须由人填写内容，不得自动发出；自动函询须在规则中写明问题（question）"
        )
    for role in set(rung.approvers) - DECIDERS:
        yield _wrong(
            rung,
            "approver_unfit",
            f"不能由{role.label}审批，可填：{'、'.join(one.label for one in DECIDING)}",
        )
    if rung.document == "inquiry" and (rung.after is None or rung.after.fact == "issued"):
        yield _wrong(
            rung, "inquiry_unfounded", "须以前一级文书已送达（served）或逾期未复（unanswered）为前提"
        )
    before = lower.get(rung.after.step) if rung.after else None
    if rung.document == "admonition" and before is not None and before.document != "inquiry":
        yield _wrong(rung, "admonition_gate", "须以函询逾期未复或回复不符合要求为前提")


def _may_be_plain(rung: Rung) -> bool:
    """A plain mail reminds a unit of a date, and asks nothing that would have to be served."""
    is_mail = rung.document == "due_soon" and rung.addressee == "unit"
    return is_mail and rung.mode is IssueMode.AUTOMATIC and rung.reply_working_days is None


def _person_level(rung: Rung) -> Faults:
    """诫勉 names a person, a ground and the principal, after an unanswered 函询; 函询 asks a question."""
    if rung.addressee == "person" and rung.mode is IssueMode.AUTOMATIC:
        yield _wrong(rung, "person_level_automatic", "针对个人，不得自动发出")
    if (rung.document == "admonition") != (rung.addressee == "person"):
        yield _wrong(rung, "person_level_document", "的文书与对象不符：诫勉书只对个人，其余文书只对单位")
    if rung.document != "admonition" and rung.document in PAPERS and PAPERS[rung.document].is_confidential:
        yield _wrong(rung, "person_level_document", "的文书是对个人的，须由组织部门拟制，不能列为规则步骤")
    decided_right = "ground" in rung.needs and rung.approvers == (Role.PRINCIPAL,)
    if rung.document == "admonition" and not decided_right:
        yield _wrong(rung, "admonition_gate", "须由党委（党组）主要负责人审批，并由人选定情形")
    if rung.document == "admonition" and (rung.after is None or rung.after.fact != "unanswered"):
        yield _wrong(rung, "admonition_gate", "须以函询逾期未复或回复不符合要求为前提")
    if rung.document == "inquiry" and "question" not in rung.needs:
        yield _wrong(rung, "inquiry_without_question", "须写明函询的问题")


def _wrong(rung: Rung, code: str, what: str) -> PolicyFinding:
    return fault(code, f"rungs.{rung.step}", f"督办规则中“{rung.label}”{what}。")


def _categories(policy: Policy) -> Faults:
    for id, times in Counter(row.id for row in policy.categories).items():
        if times > 1:
            yield fault("category_twice", f"categories.{id}", f"类别“{id}”写了两次，请删去重复的。")
        if id == EVERY_CATEGORY:
            yield fault("category_reserved", f"categories.{id}", "“*”代表各类别，请为该类别另取标识。")


def _counting_rules(policy: Policy) -> Faults:
    for name, times in Counter([*RULES, *(rule.name for rule in policy.rules)]).items():
        if times > 1:
            said = f"计算规则“{name}”与自带规则或其他规则同名，请改名。"
            yield fault("counting_rule_twice", f"rules.{name}", said)


def _limits(policy: Policy) -> Faults:
    known = {EVERY_CATEGORY, *(row.id for row in policy.categories)}
    for row in policy.limits:
        if row.category not in known:
            said = f"时限所写的类别“{row.category}”不在类别表中，请补登或改正。"
            yield fault("category_unknown", limit_place(row), said)
        if row.rule not in policy.rule_of:
            said = f"{limit_name(policy, row)}所用的计算规则“{row.rule}”不存在，请核对名称。"
            yield fault("counting_rule_unknown", limit_place(row), said)
        yield from _dates(limit_place(row), limit_name(policy, row), row.applies_from, row.applies_until)
        yield from _reply_term(policy, row)
    yield from _overlaps(policy)


def _verification(policy: Policy) -> Faults:
    """What is asked of a category nobody knows would be asked of nothing."""
    known = {EVERY_CATEGORY, *(row.id for row in policy.categories)}
    rule = policy.verification
    for field, asked in (
        ("methods", rule.methods),
        ("public_notice_working_days", rule.public_notice_working_days),
    ):
        for id in sorted(asked.keys() - known):
            said = f"核查要求所写的类别“{id}”不在类别表中，请补登或改正。"
            yield fault("category_unknown", f"verification.{field}.{id}", said)


def _retention(policy: Policy) -> Faults:
    known = {EVERY_CATEGORY, *(row.id for row in policy.categories)}
    for id in sorted(policy.retention.by_category.keys() - known):
        said = f"保管期限所写的类别“{id}”不在类别表中，请补登或改正。"
        yield fault("category_unknown", f"retention.by_category.{id}", said)


def _reply_term(policy: Policy, row: LimitRule) -> Faults:
    """The paper of an inquiry names its reply term; the clock must not run by another."""
    if row.clock is not ClockName.INQUIRY_REPLY:
        return
    for rung in policy.rungs:
        term = (LimitUnit.WORKING_DAYS, rung.reply_working_days)
        if rung.document == "inquiry" and rung.reply_working_days and term != (row.unit, row.amount):
            said = f"{limit_name(policy, row)}为{row.term}，“{rung.label}”写明的答复期限为"
            told = f"{rung.reply_working_days}个工作日，二者须一致。"
            yield fault("reply_term_differs", limit_place(row), said + told)


def _feedback(policy: Policy) -> Faults:
    """The policy asks for reports no more often than it lets the office ask; nothing else is asked once."""
    shortest = Cadence(policy.feedback.most_often)
    for row in policy.limits:
        named = limit_name(policy, row)
        if row.once and row.clock is not ClockName.FEEDBACK:
            yield fault("once_unfit", limit_place(row), f"{named}不能写once，只有反馈时限可以。")
        if row.clock is not ClockName.FEEDBACK or shortest is Cadence.DAY or row.once:
            continue
        if reports_a_month(Limit(row.unit, row.amount)) > reports_a_month(LIMITS[shortest]):
            said = f"{named}为{row.term}，短于最短反馈周期{shortest.label}，请改正其一。"
            yield fault("feedback_too_often", limit_place(row), said)


def _overlaps(policy: Policy) -> Faults:
    """Two rows for one day would leave it to chance which limit a matter gets."""
    for rows in policy.limits_of.values():
        for one, other in combinations(rows, 2):
            day = max(one.applies_from or date.min, other.applies_from or date.min)
            if one.applies(day) and other.applies(day):
                when = "" if day == date.min else f"，如{day}这一天"
                said = f"{limit_name(policy, one)}有两条同时适用{when}，请改正适用日期。"
                yield fault("limit_overlap", limit_place(one), said)


def _dates(place: str, named: str, since: date | None, until: date | None) -> Faults:
    if since is not None and until is not None and until < since:
        said = f"{named}的适用日期颠倒：{since}起、{until}止，请改正。"
        yield fault("dates_reversed", place or "applies_until", said)
