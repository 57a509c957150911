"""督办规则: the versions and which is in force, the director's authorisation of what goes out by itself."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from states.policy.wording import offset_words
from states.settings_rights import ACTIVATING, OFFICE, Section, check_one_of
from states.vocabulary import IssueMode
from workflow.services import authorisation, policies, retargeting
from workflow.services.accounts.visitors import Visitor
from workflow.web import sheets
from workflow.web.fields import Field
from workflow.web.frame.counter import Counter
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import signed
from workflow.web.pages.settings.framing import (
    PLACES,
    Back,
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

POLICIES = PLACES[Section.POLICIES]
REASON = (Field("reason", "撤销的理由", "text", hint="撤销授权的必填", most=500),)
DONE = {
    "activated": "已启用。此后交办的事项按新规则办理，在办的仍按各自的规则。",
    "authorised": "已授权，自动步骤由系统签发。",
    "revoked": "已撤销授权，此后改为提请审批。",
}


@router.get(POLICIES)
def versions(request: Request, counter: AtCounter, who: Who) -> Response:
    """The policy in force, and the others there were."""
    check_may_read(who, Section.POLICIES)
    return _page(request, counter, who)


@router.post(f"{POLICIES}/authority")
def authority(request: Request, who: Who, form: Form) -> Response:
    """Sign for what the system issues by itself, or take that back."""
    check_one_of(ACTIVATING, who.roles, "自动签发只能由{}授权或者撤销。")
    sent = sheets.sent(request, who, form)

    def again(back: Back) -> Response:
        return _page(request, sent.counter, who, back)

    return answered(sent, "authority", REASON, POLICIES, deal=lambda: _decided(sent), again=again)


def _decided(sent: Sent) -> Response:
    reason, office = str(read(sent, REASON)["reason"]), sent.counter.office
    if text(sent.form, "decision") == "authorise":
        authorisation.authorise(office, **signed(sent))
        return see(POLICIES, "authorised")
    authorisation.revoke(office, reason=reason or None, **signed(sent))
    return see(POLICIES, "revoked")


def _page(request: Request, counter: Counter, who: Visitor, back: Back | None = None) -> Response:
    shown = authorisation.show(counter.office)
    return setting(
        request,
        who,
        Section.POLICIES,
        "policies",
        back=back,
        shown=shown,
        rungs=[_rung(one) for one in shown["rungs"]],
        versions=list(reversed(retargeting.versions(counter.office)))[:100],
        presets=[(name, policies.preset(name).title) for name in policies.preset_names()],
        may_edit=may(who, OFFICE),
        signing=form_of("authority", REASON, {}, back) if may(who, ACTIVATING) else None,
        done=told_done(request, DONE),
    )


def _rung(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "when": offset_words(one["offset"]), "mode_label": IssueMode(one["mode"]).label}
