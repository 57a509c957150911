"""登录情况: everybody's sessions before the three administrators, the newest first."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from states.errors import NotPermitted, Refusal
from workflow import particulars
from workflow.services.accounts import listing
from workflow.services.accounts.visitors import Visitor
from workflow.web.frame.counter import Counter
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Who
from workflow.web.pages.administering import PAGE, address

router = APIRouter()

SESSIONS = "/sessions"
Words = Annotated[str, Field(max_length=particulars.MAX_NAME)]


class Asked(BaseModel):
    """Whose sessions, and after which the list goes on."""

    person: Words = ""
    after: Words = ""


@router.get(SESSIONS)
def sessions(request: Request, counter: AtCounter, who: Who, asked: Annotated[Asked, Query()]) -> Response:
    """A part of the list."""
    trouble = ""
    try:
        found = _found(counter, who, asked)
    except NotPermitted:
        raise
    except Refusal as refusal:
        found, trouble = [], refusal.message
    lines, last = listing.cut(found, PAGE)
    return page(
        request,
        "sessions.html.j2",
        lines=lines,
        asked=asked,
        trouble_told=trouble,
        more=last and address(SESSIONS, {"person": asked.person, "after": last["session"]}),
        first=address(SESSIONS, {"person": asked.person}),
    )


def _found(counter: Counter, who: Visitor, asked: Asked) -> list[dict[str, object]]:
    person = particulars.read_name(asked.person) or None
    return listing.list_sessions(
        counter.office,
        person,
        after=asked.after or None,
        most=PAGE + 1,
        by=counter.signature(who),
        at=counter.clock(),
    )
