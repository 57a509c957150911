"""The paper of an urge (催办单): drafted for the file, or mailed to the unit when it is urged in writing."""

from datetime import date
from typing import Any

from states.case import Decision
from states.errors import FactMissing
from states.vocabulary import UrgeMeans
from workflow.services.batch import OpenCase
from workflow.services.entries import SYSTEM, Act
from workflow.services.paper_facts.trail import MAX_LISTED, Trail, brief, day_of, said, told
from workflow.services.paper_values import Paper, iso
from workflow.services.papers import Desk
from workflow.services.replay import Entry

KIND = "urge"
REPLY_WITHIN_WORKING_DAYS = 3
"""Within so many working days a unit answers, where the officer names no day."""


def urge_paper(desk: Desk, case: OpenCase, *, attempt: int, reply_by: date | None = None) -> Paper:
    """The 催办单 of one attempt: what is due since when, what was last reported, by when to answer.

    The attempts before it are told one by one.

    Raises `NotFound` for a unit the directory does not have.
    """
    facts = case.facts
    urge = {
        "attempt": attempt,
        "original_due_on": iso(facts.original_due_on),
        "progress": facts.progress,
        "progress_on": iso(facts.progress_on),
        "log": _attempts(desk, case)[: attempt - 1][-MAX_LISTED:],
    }
    particulars: dict[str, Any] = {
        "urge": urge,
        "cadence": facts.cadence,
        "reply_by": iso(reply_by) or _usual_day(desk),
        "reply_working_days": REPLY_WITHIN_WORKING_DAYS,
    }
    unit = desk.unit(facts.lead_unit)
    return Paper(KIND, "", unit.name, desk.liaison(unit.code), particulars)


def send(desk: Desk, case: OpenCase, decision: Decision) -> None:
    """Mail the 催办单 to the unit's liaison where it was urged in writing, with an entry of its own.

    Raises `FactMissing` (`liaison_mail_missing`) when the directory has no address to write to.
    """
    if decision.event != "urged" or decision.details["means"] != UrgeMeans.MAIL:
        return
    desk.know([case])
    paper = urge_paper(desk, case, attempt=case.facts.urges, reply_by=decision.details.get("reply_by"))
    if not paper.recipients:
        raise FactMissing(
            f"“{paper.addressee}”没有登记联络员邮箱，书面催办无法发出；请先在单位名录中补登，或改用电话、上门等方式。",
            code="liaison_mail_missing",
            missing="email",
            unit=case.facts.lead_unit,
        )
    details = {"kind": KIND, **desk.issue(case, paper).as_details()}
    state = case.facts.state
    act = Act("urge_mailed", desk.work.at, SYSTEM, details, before=state, after=state)
    desk.work.batch.enter(case, act)


def _attempts(desk: Desk, case: OpenCase) -> list[dict[str, Any]]:
    """Every 催办 since the matter was handed out, oldest first: when, how, to whom, what he said."""
    urged = Trail.of(desk, case).every("urged")
    since = urged[len(urged) - case.facts.urges :]
    return [_attempt(one, place) for place, one in enumerate(since, start=1)]


def _attempt(entry: Entry, attempt: int) -> dict[str, Any]:
    return {
        "attempt": attempt,
        "on": day_of(entry),
        "means": UrgeMeans(told(entry, "means")).label,
        "spoke_with": said(entry, "spoke_with"),
        "answer": brief(said(entry, "answer")),
        "promised_on": entry.sets.get("promised_on"),
    }


def _usual_day(desk: Desk) -> str | None:
    """The day the usual term ends; none where it runs into a year that is not announced."""
    today, calendar = desk.work.day, desk.work.calendar
    day = calendar.add_working_days(today, REPLY_WITHIN_WORKING_DAYS)
    return None if calendar.is_provisional(today, day) else day.isoformat()
