"""Who stands at the counter: the visitor of a session, and the form he sends.

The dependencies every route is built on. A route without a visitor is open to everybody, and there are few of
them.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import AfterValidator
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from states.attachments import MAX_FILES
from workflow.addresses import MATTERS, number_in
from workflow.errors import SignInNeeded
from workflow.services.accounts import sessions
from workflow.services.accounts.visitors import Visitor
from workflow.web.frame import cookies, tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.origins import SAFE, is_told

MAX_FIELDS, MAX_TEXT = 200, 200_000
FEW, SHORT = 20, 4_096
MANY = 1_500
"""Fields of a page of lines, each with the cells that can be corrected."""
SIGN_IN, ACCOUNT = "/sign-in", "/account"


def counter_of(request: Request) -> Counter:
    """The counter of this application."""
    counter: Counter = request.app.state.counter
    return counter


async def counter_at_hand(request: Request) -> Counter:
    """The same as a dependency that takes no thread of the pool."""
    return counter_of(request)


def visitor_in_debt(request: Request) -> Visitor:
    """Who is signed in, also somebody who owes something to his account. Raises `SignInNeeded` for nobody."""
    counter, token = counter_of(request), cookies.session_in(request)
    found = token and sessions.visitor(counter.office, token, at=counter.clock())
    if not found:
        raise SignInNeeded("请先登录。", code="sign_in_needed")
    request.scope["state"] |= {"visitor": found, "person": found.person}
    return found


def visitor(request: Request) -> Visitor:
    """Who is signed in and owes nothing.

    Raises `SignInNeeded` for nobody, and (`account_owes`) for whoever has to choose another password or take
    up a second factor first.
    """
    found = visitor_in_debt(request)
    if found.owes is not None:
        raise SignInNeeded("请先完成账号设置。", code="account_owes", owes=found.owes.value)
    return found


async def guests_form(request: Request) -> AsyncIterator[FormData]:
    """A short form without files, if it was filled in on our page by whoever sends it.

    Raises `FormRefused`.
    """
    async with request.form(max_files=0, max_fields=FEW, max_part_size=SHORT) as form:
        tokens.check(request, form.get(tokens.FIELD))
        yield form


@dataclass(frozen=True, slots=True)
class Incoming:
    """A form of somebody's. One that `is_stale` bears the token of another sign-in, if any: nothing is done
    on it, and it is to be given back for him to look at and send again."""

    form: FormData
    is_stale: bool

    def check_fresh(self) -> None:
        """Raises `SignedInAnew` for a form that is stale."""
        if self.is_stale:
            raise tokens.signed_in_anew()


async def visitors_form(request: Request, _: Annotated[Visitor, Depends(visitor)]) -> AsyncIterator[Incoming]:
    """A form of whoever is signed in, files and all; of nobody else the body is even read.

    Who it is, is asked again once the body is here: it may have taken its time.
    """
    async with request.form(max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_TEXT) as form:
        came = _incoming(request, form)
        await run_in_threadpool(visitor, request)
        yield came


async def fresh_form(came: Annotated[Incoming, Depends(visitors_form)], request: Request) -> FormData:
    """The same of what nobody types much into: one that is stale is refused with `FormRefused`."""
    tokens.check(request, came.form.get(tokens.FIELD))
    return came.form


async def lines_form(request: Request, _: Annotated[Visitor, Depends(visitor)]) -> AsyncIterator[Incoming]:
    """The same with as many fields as a page of lines has, and one file."""
    async with request.form(max_files=1, max_fields=MANY, max_part_size=MAX_TEXT) as form:
        came = _incoming(request, form)
        await run_in_threadpool(visitor, request)
        yield came


async def debtors_form(
    request: Request, _: Annotated[Visitor, Depends(visitor_in_debt)]
) -> AsyncIterator[Incoming]:
    """A short form of somebody who is signed in, whatever he owes to his account."""
    async with request.form(max_files=0, max_fields=FEW, max_part_size=SHORT) as form:
        came = _incoming(request, form)
        await run_in_threadpool(visitor_in_debt, request)
        yield came


def _incoming(request: Request, form: FormData) -> Incoming:
    """One that was filled in under another sign-in is taken back where the browser says that it comes from a
    page of ours; what says nothing is refused with `FormRefused`, or a page of another site could have its
    own words shown in our forms."""
    is_stale = is_told(request.scope) and not tokens.is_his(request, form.get(tokens.FIELD))
    if not is_stale:
        tokens.check(request, form.get(tokens.FIELD))
    return Incoming(form, is_stale)


AtCounter = Annotated[Counter, Depends(counter_at_hand)]
Who = Annotated[Visitor, Depends(visitor)]
MayOwe = Annotated[Visitor, Depends(visitor_in_debt)]
Form = Annotated[Incoming, Depends(visitors_form)]
FreshForm = Annotated[FormData, Depends(fresh_form)]
LinesForm = Annotated[Incoming, Depends(lines_form)]
DebtorsForm = Annotated[Incoming, Depends(debtors_form)]
GuestsForm = Annotated[FormData, Depends(guests_form)]
CaseNumber = Annotated[str, AfterValidator(number_in)]
"""The number of a case, as the address has it."""


def to_sign_in(request: Request, needed: SignInNeeded) -> Response:
    """Where somebody is sent who has to sign in, or to settle something, and comes back from."""
    if needed.code == "account_owes":
        return RedirectResponse(ACCOUNT, 303)
    had_session, is_form = cookies.session_in(request) is not None, request.method not in SAFE
    asked = _asked(request)
    # of the forms only those on matters lie where they are sent to: any other address has no page
    is_page = request.url.path.startswith(MATTERS) if is_form else asked != "/"
    told = {"next": asked} if is_page else {}
    if is_form:
        told["said"] = "unsent" if is_page else "lost"
    elif had_session:
        told["said"] = "ended"
    return RedirectResponse(SIGN_IN + (f"?{urlencode(told)}" if told else ""), 303)


def _asked(request: Request) -> str:
    """The address that was asked for, from the path on."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def place_after(asked: str | None) -> str:
    """Where somebody goes once he has signed in: a page of ours, or the front page."""
    is_ours = asked is not None and asked.startswith("/") and not asked.startswith(("//", "/\\"))
    return asked if is_ours and asked is not None and asked.isprintable() else "/"
