"""When more time may be asked for, how far it may reach, and who decides."""

from states.deadlines import Term, count
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.question import Question
from states.vocabulary import Role


def has_a_limit(question: Question) -> None:
    if question.facts.due_on is None:
        raise FactInvalid("该事项没有办结期限，无须申请延期。", code="no_limit")


def asked_in_time(question: Question) -> None:
    """An extension is asked for before the due date has passed; a late request counts as overdue."""
    due_on, ahead = question.facts.due_on, question.policy.extension.ask_before_working_days
    if due_on is None:
        return
    last = question.calendar.add_working_days(due_on, -ahead)
    if question.day > last:
        notice = f"到期前{ahead}个工作日" if ahead else "到期前"
        raise FactInvalid(
            f"延期须在{notice}（{last}以前）提出，现期限{due_on}，逾期申请不予受理"
            f"（{question.policy.reference}）；请尽快办结或由督查室研究。",
            code="extension_too_late",
            due_on=due_on.isoformat(),
            last_day=last.isoformat(),
            rule=question.policy.reference,
        )


def later_date(question: Question) -> None:
    """An extension moves the due date forward, never back."""
    new, old = question.details.get("due_on", question.facts.extension_to), question.facts.due_on
    if new is not None and new < question.day:
        raise FactInvalid(
            f"延期后的日期{new}已经过去，请另定日期。", code="date_in_the_past", date=new.isoformat()
        )
    if new is not None and old is not None and new <= old:
        raise FactInvalid(
            f"延期后的日期{new}须晚于现期限{old}。",
            code="extension_not_later",
            due_on=old.isoformat(),
            asked=new.isoformat(),
        )


def within_extension_ceiling(question: Question) -> None:
    """A policy may bound how often a date is extended, and how far beyond the original one."""
    rule, new = question.policy.extension, question.details.get("due_on", question.facts.extension_to)
    if rule.max_times is not None and question.facts.extensions >= rule.max_times:
        raise FactInvalid(
            f"已延期{question.facts.extensions}次，达到上限（{question.policy.reference}），不能再延。",
            code="extension_times",
            extensions=question.facts.extensions,
        )
    original = question.facts.original_due_on
    if rule.ceiling is None or original is None or new is None:
        return
    term = Term(rule.ceiling.unit, rule.ceiling.amount)
    last = count(original, term, question.calendar).due_on
    if new > last:
        raise FactInvalid(
            f"延期后的日期{new}超过上限：最多到{last}（原定{original}后{rule.ceiling.term}，"
            f"{question.policy.reference}）。",
            code="extension_ceiling",
            last_day=last.isoformat(),
        )


def extension_is_consented(question: Question) -> None:
    """The unit's principal agrees before the office looks at a request."""
    if question.policy.extension.consent and question.facts.extension_consented_by is None:
        raise FactMissing(
            "延期申请还没有承办单位主要负责人同意，请其先行同意。",
            code="consent_missing",
            missing="extension_consented_by",
        )


def extension_is_reviewed(question: Question) -> None:
    """An officer looks at a request before it is decided."""
    if question.policy.extension.review and question.facts.extension_reviewed_by is None:
        raise FactMissing(
            "延期申请还没有经督查员审核，请先审核。", code="review_missing", missing="extension_reviewed_by"
        )


def decided_by_the_right_hand(question: Question) -> None:
    """Where the policy says so, only the leader who gave the matter decides on more time."""
    decider = Role(question.policy.extension.decider)
    if decider is Role.LEADER and not question.actor.holds({Role.LEADER}):
        raise NotPermitted(
            f"延期须由{decider.label}决定（{question.policy.reference}）。",
            code="decider_is_leader",
            person=question.actor.person,
        )


def extension_is_asked(question: Question) -> None:
    if question.facts.extension_to is None:
        raise FactMissing("没有待审批的延期申请。", code="extension_not_asked", missing="extension_to")


GUARDS = (
    has_a_limit,
    asked_in_time,
    later_date,
    within_extension_ceiling,
    extension_is_consented,
    extension_is_reviewed,
    decided_by_the_right_hand,
    extension_is_asked,
)
