"""What is owed on an escalation: its decision, its service, its reply, the judging of it, the review.

A paper counts only once it was served, so an issued one is somebody's work until then. What concerns a person
is owed by its approver and the organization department's handlers alone, and says nothing but that it exists.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.duties.answers import ON_MEASURES
from states.duties.duty import Duty, DutyKind, OnMeasure, Whose
from states.duties.matter import Matter
from states.escalation.given import GIVEN
from states.escalation.table import approvers
from states.policy import Policy, Rung
from states.vocabulary import ClockName, Role

SERVE_WITHIN_WORKING_DAYS = 2
"""After that a paper nobody has signed for is the office's to serve."""

REVIEW_AHEAD_WORKING_DAYS = 5
"""So long before its day a review is on the list (诫勉期满审核)."""

CONFIDENTIAL = "待办的干部监督事项"
SILENT: Mapping[str, Any] = {
    **dict.fromkeys(("number", "title", "step", "unit")),
    "matter_late": 0,
    "confidential": True,
}
"""What is said of one about a person: that it is there."""

JUDGE = Whose((Role.OFFICER,), (Role.DIRECTOR, Role.CLERK))
SERVE = Whose((Role.CLERK,), (Role.OFFICER, Role.DIRECTOR))
HANDLERS = Whose((Role.ORGANIZATION,))


def of_escalation(matter: Matter, columns: Mapping[Any, Any], policy: Policy) -> Iterator[Duty]:
    """Everything owed on one escalation, by its columns and the policy it was raised under."""
    raised = _Raised(matter, columns, policy)
    table = TO_PERSON if raised.is_confidential else TO_UNIT
    yield from table.get(columns["state"], _nothing)(raised)


@dataclass(frozen=True, slots=True)
class _Raised:
    """One escalation beside its case."""

    matter: Matter
    columns: Mapping[Any, Any]
    policy: Policy

    @property
    def rung(self) -> Rung:
        return self.policy.rung_of[self.columns["step"]]

    @property
    def is_confidential(self) -> bool:
        return self.rung.addressee == "person"

    def duty(self, kind: DutyKind, whose: Whose, **dates: Any) -> Duty:
        """A duty that names its paper; one about a person names nothing."""
        named = {"escalation": self.columns["id"], **dates}
        if self.is_confidential:
            return self.matter.duty(kind, whose, label=CONFIDENTIAL, **{**named, **SILENT})
        label = f"{kind.label}（{self.rung.label}）"
        named |= {"step": self.rung.step, "on_measure": self._answer(kind)}
        return self.matter.duty(kind, whose, label=label, **named)

    def _answer(self, kind: DutyKind) -> OnMeasure | None:
        given = GIVEN.get(ON_MEASURES.get(kind, ""))
        return OnMeasure(given.id, given.label, given.roles(self.rung)) if given else None

    def serve_by(self) -> date | None:
        issued_on: date | None = self.columns["issued_on"]
        if issued_on is None:
            return None
        return self.matter.calendar.add_working_days(issued_on, SERVE_WITHIN_WORKING_DAYS)


def _nothing(raised: _Raised) -> Iterator[Duty]:
    return iter(())


def _proposed(raised: _Raised) -> Iterator[Duty]:
    """It waits for its approver, for ever if need be; not while snoozed, nor while no paper may go out.

    What a person must write into it is the office's to draft meanwhile.
    """
    snoozed_until = raised.columns["snoozed_until"]
    if raised.matter.is_running and not (snoozed_until and snoozed_until > raised.matter.day):
        whose, since = Whose(tuple(sorted(approvers(raised.rung)))), raised.columns["raised_on"]
        if raised.rung.needs and raised.columns["drafted_by"] is None:
            yield raised.duty(DutyKind.DRAFT, HANDLERS if raised.is_confidential else JUDGE, since=since)
        yield raised.duty(DutyKind.APPROVE, whose, since=since)


