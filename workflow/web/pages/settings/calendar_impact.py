"""影响清单: the dates the calendar in force would change, accepted or kept matter by matter."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field as Bound

from states.errors import FactMissing
from states.settings_rights import OFFICE, Section
from workflow.services import recounting
from workflow.services.accounts.visitors import Visitor
from workflow.web import sheets
from workflow.web.fields import Field
from workflow.web.frame.counter import Counter
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import address, signed
from workflow.web.pages.settings.calendars import CALENDARS, DONE
from workflow.web.pages.settings.framing import (
    Back,
    answered,
    check_may_read,
    form_of,
    may,
    read,
    setting,
    told_done,
)
from workflow.web.pages.sign_in import text
from workflow.web.sheets import Sent

router = APIRouter()

IMPACT = f"{CALENDARS}/impact"
AT_ONCE = 100
REASON = (Field("reason", "维持不变的理由", "text", hint="维持原期限的必填；记入各事项", most=500),)
Place = Annotated[str, Bound(max_length=128)]


@router.get(IMPACT)
def impact(request: Request, counter: AtCounter, who: Who, after: Place = "") -> Response:
    """What it would change among so many matters."""
    check_may_read(who, Section.CALENDARS)
    return _page(request, counter, who, after=after)


@router.post(IMPACT)
def settle(request: Request, who: Who, form: Form) -> Response:
    """Count the ticked matters anew, or let their dates stand; each for itself."""
    check_may_read(who, Section.CALENDARS)
    sent = sheets.sent(request, who, form)

    def again(back: Back) -> Response:
        return _page(request, sent.counter, who, after=text(sent.form, "after"), back=back)

    return answered(sent, "settle", REASON, IMPACT, deal=lambda: _settled(sent), again=again)


def _settled(sent: Sent) -> Response:
    numbers, reason = _chosen(sent), str(read(sent, REASON)["reason"])
    office, is_kept = sent.counter.office, text(sent.form, "decision") == "decline"
    if not numbers:
        raise FactMissing("请勾选事项。", code="case_missing", missing="case")
    if is_kept and not reason:
        raise FactMissing("维持原期限须写明理由。", code="reason_missing", missing="reason")
    by = signed(sent) | {"by": sent.counter.signature(sent.who)}
    if is_kept:
        made = recounting.decline(office, numbers, reason, **by)
    else:
        made = recounting.accept(office, numbers, **by)
    word = "维持不变" if is_kept else "已重新计算"
    return setting(sent.request, sent.who, Section.CALENDARS, "calendar_settled", made=made, word=word)


def _chosen(sent: Sent) -> list[str]:
    found = (one for one in sent.form.getlist("case") if isinstance(one, str) and len(one) <= AT_ONCE)
    return list(dict.fromkeys(found))[:AT_ONCE]


def _page(
    request: Request, counter: Counter, who: Visitor, *, after: str, back: Back | None = None
) -> Response:
    part = recounting.impact_part(counter.office, after=after or None)
    lines = _by_case(part.impact)
    more = part.after
    if len(lines) > AT_ONCE:
        lines = lines[:AT_ONCE]
        more = lines[-1]["case"]
    return setting(
        request,
        who,
        Section.CALENDARS,
        "calendar_impact",
        back=back,
        lines=lines,
        looked_at=part.looked_at,
        after=after,
        more=more and address(IMPACT, {"after": more}),
        first=IMPACT,
        settling=form_of("settle", REASON, {}, back) if may(who, OFFICE) else None,
        chosen=_chosen(back.sent) if back else [],
        done=told_done(request, DONE),
    )


def _by_case(impact: Sequence[recounting.Impact]) -> list[dict[str, Any]]:
    """A line a matter, with each of its dates that would come out otherwise."""
    found: dict[str, dict[str, Any]] = {}
    for one in impact:
        told = one.as_json()
        line = found.setdefault(told["case"], {"case": told["case"], "title": told["title"], "dates": []})
        line["dates"].append(told)
    return list(found.values())
