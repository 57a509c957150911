"""职责: who holds what before the three administrators; one proposes changes, another decides on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel
from pydantic import Field as Bound

from states.accounts.administrators import DECIDING, PROPOSING, Change
from states.errors import FactInvalid, NotPermitted, Refusal
from states.office_time import office_day
from states.vocabulary import Role
from workflow import particulars
from workflow.services import offering
from workflow.services.accounts import confirming, listing, roles
from workflow.services.accounts.visitors import Visitor
from workflow.web import fields, sheets
from workflow.web.fields import Field
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import status_of
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import AGAIN, PAGE, address, carried_out, errors_of, read, signed
from workflow.web.pages.sign_in import text
from workflow.web.sheets import Sent

router = APIRouter()

ROLES = "/roles"
WAITING = 100
"""Proposals that are laid before somebody at once."""

Words = Annotated[str, Bound(max_length=particulars.MAX_NAME)]
Place = Annotated[str, Bound(max_length=200)]
CHANGES = tuple((one.value, one.label) for one in Change if one.is_of_a_role)
PROPOSAL = (
    Field("person", "人员", "text", owed=True, hint="姓名；同名的写人员编码", most=64),
    Field("change", "变动", "choice", owed=True, choices=CHANGES),
    Field("role", "职责", "choice", owed=True, choices=tuple((one.value, one.label) for one in Role)),
    Field("unit", "单位", "unit", hint="督查联络员、单位主要负责人须填", most=64),
    Field("valid_from", "自哪一天起", "day", hint="不填为今天；终止的，从这一天起不再担任"),
)
REASON = Field("reason", "不予核准的理由", "text", hint="不予核准的必填；记入工作日志", most=500)
FIELD_OF = {
    **dict.fromkeys(("person_unknown", "person_ambiguous"), "person"),
    **dict.fromkeys(("role_unknown", "role_held", "role_not_held", "role_waits", "role_set_apart"), "role"),
    **dict.fromkeys(("unit_missing", "unit_of_office_role", "unit_unknown", "unit_ambiguous"), "unit"),
    "role_in_the_past": "valid_from",
    "year_out_of_range": "valid_from",
    "administrator_last": "person",
}


class Asked(BaseModel):
    """Whose roles, which, at which unit; after which the list goes on; whether all that waits is ticked."""

    person: Words = ""
    role: Words = ""
    unit: Words = ""
    after: Place = ""
    done: Words = ""
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Back:
    """A form that comes back: what was sent in it, and why."""

    sent: Sent
    refusal: Refusal
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return 422 if self.errors else int(status_of(self.refusal))


@router.get(ROLES)
def held(request: Request, counter: AtCounter, who: Who, asked: Annotated[Asked, Query()]) -> Response:
    """What waits, who holds what, and the form of a proposal."""
    with counter.look(who):
        return _page(request, counter, who, asked)


@router.post(ROLES)
def propose(request: Request, who: Who, form: Form) -> Response:
    """Propose that somebody is given a role or loses one."""
    sent = sheets.sent(request, who, form)

    def again(refusal: Refusal) -> Response:
        back = Back(sent, refusal, errors_of(refusal, PROPOSAL, FIELD_OF))
        return _page(request, sent.counter, who, Asked(), proposal=back)

    return carried_out(sent, ROLES, lambda: _proposed(sent), again)


@router.post(f"{ROLES}/decide")
def decide(request: Request, who: Who, form: Form) -> Response:
    """Confirm or decline several, each for itself."""
    sent = sheets.sent(request, who, form)

    def again(refusal: Refusal) -> Response:
        back = Back(sent, refusal, errors_of(refusal, (REASON,), {}))
        return _page(request, sent.counter, who, Asked(), decision=back)

    return carried_out(sent, ROLES, lambda: _decided(sent), again)


@router.get(f"{ROLES}/requests")
def requests(request: Request, counter: AtCounter, who: Who, after: Place = "") -> Response:
    """Every proposal there was, the newest first: what became of it, when and by whom."""
    found = confirming.list_requests(
        counter.office,
        decided=True,
        after=after or None,
        most=PAGE + 1,
        by=counter.signature(who),
        at=counter.clock(),
    )
    lines, last = listing.cut(found, PAGE)
    more = last and address(f"{ROLES}/requests", {"after": last["request"]})
    return page(request, "role_requests.html.j2", lines=lines, more=more, begun=bool(after))


def _proposed(sent: Sent) -> Response:
    given = read(sent, PROPOSAL)
    made = roles.propose(
        sent.counter.office,
        given["person"],
        given["role"],
        _change(given["change"]),
        unit=given["unit"] or "",
        valid_from=given["valid_from"],
        **signed(sent),
    )
    if made["request"] is None:
        asked = {"person": made["person"], "role": made["role"], "done": "ended"}
        return RedirectResponse(address(ROLES, asked), 303)
    return RedirectResponse(address(ROLES, {"done": made["request"]}), 303)


def _change(word: str) -> Change:
    if word not in dict(CHANGES):
        raise FactInvalid("请选择授予或者终止。", code="change_invalid", particular="change")
    return Change(word)


def _decided(sent: Sent) -> Response:
    office, chosen = sent.counter.office, _chosen(sent)
    if text(sent.form, "decision") == "confirm":
        confirmed = confirming.confirm_each(office, chosen, **signed(sent))
        return _results(sent, "已核准", confirmed.confirmed, confirmed.left)
    reason = particulars.read_text(text(sent.form, "reason").strip()) or None
    declined = confirming.decline_each(office, chosen, reason=reason, **signed(sent))
    return _results(sent, "不予核准", declined.declined, declined.left)


def _chosen(sent: Sent) -> list[str]:
    """The proposals that were ticked; no more than a page lays before anybody."""
    return [one for one in sent.form.getlist("request") if isinstance(one, str)][:WAITING]


def _results(
    sent: Sent, word: str, done: Sequence[Mapping[str, Any]], left: Sequence[Mapping[str, Any]]
) -> Response:
    return page(sent.request, "roles_decided.html.j2", word=word, decided=done, left=left)


def _page(
    request: Request,
    counter: Counter,
    who: Visitor,
    asked: Asked,
    *,
    proposal: Back | None = None,
    decision: Back | None = None,
) -> Response:
    back, by, at = proposal or decision, counter.signature(who), counter.clock()
    waiting = confirming.list_requests(counter.office, most=WAITING + 1, by=by, at=at)
    found, trouble = _found(counter, who, asked)
    lines, last = listing.cut(found, PAGE)
    sought = {"person": asked.person, "role": asked.role, "unit": asked.unit}
    return page(
        request,
        "roles.html.j2",
        status=back.status if back else 200,
        asked=asked,
        lines=lines,
        trouble_told=trouble,
        more=last and address(ROLES, {**sought, "after": roles.place_of(last)}),
        first=address(ROLES, sought),
        every_role=list(Role),
        done=_done(counter, who, asked, lines),
        units=offering.choices(counter.office, day=office_day(at)).units,
        waiting=waiting[:WAITING],
        waits_more=len(waiting) > WAITING,
        deciding=_decision_form(decision) if _decides(who) else None,
        is_ticked=asked.ticked,
        proposing=_proposal_form(proposal) if _proposes(who) else None,
    )


def _found(counter: Counter, who: Visitor, asked: Asked) -> tuple[list[dict[str, Any]], str]:
    try:
        found = roles.list_roles(
            counter.office,
            asked.person.strip() or None,
            role=asked.role or None,
            unit=asked.unit.strip() or None,
            after=asked.after or None,
            most=PAGE + 1,
            by=counter.signature(who),
            at=counter.clock(),
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        return [], refusal.message
    return found, ""


def _proposal_form(back: Back | None) -> dict[str, Any]:
    filled = fields.filled(PROPOSAL, back.sent.form if back else {}, back.errors if back else {})
    return {"fields": filled, "open": back is not None, **_of_form(back)}


def _decision_form(back: Back | None) -> dict[str, Any]:
    (reason,) = fields.filled([REASON], back.sent.form if back else {}, back.errors if back else {})
    told = {**_of_form(back), "trouble": back.refusal.message if back else ""}
    return {"reason": reason, "chosen": _chosen(back.sent) if back else [], **told}


def _of_form(back: Back | None) -> dict[str, str]:
    """A form that comes back has the same number, and above it what is beside none of its fields."""
    if back is None:
        return {"key": tokens.new_key(), "trouble": ""}
    return {"key": back.sent.key, "trouble": "" if back.errors else back.refusal.message}


def _done(counter: Counter, who: Visitor, asked: Asked, lines: Sequence[Mapping[str, Any]]) -> str:
    """What was done, only where it stands like that: an address may say anything."""
    if asked.done in ("", *AGAIN):
        return AGAIN.get(asked.done, "")
    if asked.done == "ended":
        return "" if any(one["valid_to"] is None for one in lines) else "已终止，无须核准。"
    try:
        one = confirming.show_request(
            counter.office, asked.done, by=counter.signature(who), at=counter.clock()
        )
    except Refusal:
        return ""
    role = f"{one['unit_name'] or ''}{one['role_label']}"
    standing = one["decision_label"] or "待安全保密管理员核准"
    return f"已提请{one['change_label']}{one['person_name']}{role}职责，{standing}。"


def _proposes(who: Visitor) -> bool:
    return not PROPOSING.isdisjoint(who.roles)


def _decides(who: Visitor) -> bool:
    return not DECIDING.isdisjoint(who.roles)
