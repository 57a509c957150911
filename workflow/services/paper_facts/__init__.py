"""What a kind of paper says beyond the matter itself, read from the register: one function per kind.

What only people know is not here: they state it when they draft the paper.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from states.errors import FactInvalid
from states.statistics import Period
from workflow.services.batch import OpenCase
from workflow.services.paper_facts.answering import inquiry_reply, personal_inquiry_reply
from workflow.services.paper_facts.appointing import talk_minutes, talk_notice
from workflow.services.paper_facts.circulating import circular
from workflow.services.paper_facts.closing import close_out
from workflow.services.paper_facts.concluding import conclusion, review_decision
from workflow.services.paper_facts.dispatch import assignment
from workflow.services.paper_facts.handing_out import dispatch_slip
from workflow.services.paper_facts.more_time import extension_form
from workflow.services.paper_facts.ordering import supervision_order
from workflow.services.paper_facts.personal import personal_inquiry
from workflow.services.paper_facts.reporting import handling_report
from workflow.services.paper_facts.striking_off import closing_form
from workflow.services.paper_facts.talking import admonition_record
from workflow.services.papers import Desk

Telling = Callable[[Desk, OpenCase], Mapping[str, Any]]
TellingOf = Callable[[Desk, OpenCase, dict[str, Any]], Mapping[str, Any]]

OF_KIND: Mapping[str, Telling] = {
    "assignment": assignment,
    "close_out": close_out,
    "dispatch_slip": dispatch_slip,
    "inquiry_reply": inquiry_reply,
    "extension_form": extension_form,
    "closing_form": closing_form,
    "handling_report": handling_report,
    "supervision_order": supervision_order,
    "talk_notice": talk_notice,
    "talk_minutes": talk_minutes,
    "circular": lambda desk, _: circular(desk),
    "conclusion": conclusion,
    "review_decision": review_decision,
    "personal_inquiry": personal_inquiry,
}

OF_PERSON: Mapping[str, TellingOf] = {
    "personal_inquiry_reply": personal_inquiry_reply,
    "admonition_record": admonition_record,
}
"""Forms that go with an earlier paper to a person: told of the one they are for."""

OF_OFFICE: Mapping[str, Callable[[Desk, Period], Mapping[str, Any]]] = {"circular": circular}
"""Papers about the office's work as a whole: the facts of a period."""


def particulars(desk: Desk, case: OpenCase, kind: str, stated: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the register says for a paper of a kind on a case, with what people state for it."""
    if kind in OF_PERSON:
        return OF_PERSON[kind](desk, case, dict(stated.get("person") or {}))
    return OF_KIND[kind](desk, case) if kind in OF_KIND else {}


def period_of(stated: Mapping[str, Any]) -> Period:
    """The period people stated for such a paper, its ends as YYYY-MM-DD.

    Raises `FactInvalid`: `period_missing` without both ends, `period_invalid` for what is no day,
    `period_reversed`.
    """
    told = stated.get("period") or {}
    if not told.get("since") or not told.get("until"):
        raise FactInvalid(
            "请写明通报期间的起止日期（period.since、period.until），如2026-07-01和2026-09-30。",
            code="period_missing",
        )
    try:
        return Period(date.fromisoformat(told["since"]), date.fromisoformat(told["until"]))
    except (TypeError, ValueError) as error:
        raise FactInvalid("通报期间的日期应形如2026-07-01，请更正。", code="period_invalid") from error
