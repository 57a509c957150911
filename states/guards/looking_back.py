"""What a 回头看 rests on: who looks, when, and what has to be done with what was found."""

from states.errors import FactInvalid, FactMissing, NotPermitted
from states.guards.days import not_before_today
from states.guards.verifying import one_of
from states.question import Question
from states.vocabulary import LookbackFinding


def lookback_is_ahead(question: Question) -> None:
    not_before_today(question, "due_on")


def one_campaign_at_a_time(question: Question) -> None:
    """A 回头看 that is due in one round is not drawn into another."""
    facts, campaign = question.facts, question.details.get("campaign")
    taken = facts.lookback_due_on is not None and facts.lookback_campaign not in (None, campaign)
    if campaign is not None and taken:
        raise FactInvalid(
            f"该事项已列入“{facts.lookback_campaign}”，回头看后方可列入其他批次。",
            code="lookback_in_campaign",
            campaign=facts.lookback_campaign,
        )


def lookback_is_new(question: Question) -> None:
    """A 回头看 is arranged once for a day; for one that is due anyway, only a round it was not in is news."""
    facts, day = question.facts, question.details["due_on"]
    in_its_round = question.details.get("campaign", facts.lookback_campaign) == facts.lookback_campaign
    if facts.lookback_due_on == day and in_its_round:
        raise FactInvalid(
            f"该事项已安排在{day}前回头看，不必再次安排；要改日期的，请填另一日期。",
            code="lookback_scheduled_already",
            due_on=day.isoformat(),
        )


def known_lookback_finding(question: Question) -> None:
    one_of(LookbackFinding, question.details["finding"])


def reviewer_is_another(question: Question) -> None:
    """Neither who reported completion nor who struck the matter off looks whether it held."""
    involved = {question.facts.reported_by, question.facts.closed_by} - {None}
    if involved & {question.actor.person, question.acting_for}:
        raise NotPermitted(
            "报结的人、批准销号的人不能做该事项的回头看，请由另一人办理。",
            code="reviewer_is_involved",
            person=question.actor.person,
        )


def relapse_was_found(question: Question) -> None:
    """A matter is taken up again because its last 回头看 found that it relapsed."""
    if question.facts.lookback_finding != LookbackFinding.RELAPSED:
        raise FactMissing(
            "销号的事项须经回头看认定反弹方可重启，请先由督查员做回头看。",
            code="relapse_missing",
            missing="lookback_finding",
        )


def relapse_is_dealt_with(question: Question) -> None:
    """A relapse leads back into work, and is neither filed away nor put off."""
    if question.facts.lookback_finding == LookbackFinding.RELAPSED:
        raise FactInvalid("回头看已认定反弹，请由主任重启；如认定有误，请重新回头看。", code="relapse_open")


def no_lookback_is_due(question: Question) -> None:
    due_on = question.facts.lookback_due_on
    if due_on is not None:
        raise FactInvalid(
            f"该事项安排在{due_on}前回头看，回头看后方可归档。",
            code="lookback_due",
            due_on=due_on.isoformat(),
        )


GUARDS = (
    lookback_is_ahead,
    one_campaign_at_a_time,
    lookback_is_new,
    known_lookback_finding,
    reviewer_is_another,
    relapse_was_found,
    relapse_is_dealt_with,
    no_lookback_is_due,
)
