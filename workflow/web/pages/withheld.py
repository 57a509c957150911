"""What is said about a person, before the auditor who writes why he reads it (查阅个人文书)."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from states.words import detail_label
from workflow import particulars
from workflow.errors import NotFound, SignedInAnew
from workflow.services import reading_withheld, readings
from workflow.services.accounts.visitors import Visitor
from workflow.services.reading_withheld import Matter
from workflow.web.fields import Field
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import status_of
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, CaseNumber, Form, Who, counter_of

router = APIRouter()

ID_BOUND = 64
Id = Annotated[str, Path(max_length=ID_BOUND)]


@router.get("/cases/{number}/withheld/{matter}")
def form(request: Request, counter: AtCounter, who: Who, number: CaseNumber, matter: Id) -> HTMLResponse:
    """The form he writes his reason in."""
    with counter.look(who):
        return _page(request, _announced(counter, who, number, matter))


@router.post("/cases/{number}/withheld/{matter}")
def read(request: Request, who: Who, form: Form, number: CaseNumber, matter: Id) -> HTMLResponse:
    """What it says, this once; or the form again, where it gives no reason."""
    counter = counter_of(request)
    found, given = _announced(counter, who, number, matter), form.form.get("reason")
    try:
        form.check_fresh()
        reason = particulars.read("reason", given if isinstance(given, str) else None)
        told = reading_withheld.read_withheld(
            counter.office, matter, reason=reason, by=counter.signature(who)
        )
    except (FactMissing, FactInvalid, SignedInAnew) as refusal:
        return _page(request, found, given=given, refusal=refusal)
    return _page(request, found, told=told)


def _announced(counter: Counter, who: Visitor, number: str, matter: str) -> Matter:
    """What is to be read. To anybody but the auditor there is no such page."""
    try:
        found = reading_withheld.announced(counter.office, matter, by=counter.onlooker(who))
    except (FactInvalid, NotPermitted, NotFound):
        raise _unknown() from None
    if found.case != number:
        raise _unknown()
    readings.note(counter.office, [number], "paper", by=counter.signature(who))
    return found


def _unknown() -> NotFound:
    return NotFound("没有这件文书或措施，或者您不能查阅它。", code="paper_unknown")


def _page(
    request: Request,
    found: Matter,
    *,
    given: Any = "",
    refusal: Refusal | None = None,
    told: dict[str, Any] | None = None,
) -> HTMLResponse:
    reason = Field("reason", "查阅理由", "long", owed=True, value=str(given), error=_error(refusal))
    return page(
        request,
        "withheld.html.j2",
        status=HTTPStatus.OK if refusal is None else status_of(refusal),
        found=found,
        reason=reason,
        message=_error(refusal),
        told=told,
        steps=[{**one, "said": list(_said(one["words"]))} for one in (told or {}).get("steps", ())],
    )


def _error(refusal: Refusal | None) -> str:
    return refusal.message if refusal else ""


def _said(words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Words under what they are; what a paper states stands in its text."""
    for name, value in words.items():
        yield detail_label(name), "；".join(map(str, value.values())) if isinstance(value, Mapping) else value
