"""When a decision may be asked for at a higher level (顶格协调), who gives it, and what date it may set."""

from states.errors import FactInvalid, FactMissing, NotPermitted
from states.question import Question
from states.vocabulary import CoordinationLevel


def no_coordination_open(question: Question) -> None:
    level = question.facts.coordination_level
    if level is not None:
        raise FactInvalid(
            f"该事项已提请{CoordinationLevel(level).label}协调，尚未议定；请等候议定，或先撤回原申请。",
            code="coordination_open",
            level=level,
        )


def coordination_is_asked(question: Question) -> None:
    if question.facts.coordination_level is None:
        raise FactMissing(
            "没有待议定的协调申请；须由承办单位先提请协调。",
            code="coordination_not_asked",
            missing="coordination_level",
        )


def decided_at_its_level(question: Question) -> None:
    """What was asked of one level is not decided at another; the unit may withdraw, and ask there."""
    level = CoordinationLevel(str(question.facts.coordination_level))
    if not question.actor.holds({level.decider}):
        raise NotPermitted(
            f"该事项提请的是{level.label}协调，须由{level.decider.label}议定；"
            "改由其他层级协调的，请承办单位撤回后重新提请。",
            code="decider_of_another_level",
            person=question.actor.person,
            level=level.value,
        )


def decider_did_not_ask(question: Question) -> None:
    """Whoever asked does not decide, nor does a deputy in his place."""
    asker = question.facts.coordination_by
    if asker in (question.actor.person, question.acting_for):
        raise NotPermitted(
            "提请协调的人不能自行议定，请由另一人办理。",
            code="decider_is_asker",
            person=question.actor.person,
        )


def coordinated_date_holds(question: Question) -> None:
    """A decision may set any later day than today, before or after the present date; no date without need."""
    new = question.details.get("due_on")
    if new is None:
        return
    if question.facts.open_ended:
        raise FactInvalid(
            "长期坚持的事项不设办结期限；要设期限的，请议定为子事项。", code="limit_of_open_ended"
        )
    if new <= question.day:
        raise FactInvalid(
            f"议定的办结日期{new}须晚于今天（{question.day}），请核对议定意见。",
            code="date_in_the_past",
            date=new.isoformat(),
        )
    if new == question.facts.due_on:
        raise FactInvalid(
            f"现办结期限就是{new}；期限不变的，请不填办结日期。",
            code="due_on_unchanged",
            date=new.isoformat(),
        )


GUARDS = (
    no_coordination_open,
    coordination_is_asked,
    decided_at_its_level,
    decider_did_not_ask,
    coordinated_date_holds,
)
