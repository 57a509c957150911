"""A policy on its way: its text checked, compared with the one in force, tried on open matters, activated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field as Bound

from states import policy as rule_book
from states.errors import RuleInvalid
from states.policy import Change, Policy
from states.policy.findings import FAULT
from states.settings_rights import ACTIVATING, OFFICE, Section, check_one_of
from workflow.services import activating, policies, simulation
from workflow.services.accounts.visitors import Visitor
from workflow.services.office import Office
from workflow.services.policies import Examination
from workflow.services.simulation import Simulation
from workflow.web import sheets
from workflow.web.fields import Field
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import signed
from workflow.web.pages.settings.framing import (
    Back,
    answered,
    check_may_read,
    form_of,
    may,
    read,
    see,
    setting,
)
from workflow.web.pages.settings.policies import POLICIES
from workflow.web.pages.sign_in import text
from workflow.web.sheets import Sent

router = APIRouter()

DRAFT = f"{POLICIES}/draft"
MOST, SHOWN = 200, 50
"""Open matters a policy is tried on while somebody waits, and how many of what differs are listed."""

SOURCE = (Field("source", "规则正文", "long", owed=True, hint="TOML格式", most=18_000),)
Beginning = Annotated[str, Bound(max_length=64)]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found about a draft: in itself, against the policy in force, on open matters."""

    policy: Policy
    examined: Examination
    changes: tuple[Change, ...]
    tried: Simulation | None = None


@router.get(DRAFT)
def draft(request: Request, counter: AtCounter, who: Who, beginning: Beginning = "") -> Response:
    """The text of a version or a preset, to be looked at or worked on."""
    check_may_read(who, Section.POLICIES)
    return _page(request, who, {"source": policies.text_of(counter.office, beginning)})


@router.post(DRAFT)
def look(request: Request, who: Who, form: Form) -> Response:
    """Check the text and compare it, try it on open matters, or put it into force."""
    check_may_read(who, Section.POLICIES)
    check_one_of(OFFICE, who.roles, "督办规则的检查和推演只供{}使用。")
    sent = sheets.sent(request, who, form)

    def again(back: Back) -> Response:
        is_of_the_text = isinstance(back.refusal, RuleInvalid)
        errors = {"source": back.refusal.message} if is_of_the_text else back.errors
        return _page(request, who, {}, back=Back(back.act, sent, back.refusal, errors))

    return answered(sent, "draft", SOURCE, POLICIES, deal=lambda: _looked(sent), again=again)


def _looked(sent: Sent) -> Response:
    source, decision = str(read(sent, SOURCE)["source"]) + "\n", text(sent.form, "decision")
    office = sent.counter.office
    if decision == "activate":
        authorises = text(sent.form, "authorises") == "yes"
        activating.activate(office, source, authorises=authorises, **signed(sent))
        return see(POLICIES, "activated")
    policy = rule_book.read(source)
    found = _found(office, policy)
    if decision == "simulate" and found.examined.ok:
        tried = simulation.simulate_open(office, policy, most=MOST, today=sent.counter.clock())
        found = Looked(found.policy, found.examined, found.changes, tried)
    return _page(sent.request, sent.who, {"source": source}, found=found)


def _found(office: Office, policy: Policy) -> Looked:
    examined, changes = policies.look_over(office, policy)
    return Looked(policy, examined, changes)


def _page(
    request: Request,
    who: Visitor,
    written: Mapping[str, Any],
    *,
    back: Back | None = None,
    found: Looked | None = None,
) -> Response:
    made = form_of("draft", SOURCE, written, back)
    return setting(
        request,
        who,
        Section.POLICIES,
        "policy_draft",
        back=back,
        made=made,
        field=made["fields"][0],
        found=found,
        faults=[one for one in found.examined.findings if one.level == FAULT] if found else [],
        tried=found.tried.as_json() if found and found.tried else None,
        most=MOST,
        shown=SHOWN,
        may_edit=may(who, OFFICE),
        may_activate=may(who, ACTIVATING),
    )
