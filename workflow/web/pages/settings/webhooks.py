"""事件推送: which programs are told of events, and sources of their items; how they do; two keys for each."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from notifications.errors import WebhookInvalid
from states.accounts.administrators import DECIDING
from states.settings_rights import TELLING_PROGRAMS, Section
from states.webhooks.catalogue import CATALOGUE
from workflow import particulars
from workflow.errors import NotFound
from workflow.services.accounts.visitors import Visitor
from workflow.services.intake import calling_back
from workflow.services.webhooks import administering, deciding
from workflow.services.webhooks.addresses import Made
from workflow.services.webhooks.administering import Asked
from workflow.storage import webhooks
from workflow.web import sheets
from workflow.web.fields import Field
from workflow.web.frame import tokens
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
from workflow.web.pages.sign_in import text
from workflow.web.sheets import Sent

router = APIRouter()

PLACE = PLACES[Section.WEBHOOKS]
EVERYTHING = "全部"
WHICH = Field("webhook", "推送编号", "hidden", owed=True, most=32)
SINCE = Field("since", "从哪天起", "day", owed=True, hint="一次至多1000件")
REASON = Field("reason", "不予核准的理由", "text", owed=True, most=500)
URL = Field("url", "接收地址", "text", owed=True, most=2_000, hint="以https://开头")
ADD = (
    Field("name", "接收方", "text", owed=True, most=64, hint="如“12345热线平台”"),
    URL,
    Field(
        "units",
        "哪些单位的事项",
        "lines",
        owed=True,
        most=4_000,
        hint=f"每行一个，含下级；或者只写“{EVERYTHING}”",
    ),
    Field("types", "事件种类", "lines", most=4_000, hint="每行一种，不填为全部种类"),
)
CALL_BACK = (
    Field("source", "来源", "text", owed=True, most=64, hint="系统接口的名称，如“12345热线”"),
    URL,
)
ONE = (WHICH,)
ACTS = {"add": ADD, "call-back": CALL_BACK, "repeat": (WHICH, SINCE), "decline": (WHICH, REASON)}
ACTS |= dict.fromkeys(("try", "rotate", "pause", "resume", "revoke", "confirm"), ONE)
DONE = {
    "confirm": "已核准，从现在起推送。",
    "decline": "不予核准，地址作废。",
    "try": "试推的事件已进待发箱，随即推送；结果见“最近答复”。",
    "pause": "已暂停；待推的已取消，恢复后可以补推。",
    "resume": "已恢复，从现在起推送。",
    "repeat": "已放入待发箱，随即推送。",
    "revoke": "已撤销。",
}
OFFERED: Mapping[str, tuple[str, ...]] = {
    "active": ("try", "repeat", "rotate", "pause", "revoke"),
    "paused": ("resume", "rotate", "revoke"),
    "stopped": ("resume", "rotate", "revoke"),
    webhooks.PROPOSED: ("revoke",),
}
"""What the system administrator may do with one as it stands."""
DECIDED = ("confirm", "decline")
LABELS = {
    "confirm": "核准", "decline": "不予核准",
    "try": "试推", "repeat": "补推", "rotate": "换密钥", "pause": "暂停", "resume": "恢复", "revoke": "撤销",
}  # fmt: skip


@router.get(PLACE)
def told(request: Request, counter: AtCounter, who: Who) -> Response:
    """Who is told of events."""
    check_may_read(who, Section.WEBHOOKS)
    return _page(request, counter, who)


@router.post(f"{PLACE}/acts/{{act}}")
def deal_with(request: Request, who: Who, form: Form, act: Code) -> Response:
    """Make one, or do something about one."""
    check_may_read(who, Section.WEBHOOKS)
    sent = sheets.sent(request, who, form)
    if act not in ACTS:
        raise NotFound("没有这个页面，请从事件推送进入。")

    def again(back: Back) -> Response:
        errors = {"url": back.refusal.message} if isinstance(back.refusal, WebhookInvalid) else back.errors
        return _page(request, sent.counter, who, Back(act, sent, back.refusal, errors))

    return answered(sent, act, ACTS[act], PLACE, deal=lambda: _dealt(sent, who, act), again=again)


def _dealt(sent: Sent, who: Visitor, act: str) -> Response:
    given, office = read(sent, ACTS[act]), sent.counter.office
    if act == "add":
        whole = given["units"] == (EVERYTHING,)
        units = () if whole else tuple(str(particulars.read_name(one)) for one in given["units"])
        asked = Asked(given["name"], given["url"], given["types"], units, whole=whole)
        return _shown_once(sent, who, *administering.make(office, asked, **signed(sent)))
    if act == "rotate":
        return _shown_once(sent, who, *administering.rotate(office, given["webhook"], **signed(sent)))
    if act == "call-back":
        made = calling_back.set_address(office, given["source"], given["url"], **signed(sent))
        return _shown_once(sent, who, made, administering.show(office, made.id, **signed(sent)))
    if act == "decline":
        deciding.decline(office, given["webhook"], reason=given["reason"], **signed(sent))
    elif act == "repeat":
        since = particulars.read_instant(given["since"].isoformat())
        administering.repeat(office, given["webhook"], since, **signed(sent))
    else:
        PLAIN[act](office, given["webhook"], **signed(sent))
    return see(PLACE, act)


PLAIN: Mapping[str, Callable[..., dict[str, Any]]] = {
    "try": administering.try_out,
    "pause": administering.pause,
    "resume": administering.resume,
    "revoke": administering.revoke,
    "confirm": deciding.confirm,
}


def _shown_once(sent: Sent, who: Visitor, made: Made, told: dict[str, Any]) -> Response:
    """The secret, on this answer and nowhere again."""
    return setting(sent.request, who, Section.WEBHOOKS, "webhook_made", made=made, told=told, back_to=PLACE)


def _page(request: Request, counter: Counter, who: Visitor, back: Back | None = None) -> Response:
    deals, at = may(who, TELLING_PROGRAMS), counter.clock()
    found = administering.list_webhooks(counter.office, by=counter.signature(who), at=at)
    return setting(
        request,
        who,
        Section.WEBHOOKS,
        "webhooks",
        back=back,
        lines=[_with_forms(one, _offered(one, who), back, at=at) for one in found],
        add=form_of("add", ADD, {}, back) if deals else None,
        call_back=form_of("call-back", CALL_BACK, {}, back) if deals else None,
        trouble_told=back.refusal.message if back and back.act not in ("add", "call-back") else "",
        labels=LABELS,
        catalogue=CATALOGUE,
        done=told_done(request, DONE),
    )


def _offered(one: Mapping[str, Any], who: Visitor) -> tuple[str, ...]:
    """What may be done with one by whoever looks; nobody turns both keys."""
    mine = OFFERED.get(one["state"], ()) if may(who, TELLING_PROGRAMS) else ()
    waits = one["state"] == webhooks.PROPOSED and one["made_by"] != who.person
    return (*mine, *DECIDED) if waits and may(who, DECIDING) else mine


def _with_forms(
    one: dict[str, Any], acts: Iterable[str], back: Back | None, *, at: datetime
) -> dict[str, Any]:
    given = (
        text(back.sent.form, "reason") if back and text(back.sent.form, "webhook") == one["webhook"] else ""
    )
    forms = [(act, tokens.new_key()) for act in acts]
    return {**one, "forms": forms, "today": at.date().isoformat(), "reason": given[: REASON.most]}
