"""台账: the register as whoever is signed in may see it."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field

from states.errors import Refusal
from states.visibility import sees_no_case
from workflow import particulars
from workflow.services import leafing, register
from workflow.services.leafing import Leaf
from workflow.storage.leafing import Sought
from workflow.web import fields
from workflow.web.frame.counter import Counter
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Who
from workflow.web.pages.accounts import ACCOUNTS

router = APIRouter()

MOST_ID = 2**63 - 1
NOTHING = Leaf((), (), None)
Words = Annotated[str, Field(max_length=particulars.MAX_NAME)]


class Asked(BaseModel):
    """What is looked for, and where the leaf begins."""

    state: Words = ""
    unit: Words = ""
    words: Words = ""
    after: Annotated[int | None, Field(ge=0, le=MOST_ID)] = None


@router.get("/")
def front(who: Who) -> RedirectResponse:
    """Where everybody begins: at the register, or who sees no case at the accounts."""
    return RedirectResponse(ACCOUNTS if sees_no_case(who.roles) else "/cases", HTTPStatus.SEE_OTHER)


@router.get("/cases")
def cases(request: Request, counter: AtCounter, who: Who, wanted: Annotated[Asked, Query()]) -> HTMLResponse:
    """A leaf of the register."""
    asked, by, office = wanted.model_dump(exclude={"after"}), counter.onlooker(who), counter.office
    found, trouble = NOTHING, ""
    try:
        found = leafing.leaf(office, _sought(counter, asked), by=by, today=by.at, after=wanted.after)
    except Refusal as refusal:
        trouble, found = refusal.message, leafing.blank(office, by=by)
    return page(
        request,
        "register.html.j2",
        asked=asked,
        leaf=found,
        trouble=trouble,
        openings=[row for row in found.openings if fields.has_form(row)],
        begun=wanted.after is not None,
        first=_address(asked),
        more=_address(asked, found.after) if found.after is not None else None,
    )


def _sought(counter: Counter, asked: dict[str, str]) -> Sought:
    given = {name: particulars.read_name(text) or None for name, text in asked.items()}
    units = register.check_filters(counter.office, state=given["state"], unit=given["unit"])
    return Sought(given["state"], units, given["words"])


def _address(asked: dict[str, str], after: int | None = None) -> str:
    named: dict[str, Any] = {name: text for name, text in asked.items() if text}
    query = urlencode(named if after is None else {**named, "after": after})
    return f"/cases?{query}" if query else "/cases"
