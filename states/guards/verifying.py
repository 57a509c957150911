"""What a verification owes, and what has to be over before a result counts: its public notice, objections."""

from datetime import date

from states.errors import FactInvalid, FactMissing, NotPermitted
from states.question import Question
from states.vocabulary import CheckMethod, Labelled, Verdict

NAMED_METHODS = frozenset({CheckMethod.THIRD_PARTY, CheckMethod.SECTOR})
"""Ways of checking in which somebody outside the office did it, who has to be named."""


def known_verdict(question: Question) -> None:
    one_of(Verdict, question.details["finding"])


def one_of(kind: type[Labelled], finding: str) -> None:
    """Refuse a finding that is none of these words."""
    if finding not in set(kind):
        known = "、".join(f"{one.value}（{one.label}）" for one in kind)
        raise FactInvalid(f"结论“{finding[:40]}”无法识别，可填：{known}。", code="finding_invalid")


def checked_as_asked(question: Question) -> None:
    """A category may pass only by certain ways of checking, where the policy says so."""
    asked = question.policy.verification.methods_for(question.facts.complexity)
    passes = question.details["finding"] == Verdict.PASSED
    if passes and asked and question.details["method"] not in asked:
        labels = "、".join(one.label for one in asked)
        raise FactInvalid(
            f"该类事项须经{labels}方可认定属实（{question.policy.reference}），请按要求核查后再登记。",
            code="method_not_enough",
            asked=[one.value for one in asked],
        )


def checker_is_named(question: Question) -> None:
    """A third party or a sector department that did the checking is named."""
    if question.details["method"] in NAMED_METHODS and "verified_by_name" not in question.details:
        raise FactMissing(
            f"{CheckMethod(question.details['method']).label}须写明核查单位或人员，请补充。",
            code="verified_by_name_missing",
            missing="verified_by_name",
        )


def seen_is_shown(question: Question) -> None:
    """Who went and looked shows what he saw; a check of papers rests on those handed in already."""
    if question.details["method"] != CheckMethod.DOCUMENT and "evidence_after" not in question.details:
        raise FactMissing(
            f"{CheckMethod(question.details['method']).label}须附整改后的照片、报告等材料，请补充。",
            code="evidence_after_missing",
            missing="evidence_after",
        )


def passed_verification(question: Question) -> None:
    """Only what was verified and found to be so is published."""
    if question.facts.verdict is None:
        raise FactMissing(
            "公示前须先核查并认定属实，请先登记核查情况。", code="verdict_missing", missing="verdict"
        )
    _did_not_fail(question)


def not_published_yet(question: Question) -> None:
    until = question.facts.public_until
    if until is not None:
        raise FactInvalid(
            f"该结果已公示至{until}，无须再公示；如须重新公示，请先重新核查。",
            code="published_already",
            last_day=until.isoformat(),
        )


def notice_is_long_enough(question: Question) -> None:
    """The last day is counted by the policy, or given and then no earlier than that."""
    given, asked = question.details.get("public_until"), last_day_asked(question)
    if given is None and asked is None:
        raise FactMissing(
            "现行规则没有规定公示期，请写明公示截止日期。",
            code="public_until_missing",
            missing="public_until",
        )
    earliest = asked or question.day
    if given is not None and given < earliest:
        raise FactInvalid(
            f"公示截止日期{given}过早，最早为{earliest}。",
            code="public_notice_too_short",
            earliest=earliest.isoformat(),
        )


def last_day_asked(question: Question) -> date | None:
    """The last day of a notice that begins now, by the policy; None where it asks for none."""
    days = question.policy.verification.notice_for(question.facts.complexity)
    return question.calendar.add_working_days(question.day, days) if days else None


def published(question: Question) -> None:
    if question.facts.public_until is None:
        raise FactInvalid("该结果没有公示，不能登记对公示的异议。", code="not_published")


def objection_is_open(question: Question) -> None:
    if not question.facts.public_objections:
        raise FactInvalid("没有待处理的异议。", code="no_objection")


def objections_are_settled(question: Question) -> None:
    open_ones = question.facts.public_objections
    if open_ones:
        raise FactInvalid(
            f"还有{open_ones}件异议没有处理，请先由督查员处理异议，再销号。",
            code="objection_open",
            objections=open_ones,
        )


def verified_as_asked(question: Question) -> None:
    """What was found untrue is not struck off; where the policy asks, another person has verified it."""
    rule, facts = question.policy.verification, question.facts
    _did_not_fail(question)
    if not rule.asks(facts.complexity):
        return
    if facts.verdict is None:
        raise FactMissing(
            f"销号前须由督查员核查并认定属实（{question.policy.reference}），请先登记核查情况。",
            code="verdict_missing",
            missing="verdict",
        )
    if facts.verified_by in (question.actor.person, question.acting_for):
        raise NotPermitted(
            "核查的人不能同时批准销号，请由另一人办理。",
            code="verified_by_closer",
            person=question.actor.person,
        )


def _did_not_fail(question: Question) -> None:
    if question.facts.verdict == Verdict.FAILED:
        raise FactInvalid(
            "核查结论为不属实，不能公示或销号；请退回重办，或者重新核查。", code="verification_failed"
        )


def notice_is_over(question: Question) -> None:
    """A notice that was begun runs to its last day, whether or not the policy asked for it."""
    until = question.facts.public_until
    if until is None and question.policy.verification.notice_for(question.facts.complexity):
        raise FactMissing(
            f"该类事项须公示后销号（{question.policy.reference}），请先公示办理结果。",
            code="public_notice_missing",
            missing="public_until",
        )
    if until is not None and question.day <= until:
        raise FactInvalid(
            f"公示期到{until}为止，期满次日起方可销号。",
            code="public_notice_running",
            last_day=until.isoformat(),
        )


GUARDS = (
    known_verdict,
    checked_as_asked,
    checker_is_named,
    seen_is_shown,
    passed_verification,
    not_published_yet,
    notice_is_long_enough,
    published,
    objection_is_open,
    objections_are_settled,
    verified_as_asked,
    notice_is_over,
)
