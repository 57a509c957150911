"""邮件: how the post does, a mail sent to try it, addresses nothing is sent to."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from notifications.errors import NoticeUnrenderable
from states.settings_rights import OFFICE, TESTING_MAIL, Section
from workflow import particulars
from workflow.errors import NotFound
from workflow.services.accounts.visitors import Visitor
from workflow.services.outbox import desk, silencing, trying
from workflow.web import sheets
from workflow.web.fields import Field
from workflow.web.frame.counter import Counter
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import signed
from workflow.web.pages.settings.framing import (
    PLACES,
    Back,
    Code,
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

MAIL = PLACES[Section.MAIL]
ADDRESS = Field("address", "收件地址", "text", owed=True, most=254)
TRY = (ADDRESS,)
SILENCE = (
    ADDRESS,
    Field("until", "停用到", "day", hint="含当日；不填为长期"),
    Field("reason", "理由", "text", owed=True, most=500),
)
ALLOW = (ADDRESS, Field("reason", "说明", "text", most=500))
ACTS = {"try": TRY, "silence": SILENCE, "allow": ALLOW}
DONE = {
    "try": "试发的邮件已进待发箱，由发信进程寄出；收到即可，没有收到的请看下面的情况。",
    "silence": "已停用，发往该地址的邮件暂扣。",
    "allow": "已恢复，因此暂扣的邮件放行。",
}


@router.get(MAIL)
def post(request: Request, counter: AtCounter, who: Who) -> Response:
    """How the post does."""
    return _page(request, counter, who)


@router.post(f"{MAIL}/acts/{{act}}")
def deal_with(request: Request, who: Who, form: Form, act: Code) -> Response:
    """Try it, or say to which address nothing is sent, or is again."""
    check_may_read(who, Section.MAIL)
    sent = sheets.sent(request, who, form)
    if act not in ACTS:
        raise NotFound("没有这个页面，请从邮件设置进入。")

    def again(back: Back) -> Response:
        is_of_the_address = isinstance(back.refusal, NoticeUnrenderable | NotFound)
        errors = {"address": back.refusal.message} if is_of_the_address else back.errors
        return _page(request, sent.counter, who, Back(act, sent, back.refusal, errors))

    return answered(sent, act, ACTS[act], MAIL, deal=lambda: _dealt(sent, act), again=again)


def _dealt(sent: Sent, act: str) -> Response:
    given, office = read(sent, ACTS[act]), sent.counter.office
    if act == "try":
        trying.try_out(office, given["address"], **signed(sent))
    elif act == "silence":
        until = particulars.read_end(given["until"].isoformat()) if given["until"] else None
        silencing.silence(office, given["address"], reason=given["reason"], until=until, **signed(sent))
    else:
        silencing.allow(office, given["address"], reason=given["reason"] or None, **signed(sent))
    return see(MAIL, act)


def _page(request: Request, counter: Counter, who: Visitor, back: Back | None = None) -> Response:
    offered = {"try": TESTING_MAIL, "silence": OFFICE, "allow": OFFICE}
    forms = {act: form_of(act, these, {}, back) for act, these in ACTS.items() if may(who, offered[act])}
    return setting(
        request,
        who,
        Section.MAIL,
        "mail",
        back=back,
        told=desk.standing(counter.office, roles=who.roles, at=counter.clock()),
        forms=forms,
        queue=PLACES[Section.QUEUE],
        done=told_done(request, DONE),
    )
