"""The forms by which what waits in the signing room is decided: those of its measure, case or paper."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from states.errors import FactInvalid, NotPermitted, Refusal
from states.escalation.given import GIVEN
from states.papers.deciding import JUDGING
from states.papers.kinds import PAPERS
from states.papers.life import COMMANDS as ON_PAPERS
from workflow.addresses import MATTERS, page_of
from workflow.errors import Ambiguous, EditConflict, NotFound
from workflow.services import offering, register
from workflow.services.accounts.visitors import Visitor
from workflow.services.documents import filing, issuing, judging
from workflow.services.signing_room import MEASURE, PAPER, Room, Waiting, check_not_decided
from workflow.web import fields
from workflow.web.frame.counter import Counter
from workflow.web.pages import acts, measures
from workflow.web.sheets import Sent, Sheet, not_offered

SIGNING = "/signing"
TAKEN_BY: Mapping[str, Callable[..., Any]] = {
    "review": judging.review,
    "sign": judging.sign,
    "return": judging.send_back,
    "issue": issuing.issue,
    "serve": filing.serve,
    "archive": filing.archive,
}
"""What carries out a step of a paper."""

BY_HAND = {"serve": {"service": "hand"}}
"""What stands in the form of a step from the start."""


def home(one: Waiting) -> str:
    """The address of one that waits."""
    return quote(f"{SIGNING}/{one.kind}/{page_of(one.id).removeprefix(MATTERS)}")


def found(counter: Counter, who: Visitor, room: Room, *, kind: str, id: str, command: str) -> Waiting:
    """What a form decides. Raises `EditConflict` for what was decided before, else `NotFound`."""
    try:
        one = room.find(kind, id)
        if command not in one.commands:
            raise not_offered(command)
    except NotFound:
        with suppress(NotFound, Ambiguous, NotPermitted):
            check_not_decided(counter.office, kind, id, by=counter.onlooker(who))
        raise
    return one


def event_of(counter: Counter, one: Waiting, command: str) -> str:
    """The kind of the entry a decision makes."""
    if one.kind == MEASURE:
        return f"escalation_{GIVEN[command].row.event}"
    if one.kind == PAPER:
        return f"document_{ON_PAPERS[command].event}"
    row = register.command_called(counter.office, command)
    return row.event if row else command


def sheet_of(counter: Counter, who: Visitor, one: Waiting, command: str) -> Sheet:
    """The form of one of the decisions on it."""
    if one.kind == PAPER:
        return _of_paper(counter, who, one, command)
    if one.kind == MEASURE:
        return measures.sheet_of(counter, who, measures.Place(str(one.number), one.id), command)
    return acts.on_case(counter, who, str(one.number), command)


def _of_paper(counter: Counter, who: Visitor, one: Waiting, command: str) -> Sheet:
    row = ON_PAPERS[command]
    seq = None
    if one.number is not None:
        seq = offering.offered(counter.office, one.number, by=counter.onlooker(who)).seq

    def give(sent: Sent, details: dict[str, Any]) -> str:
        at, read = details.pop("at"), details.pop(fields.READ, None)
        seen = {"seen": read or ""} if command in JUDGING else {}
        try:
            TAKEN_BY[command](sent.counter.office, one.id, by=sent.signature, at=at, **seen, **details)
        except FactInvalid as refusal:
            raise _as_told_here(refusal) from refusal
        return home(one)

    label = f"{row.label}（{PAPERS[str(one.paper)].label}）"
    made = tuple(fields.fields_of_paper(command, is_personal=one.is_personal))
    written = {fields.READ: one.seen, **BY_HAND.get(command, {})}
    return Sheet(
        command,
        label,
        made,
        home(one),
        give,
        number=one.number,
        title=one.title,
        seen=seq,
        written=written,
    )


def _as_told_here(refusal: FactInvalid) -> Refusal:
    """What a page says of a draft that is not what was read any more."""
    if refusal.code != "draft_changed":
        return refusal
    changed = refusal.facts.get("changed")
    if changed:
        told = f"拟稿后台账已有变动（{'、'.join(changed)}），请退回，由拟稿人更新后重新核稿。"
        return FactInvalid(told, code="draft_changed", changed=changed)
    told = "文稿在您打开页面后已有改动，本次未办理；请回到这件重新阅看后再决定。"
    return EditConflict(told, code="draft_changed")