def _issued(raised: _Raised) -> Iterator[Duty]:
    """The unit signs for it, by the date its reply is due; after some days the office sees to it.

    A plain mail asks nothing.
    """
    if not raised.rung.is_numbered or raised.matter.kind not in ("open", "side"):
        return
    unit = raised.matter.of_unit(Role.LIAISON, otherwise=(Role.UNIT_HEAD,))
    dates = {"since": raised.columns["issued_on"], "due_on": raised.columns["reply_due_on"]}
    yield raised.duty(DutyKind.SIGN, unit, charged=raised.matter.is_running, **dates)
    serve_by = raised.serve_by()
    if serve_by is None or serve_by <= raised.matter.day:
        yield raised.duty(DutyKind.SERVE, SERVE, due_on=serve_by)


def _reply(raised: _Raised) -> Iterator[Duty]:
    """Due when the paper said; an inquiry's by its clock, which stands still with the case."""
    matter, due_on = raised.matter, raised.columns["reply_due_on"]
    clock = matter.clock(ClockName.INQUIRY_REPLY) if raised.rung.document == "inquiry" else None
    if due_on is not None and matter.kind in ("open", "side"):
        unit = matter.of_unit(Role.LIAISON, otherwise=(Role.UNIT_HEAD,))
        due_on = clock.due_on if clock else due_on
        yield raised.duty(DutyKind.REPLY, unit, due_on=due_on, charged=matter.is_running)


def _answered(raised: _Raised) -> Iterator[Duty]:
    """The reply is judged; one found wanting that leads no higher is the office's to pursue."""
    columns = raised.columns
    if columns["judgement"] is None:
        yield raised.duty(DutyKind.JUDGE, JUDGE, due_on=columns["judge_by"], since=columns["answered_on"])
    elif columns["judgement"] == "insufficient" and not _leads_higher(raised):
        yield raised.duty(DutyKind.FOLLOW_UP, JUDGE, since=columns["judged_on"])


def _leads_higher(raised: _Raised) -> bool:
    rests_on = [rung.after for rung in raised.policy.rungs if rung.after is not None]
    return any(one.step == raised.rung.step and one.fact == "unanswered" for one in rests_on)


def _to_deliver(raised: _Raised) -> Iterator[Duty]:
    """A paper to a person is served by hand, from the day it is there."""
    yield raised.duty(DutyKind.SERVE, HANDLERS, due_on=raised.serve_by(), since=raised.columns["issued_on"])


def _self_criticism(raised: _Raised) -> Iterator[Duty]:
    """The handlers call for what the person owes, and review the measure when its months are over."""
    due_on = raised.columns["reply_due_on"]
    if due_on is not None:
        yield raised.duty(DutyKind.SELF_CRITICISM, HANDLERS, due_on=due_on)
    yield from _review(raised)


def _criticised(raised: _Raised) -> Iterator[Duty]:
    columns = raised.columns
    if columns["judgement"] is None:
        yield raised.duty(DutyKind.JUDGE, HANDLERS, due_on=columns["judge_by"], since=columns["answered_on"])
    elif columns["judgement"] == "insufficient":
        yield raised.duty(DutyKind.SELF_CRITICISM, HANDLERS, since=columns["judged_on"])
    yield from _review(raised)


def _review(raised: _Raised) -> Iterator[Duty]:
    review_on = raised.columns["review_on"]
    if review_on is not None:
        seen_from = raised.matter.calendar.add_working_days(review_on, -REVIEW_AHEAD_WORKING_DAYS)
        if seen_from <= raised.matter.day:
            yield raised.duty(DutyKind.EFFECT_REVIEW, HANDLERS, due_on=review_on)


Rules = Mapping[str, Callable[[_Raised], Iterator[Duty]]]

TO_UNIT: Rules = {
    "proposed": _proposed,
    "issued": _issued,
    "served": _reply,
    "lapsed": _reply,
    "answered": _answered,
}
TO_PERSON: Rules = {
    "proposed": _proposed,
    "issued": _to_deliver,
    "served": _self_criticism,
    "lapsed": _self_criticism,
    "answered": _criticised,
}
