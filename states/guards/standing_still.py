"""What a suspension rests on, and how long it may last."""

from states.clocks.clockwork import suspended_so_far
from states.errors import FactInvalid, FactMissing
from states.guards.days import not_before_today
from states.question import Question


def review_is_ahead(question: Question) -> None:
    not_before_today(question, "review_on")


def pause_is_proved(question: Question) -> None:
    """A suspension rests on a document, where the policy asks for one."""
    if question.policy.pause.evidence and not question.details.get("evidence"):
        raise FactMissing(
            "挂起须附依据材料（批示、会议纪要或有关函件），请补充后再办。",
            code="evidence_missing",
            missing="evidence",
        )


def pause_within_ceiling(question: Question) -> None:
    """What a suspension may take from the term is bounded; so is the day it is looked at again."""
    ceiling, calendar = question.policy.pause.ceiling_working_days, question.calendar
    if ceiling is None:
        return
    used = suspended_so_far(question.facts.clocks, calendar)
    last = calendar.add_working_days(question.day, max(ceiling - used, 0))
    if question.details["review_on"] > last:
        raise FactInvalid(
            f"挂起累计不得超过{ceiling}个工作日，已用{used}个；复查日期最迟为{last}（{question.policy.reference}）。",
            code="pause_ceiling",
            last_day=last.isoformat(),
            used=used,
        )


GUARDS = (
    review_is_ahead,
    pause_is_proved,
    pause_within_ceiling,
)
