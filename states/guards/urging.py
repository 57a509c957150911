"""What an entry about urging a unit (催办) must tell, and what cannot have been promised."""

from states.errors import FactInvalid, FactMissing
from states.guards.days import not_before_today
from states.question import Question
from states.vocabulary import UrgeMeans
from states.words import detail_label


def conversation_is_told(question: Question) -> None:
    """Whoever was spoken to, and what he answered; a mail has no answer yet."""
    means = UrgeMeans(question.details["means"])
    for name in ("spoke_with", "answer"):
        if means.is_spoken and name not in question.details:
            raise FactMissing(
                f"{means.label}催办须写明{detail_label(name)}，请补充后再登记。",
                code=f"{name}_missing",
                missing=name,
            )


def promise_is_ahead(question: Question) -> None:
    promised_on = question.details.get("promised_on")
    if promised_on is not None and promised_on < question.day:
        raise FactInvalid(
            f"承诺日期{promised_on}早于催办当天（{question.day}），请核对对方答复；"
            "是补录以前的催办，请写明催办的实际时间；没有新的承诺，就不填承诺日期。",
            code="promise_in_the_past",
            promised_on=promised_on.isoformat(),
        )


def reply_is_ahead(question: Question) -> None:
    if "reply_by" in question.details:
        not_before_today(question, "reply_by")


GUARDS = (
    conversation_is_told,
    promise_is_ahead,
    reply_is_ahead,
)
