"""待发箱: the messages of a part, one of them, and what is done about it by hand."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from pydantic import Field as Bound

from notifications.errors import NoticeUnrenderable
from states.delivery import BY_HAND
from states.errors import FactMissing
from states.settings_rights import OFFICE, Section
from states.vocabulary import PERSONNEL_ROLES
from workflow.errors import Ambiguous, NotFound
from workflow.services.accounts.visitors import Visitor
from workflow.services.outbox import by_hand, desk
from workflow.web import sheets
from workflow.web.fields import Field
from workflow.web.frame.counter import Counter
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import PAGE, address, signed
from workflow.web.pages.settings.framing import (
    PLACES,
    Back,
    Code,
    Words,
    answered,
    check_may_read,
    form_of,
    may,
    read,
    see,
    setting,
    told_done,
)
from workflow.web.sheets import Sent

router = APIRouter()

QUEUE = PLACES[Section.QUEUE]
OWED = frozenset({"hold", "cancel"})
"""What is done with a reason alone."""

ACT = (
    Field("reason", "理由", "text", hint="暂扣、取消的必填", most=500),
    Field("to", "改发地址", "text", hint="原地址有误的，重发时填；原邮件取消", most=254),
)
DONE = {name: f"已{label}。" for name, (label, _) in BY_HAND.items()} | {"redirected": "已改发新地址。"}
Before = Annotated[str, Bound(max_length=128)]


class Asked(BaseModel):
    """Which part is looked at, and before which message it goes on."""

    part: Words = "undelivered"
    before: Before = ""


@router.get(QUEUE)
def queue(request: Request, counter: AtCounter, who: Who, asked: Annotated[Asked, Query()]) -> Response:
    """A leaf of a part of the queue."""
    found = desk.queue(
        counter.office, asked.part, before=desk.read_place(asked.before), most=PAGE + 1, roles=who.roles
    )
    lines = found[:PAGE]
    last = desk.place_of(lines[-1]) if len(found) > PAGE else ""
    return setting(
        request,
        who,
        Section.QUEUE,
        "queue",
        lines=lines,
        asked=asked,
        parts=[(name, label) for name, (label, _) in desk.PARTS.items()],
        more=last and address(QUEUE, {"part": asked.part, "before": last}),
        first=address(QUEUE, {"part": asked.part}),
    )


@router.get(f"{QUEUE}/{{id}}")
def message(request: Request, counter: AtCounter, who: Who, id: Code) -> Response:
    """One message."""
    return _page(request, counter, who, id)


@router.post(f"{QUEUE}/{{id}}/{{act}}")
def deal_with(request: Request, who: Who, form: Form, id: Code, act: Code) -> Response:
    """Hold it, let it go, send it again, give it up."""
    check_may_read(who, Section.QUEUE)
    sent = sheets.sent(request, who, form)
    if act not in BY_HAND:
        raise NotFound("没有这个页面，请从待发箱进入。")
    one = _message(sent.counter, who, id)

    def again(back: Back) -> Response:
        is_of_the_address = isinstance(back.refusal, NoticeUnrenderable)
        errors = {"to": back.refusal.message} if is_of_the_address else back.errors
        return _page(request, sent.counter, who, id, Back("act", sent, back.refusal, errors))

    def deal() -> Response:
        return _dealt(sent, one, act)

    return answered(sent, "act", ACT, _address(one), deal=deal, again=again)


def _dealt(sent: Sent, one: Mapping[str, Any], act: str) -> Response:
    given, office = read(sent, ACT), sent.counter.office
    if act in OWED and not given["reason"]:
        raise FactMissing(f"{BY_HAND[act][0]}须写明理由。", code="reason_missing", missing="reason")
    reason = given["reason"] or None
    if act == "retry" and given["to"]:
        made = by_hand.retry(office, one["id"], to=given["to"], reason=reason, **signed(sent))
        return see(_address(made), "redirected")
    verbs = {
        "hold": by_hand.hold, "release": by_hand.release, "retry": by_hand.retry, "cancel": by_hand.cancel,
    }  # fmt: skip
    verbs[act](office, one["id"], reason=reason, **signed(sent))
    return see(_address(one), act)


def _page(request: Request, counter: Counter, who: Visitor, id: str, back: Back | None = None) -> Response:
    one = _message(counter, who, id)
    is_his = may(who, PERSONNEL_ROLES if one["about_a_person"] else OFFICE)
    acts = [(name, BY_HAND[name][0]) for name in one["acts"]] if is_his else []
    return setting(
        request,
        who,
        Section.QUEUE,
        "message",
        back=back,
        one=one,
        acts=acts,
        place=_address(one),
        acting=form_of("act", ACT, {}, back) if acts else None,
        done=told_done(request, DONE),
    )


def _message(counter: Counter, who: Visitor, id: str) -> dict[str, Any]:
    try:
        return desk.message(counter.office, id, roles=who.roles)
    except (NotFound, Ambiguous):
        raise NotFound("待发箱中没有这封邮件，请从列表进入。", code="mail_unknown") from None


def _address(one: Mapping[str, Any]) -> str:
    return f"{QUEUE}/{quote(one['id'], safe='')}"
