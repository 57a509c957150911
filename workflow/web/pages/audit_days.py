"""审计: the record at the end of a day, and what two days differ in: of a case, and of the register."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from states.corrections import EMPTY
from states.errors import NotPermitted, Refusal
from workflow import particulars
from workflow.services import case_past, past_leaves
from workflow.services.accounts.visitors import Visitor
from workflow.services.case_past import check
from workflow.web.frame.counter import Counter
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Who
from workflow.web.pages.administering import address
from workflow.web.pages.case import SHOWN, WORDS
from workflow.web.pages.case_timeline import shortened_by_day

router = APIRouter()

MOST_FIELDS, NOTHING = 200, {"", EMPTY}
TECHNICAL = frozenset({"sha256", "content_sha256", "document_id", "policy", "lifecycle", "calendar"})
"""Fields that say something to machines and to whoever proves the record; shown when they are asked for."""

DAY, DIFFERENCES = "/audit/day", "/audit/differences"
Name = Annotated[str, Field(max_length=particulars.MAX_NAME)]


class AskedDay(BaseModel):
    """Which day, of which case (empty: the whole register), and after which number the page goes on."""

    day: Name = ""
    case: Name = ""
    after: Name = ""


class AskedDays(BaseModel):
    """Between which days; the same for the rest."""

    first: Name = ""
    last: Name = ""
    case: Name = ""
    after: Name = ""


@router.get(DAY)
def on_a_day(
    request: Request, counter: AtCounter, who: Who, asked: Annotated[AskedDay, Query()]
) -> HTMLResponse:
    """What stood in the register at the end of a day, or what was recorded of a case by then."""
    shown: dict[str, Any] = {"asked": asked, "leaf": None, "case": None, "trouble": "", "more": None}

    def found() -> dict[str, Any]:
        day = particulars.read_day(asked.day)
        if asked.case.strip():
            return _case(counter, who, asked.case.strip(), day)
        by, known = counter.onlooker(who), who.roles
        leaf = past_leaves.leaf(counter.office, day, after=asked.after, by=by, known=known)
        here = {"day": asked.day, "after": leaf.more}
        return {"leaf": leaf, "more": leaf.more and address(DAY, here)}

    return page(request, "audit_day.html.j2", **shown | _asked(counter, who, asked.day, found))


@router.get(DIFFERENCES)
def between_days(
    request: Request, counter: AtCounter, who: Who, asked: Annotated[AskedDays, Query()]
) -> HTMLResponse:
    """What the ends of two days differ in."""
    shown: dict[str, Any] = {
        "asked": asked,
        "leaf": None,
        "fields": None,
        "technical": (),
        "trouble": "",
        "more": None,
    }
    here = {"first": asked.first, "last": asked.last}

    def found() -> dict[str, Any]:
        first, last = particulars.read_day(asked.first), particulars.read_day(asked.last)
        if asked.case.strip():
            return _fields(counter, who, asked.case.strip(), first, last)
        by = counter.onlooker(who)
        leaf = past_leaves.differences(counter.office, first, last, after=asked.after, by=by, known=who.roles)
        return {"leaf": leaf, "more": leaf.more and address(DIFFERENCES, {**here, "after": leaf.more})}

    return page(request, "audit_differences.html.j2", **shown | _asked(counter, who, asked.first, found))


def _asked(counter: Counter, who: Visitor, asked: str, found: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What was found, where anything was asked; or what is wrong with what was asked."""
    try:
        if asked.strip():
            return found()
        check(counter.office, by=counter.onlooker(who), known=who.roles)
    except NotPermitted as refusal:
        if refusal.code == "audit_not_permitted":
            raise
        return {"trouble": refusal.message}
    except Refusal as refusal:
        return {"trouble": refusal.message}
    return {}


def _case(counter: Counter, who: Visitor, number: str, day: date) -> dict[str, Any]:
    """A case at the end of a day, once it is written down who looks at it."""
    by, signed = counter.onlooker(who), counter.signature(who)
    found = case_past.on_day(counter.office, number, day, by=by, signed=signed)
    case = found.told["case"]
    facts = [
        (label, WORDS[name](case[name]) if name in WORDS else case[name])
        for name, label in SHOWN
        if case.get(name) not in (None, "", [])
    ]
    return {"case": case, "past": found, "facts": facts, "days": shortened_by_day(reversed(found.entries))}


def _fields(counter: Counter, who: Visitor, number: str, first: date, last: date) -> dict[str, Any]:
    """What differs, without what came without a value and what is beyond the bound of a page."""
    by, signed = counter.onlooker(who), counter.signature(who)
    found = case_past.between(counter.office, number, first, last, by=by, signed=signed)
    told = [one for one in found if {one["old_words"], one["new_words"]} - NOTHING]
    listed = told[:MOST_FIELDS]
    plain = [one for one in listed if one["field"] not in TECHNICAL]
    technical = [one for one in listed if one["field"] in TECHNICAL]
    return {"fields": plain, "technical": technical, "unsaid": len(found) - len(listed)}
