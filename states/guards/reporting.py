"""What a report of a unit must say, who signs it, and how often reports may be asked for."""

from datetime import date

from states.clocks.cadence import LIMITS, cadence_of, reports_a_month
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.guards.days import not_before_today
from states.hard_to_meet import foretold
from states.question import Question
from states.vocabulary import Cadence, Role


def report_says_something(question: Question) -> None:
    """Nothing is typed twice: 沿用上次 stands for what was said before, where something was."""
    details = question.details
    if details.get("as_before") and question.facts.progress is None:
        raise FactMissing(
            "该事项还没有反馈过，无从沿用，请填写进展情况。", code="no_earlier_report", missing="progress"
        )
    if "progress" not in details and not details.get("as_before"):
        raise FactMissing(
            "“反馈”缺少进展情况，请补充后再办；与上次相同的，可选“沿用上次反馈”。",
            code="progress_missing",
            missing="progress",
        )


def hard_to_meet_names_a_day(question: Question) -> None:
    """难以按期 says by when instead: a day still to come, after the due date it cannot keep."""
    said, due_on = foretold(question), question.facts.due_on
    expected_on = said.expected_on
    if not said.hard:
        if expected_on is not None:
            raise FactInvalid(
                "预计完成日期须与“难以按期”一并填写；能按期办结的，不必填写。", code="expected_without_reason"
            )
        return
    if due_on is None:
        raise FactInvalid("该事项没有办结期限，不存在难以按期。", code="no_limit")
    if expected_on is None:
        raise FactMissing(
            "难以按期的，请写明预计完成日期。", code="expected_on_missing", missing="expected_on"
        )
    if said.carried:
        _carried_day_is_ahead(question, expected_on)
    else:
        not_before_today(question, "expected_on")
    if expected_on <= due_on:
        raise FactInvalid(
            f"预计完成日期{expected_on}不晚于办结期限{due_on}，能按期办结的，请去掉“难以按期”。",
            code="expected_in_time",
            due_on=due_on.isoformat(),
        )


def _carried_day_is_ahead(question: Question, expected_on: date) -> None:
    """A day that has passed meanwhile is not said again by 沿用上次."""
    if expected_on < question.day:
        raise FactInvalid(
            f"上次反馈的预计完成日期{expected_on}已过，不能沿用，请另填预计完成日期；"
            "已能按期办结的，请重新填写进展情况，不用“沿用上次反馈”。",
            code="expected_on_passed",
            expected_on=expected_on.isoformat(),
        )


def report_waits(question: Question) -> None:
    if question.facts.progress_of is None:
        raise FactMissing("没有待会签的反馈。", code="report_not_waiting", missing="progress_of")


def cosigner_is_not_reporter(question: Question) -> None:
    """Whoever gave a report does not sign it, nor does a deputy in his place."""
    if question.facts.progress_of in (question.actor.person, question.acting_for):
        raise NotPermitted(
            "反馈的人不能会签自己的反馈，请由单位主要负责人会签。",
            code="cosigner_is_reporter",
            person=question.actor.person,
        )


def known_cadence(question: Question) -> None:
    """A cadence is one of five, and no shorter than the policy lets the office ask."""
    words, shortest = question.details.get("cadence"), Cadence(question.policy.feedback.most_often)
    if words is None:
        return
    cadence = cadence_of(words)
    if cadence is None:
        known = "、".join(one.label for one in Cadence)
        raise FactInvalid(
            f"没有“{str(words)[:40]}”这一反馈周期，可用的有：{known}。",
            code="cadence_unknown",
            known=[one.value for one in Cadence],
        )
    if cadence in LIMITS and reports_a_month(LIMITS[cadence]) > reports_a_month(LIMITS[shortest]):
        raise FactInvalid(
            f"反馈周期“{cadence.label}”过密，最短为{shortest.label}（{question.policy.reference}）。",
            code="cadence_too_often",
            most_often=shortest.value,
        )


def long_term_reports(question: Question) -> None:
    """A long-term matter has a cadence instead of a limit; without either nobody would ask for it again."""
    asks_none = cadence_of(question.details.get("cadence")) is Cadence.NONE
    if asks_none and question.stated("open_ended"):
        raise FactInvalid(
            "长期坚持的事项没有办结期限，不能再取消定期反馈，请另选反馈周期。", code="cadence_of_open_ended"
        )


def other_cadence(question: Question) -> None:
    cadence = cadence_of(question.details["cadence"])
    if cadence is cadence_of(question.facts.cadence):
        raise FactInvalid("该事项已是这一反馈周期，无须调整。", code="cadence_unchanged")


def over_cap_is_reasoned(question: Question) -> None:
    """Asking a unit for more than the cap is the director's own act, and he says why."""
    if not question.details.get("over_cap"):
        return
    if not question.actor.holds({Role.DIRECTOR}):
        raise NotPermitted(
            f"超过反馈次数上限须由{Role.DIRECTOR.label}决定。",
            code="over_cap_by_director",
            person=question.actor.person,
        )
    if "reason" not in question.details:
        raise FactMissing("确需超过反馈次数上限的，请写明理由。", code="reason_missing", missing="reason")


GUARDS = (
    report_says_something,
    hard_to_meet_names_a_day,
    report_waits,
    cosigner_is_not_reporter,
    known_cadence,
    long_term_reports,
    other_cadence,
    over_cap_is_reasoned,
)
