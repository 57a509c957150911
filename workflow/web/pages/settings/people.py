"""人员: who is in the directory, one person with posts and roles, and how he is reached put right."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from states.settings_rights import AMENDING, Section
from workflow.services import directory_amending, directory_views
from workflow.services.accounts.visitors import Visitor
from workflow.web import sheets
from workflow.web.fields import Field
from workflow.web.frame.counter import Counter
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import PAGE, address, signed
from workflow.web.pages.settings.framing import (
    SETTINGS,
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

router = APIRouter()

PEOPLE = f"{SETTINGS}/people"
AMEND = (
    Field("seen", "", "hidden", most=64),
    Field("phone", "联系电话", "text", most=64),
    Field("email", "电子邮箱", "text", hint="涉及本人的邮件寄往此处", most=254),
    Field("remark", "备注", "long", most=2_000),
)
DONE = {"amended": "已更正。邮箱的变动待安全保密管理员核准，核准以前照旧。"}


class Asked(BaseModel):
    """Who is looked for, and after whom the list goes on."""

    name: Words = ""
    after: Words = ""


@router.get(PEOPLE)
def people(request: Request, counter: AtCounter, who: Who, asked: Annotated[Asked, Query()]) -> Response:
    """A part of the list."""
    found = directory_views.people(
        counter.office,
        words=asked.name.strip(),
        after=asked.after or None,
        most=PAGE + 1,
        roles=who.roles,
        at=counter.clock(),
    )
    more = {"name": asked.name, "after": found[PAGE - 1]["code"]} if len(found) > PAGE else None
    return setting(
        request,
        who,
        Section.UNITS,
        "people",
        asked=asked,
        lines=found[:PAGE],
        more=more and address(PEOPLE, more),
        first=address(PEOPLE, {"name": asked.name}),
    )


@router.get(f"{PEOPLE}/{{person}}")
def person(request: Request, counter: AtCounter, who: Who, person: Code) -> Response:
    """One person."""
    return _person(request, counter, who, person)


@router.post(f"{PEOPLE}/{{person}}")
def amend(request: Request, who: Who, form: Form, person: Code) -> Response:
    """Put right how he is reached."""
    check_may_read(who, Section.UNITS)
    sent = sheets.sent(request, who, form)
    place = f"{PEOPLE}/{quote(person, safe='')}"

    def deal() -> Response:
        given = read(sent, AMEND)
        seen = str(given.pop("seen"))
        directory_amending.amend_person(sent.counter.office, person, given, seen=seen, **signed(sent))
        return see(place, "amended")

    def again(back: Back) -> Response:
        return _person(request, sent.counter, who, person, back)

    return answered(sent, "amend", AMEND, place, deal=deal, again=again)


def _person(
    request: Request, counter: Counter, who: Visitor, code: str, back: Back | None = None
) -> Response:
    at = counter.clock()
    one = directory_views.person(counter.office, code, roles=who.roles, at=at)
    return setting(
        request,
        who,
        Section.UNITS,
        "person",
        back=back,
        one=one,
        place=f"{PEOPLE}/{quote(one['code'], safe='')}",
        amending=form_of("amend", AMEND, one, back) if may(who, AMENDING) else None,
        done=told_done(request, DONE),
    )
