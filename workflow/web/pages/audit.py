"""审计: the auditor's desk: where everything begins, looking for entries, and the access log."""

from datetime import datetime, time
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from states.errors import NotPermitted, Refusal
from states.office_time import OFFICE_ZONE, morning_of
from states.vocabulary import Role
from workflow import particulars
from workflow.services import access_log, audit_search, audit_works, checkpoints
from workflow.services.access_log import Sort
from workflow.services.accounts.visitors import Visitor
from workflow.services.audit_doings import Kind
from workflow.services.searching import Clock, Page, Wanted
from workflow.web.frame.counter import Counter
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Who
from workflow.web.pages.administering import address
from workflow.web.pages.case_timeline import shortened

router = APIRouter()

AUDIT, SEARCH, ACCESS = "/audit", "/audit/search", "/audit/access"
PAGE, MOST_TEXT, MOST_CURSOR = 50, 200, 120
Name = Annotated[str, Field(max_length=particulars.MAX_NAME)]


class Asked(BaseModel):
    """What entries are looked for, and after which the page goes on."""

    case: Name = ""
    person: Name = ""
    since: Name = ""
    until: Name = ""
    after: Annotated[str, Field(max_length=MOST_CURSOR)] = ""

    @property
    def given(self) -> dict[str, str]:
        """The conditions that are given."""
        return {name: text.strip() for name, text in self.model_dump(exclude={"after"}).items() if text}


class Sought(Asked):
    """The same over the whole history."""

    unit: Name = ""
    kind: Name = ""
    text: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    clock: Literal["", "occurred"] = ""
    order: Literal["", "oldest"] = ""

    @property
    def asks(self) -> bool:
        return bool(self.given.keys() - {"clock", "order"})


class Accessed(Asked):
    """The same of the access log."""

    sort: Literal["", "read", "taken", "signed_in", "failed", "rights"] = ""


@router.get(AUDIT)
def desk(request: Request, counter: AtCounter, who: Who) -> Response:
    """Where an audit begins; the audit administrator, who sees no case, has the access log."""
    if Role.AUDIT_ADMIN in who.roles:
        return RedirectResponse(ACCESS, HTTPStatus.SEE_OTHER)
    by = counter.onlooker(who)
    verified = audit_works.newest(counter.office, Kind.VERIFICATION, by=by, most=1, known=who.roles)
    made = checkpoints.list_checkpoints(counter.office, 1)
    return page(
        request, "audit.html.j2", verified=verified[0] if verified else None, made=made[0] if made else None
    )


@router.get(SEARCH)
def search(request: Request, counter: AtCounter, who: Who, asked: Annotated[Sought, Query()]) -> HTMLResponse:
    """What is looked for, once it is written down whose cases are looked into; nothing before it is asked."""
    by, trouble, found = counter.onlooker(who), "", Page()
    choices = None
    try:
        wanted = _wanted(asked) if asked.asks else None
        choices, found = audit_search.search_all(
            counter.office,
            wanted,
            limit=PAGE,
            after=asked.after or None,
            by=by,
            signed=counter.signature(who),
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        trouble = refusal.message
    return page(
        request,
        "audit_search.html.j2",
        asked=asked,
        choices=choices or audit_search.choices(counter.office, by=by),
        trouble=trouble,
        **_listed(found, asked, SEARCH),
    )


@router.get(ACCESS)
def accesses(
    request: Request, counter: AtCounter, who: Who, asked: Annotated[Accessed, Query()]
) -> HTMLResponse:
    """Who read what, took what out, signed in or failed to; the newest first."""
    trouble, found = "", Page()
    try:
        found = _accessed(counter, who, asked)
    except NotPermitted:
        raise
    except Refusal as refusal:
        trouble = refusal.message
    return page(
        request,
        "audit_access.html.j2",
        asked=asked,
        sorts=tuple(Sort),
        sees_cases=Role.AUDIT_ADMIN not in who.roles,
        trouble=trouble,
        **_listed(found, asked, ACCESS),
    )


def _accessed(counter: Counter, who: Visitor, asked: Accessed) -> Page:
    since, until = _span(asked)
    return access_log.access_log(
        counter.office,
        Wanted(about=asked.case.strip() or None, since=since, until=until, newest_first=True),
        sort=Sort(asked.sort) if asked.sort else None,
        person=particulars.read_name(asked.person.strip()) or None,
        limit=PAGE,
        after=asked.after or None,
        by=counter.onlooker(who),
    )


def _listed(found: Page, asked: Asked, place: str) -> dict[str, Any]:
    """The entries, and the ways to the first page and the next."""
    return {
        "entries": shortened(found.entries),
        "first": address(place, asked.given),
        "more": found.next and address(place, {**asked.given, "after": found.next}),
    }


def _wanted(asked: Sought) -> Wanted:
    """Raises `Refusal` for what cannot be read."""
    named = {
        name: particulars.read_name(getattr(asked, name).strip()) or None for name in ("case", "unit", "kind")
    }
    text = particulars.read_text(asked.text.strip()) or None
    since, until = _span(asked)
    return Wanted(
        case=named["case"],
        since=since,
        until=until,
        actor=particulars.read_name(asked.person.strip()) or None,
        kinds=(named["kind"],) if named["kind"] else (),
        text=text,
        clock=Clock(asked.clock) if asked.clock else Clock.RECORDED,
        newest_first=not asked.order,
        unit=named["unit"],
    )


def _span(asked: Asked) -> tuple[datetime | None, datetime | None]:
    """From the beginning of a day to the end of one. Raises `FactInvalid` (`date_invalid`)."""
    since, until = (particulars.read_day(one) if one.strip() else None for one in (asked.since, asked.until))
    return (
        None if since is None else morning_of(since),
        None if until is None else datetime.combine(until, time.max, OFFICE_ZONE),
    )
