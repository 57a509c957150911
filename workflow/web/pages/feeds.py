"""日历订阅: the calendars of whoever is signed in, made on his account's page, and fetched by their address.

Whoever knows the address needs no session; so nothing but a calendar is at it, and no log has it: a request's
line is written with the route's gaps (`tracing`).
"""

import hashlib
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from states.errors import FactInvalid, Refusal
from workflow.ics_feed import MEDIA_TYPE, written
from workflow.services.accounts import feeds
from workflow.web.frame.lanes import CALENDARS, along
from workflow.web.frame.visiting import ACCOUNT, AtCounter, FreshForm, Who
from workflow.web.pages import account
from workflow.web.pages.sign_in import text

router = APIRouter()

HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Disposition": 'inline; filename="duban.ics"',
}
TAG = 32


@router.post(f"{ACCOUNT}/calendars")
def keep(request: Request, counter: AtCounter, who: Who, form: FreshForm) -> Response:
    """Another address, told this once, or none any more."""
    unit, act, by, at = text(form, "unit"), text(form, "act"), counter.signature(who), counter.clock()
    try:
        if act == "make":
            return account.shown(request, who, made=feeds.make(counter.office, unit, by=by, at=at))
        if act == "revoke":
            name = feeds.revoke(counter.office, unit, by=by, at=at)
            return account.shown(request, who, done=f"“{name}”的日历订阅地址已停用。")
        raise FactInvalid("没有写明要做什么，请从页面上操作。", code="form_invalid")
    except Refusal as refusal:
        return account.shown(request, who, refusal=refusal, trouble_with="calendars")


@router.get("/calendars/{secret}.ics")
@along(CALENDARS)
def calendar(request: Request, counter: AtCounter, secret: str) -> Response:
    """A calendar as it is now; nothing anew where whoever fetches has it as it is."""
    address = request.client.host if request.client else ""
    office = counter.office
    found = feeds.fetch(office, secret, address=address, at=counter.clock())
    settings = office.settings
    told = written(
        found.name, found.entries, office_code=settings.office_code or "", public_url=settings.public_url
    )
    headers = {**HEADERS, "ETag": f'"{hashlib.sha256(told).hexdigest()[:TAG]}"'}
    if _has_it(request, headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(told, media_type=MEDIA_TYPE, headers=headers)


def _has_it(request: Request, tag: str) -> bool:
    """Whether a tag of `If-None-Match` is this one; proxies that pack what passes make them weak."""
    given = request.headers.get("if-none-match", "")
    return tag in (one.strip().removeprefix("W/") for one in given.split(","))
