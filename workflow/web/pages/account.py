"""Everybody's own account: another password, a second factor."""

from collections.abc import Callable
from http import HTTPStatus

import segno
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from states.errors import Refusal
from workflow.services.accounts import enrolling, feeds, proving
from workflow.services.accounts.changing import change_password
from workflow.services.accounts.devices import kept_after_change
from workflow.services.accounts.enrolling import Offer
from workflow.services.accounts.feeds import Made
from workflow.services.accounts.own import own, rules
from workflow.services.accounts.visitors import Visitor
from workflow.web.frame import cookies
from workflow.web.frame.faults import saying_when, status_of
from workflow.web.frame.lanes import HASHES, along
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import ACCOUNT, AtCounter, DebtorsForm, Incoming, MayOwe, counter_of
from workflow.web.pages.invitations import check_alike
from workflow.web.pages.sign_in import text

router = APIRouter()

DONE = {
    "password": "密码已更换，其他地方的登录已全部退出。",
    "enrolled": "动态码已启用，下次登录须填写动态码。",
    "dropped": "动态码已停用。",
}


@router.get(ACCOUNT)
def account(request: Request, who: MayOwe, done: str = "") -> Response:
    """One's own account, open also to whoever has to settle something with it first."""
    return shown(request, who, done=DONE.get(done, ""))


@router.post(f"{ACCOUNT}/password")
@along(HASHES)
def password(request: Request, counter: AtCounter, who: MayOwe, form: DebtorsForm) -> Response:
    """Another password."""

    def change() -> str:
        check_alike(form.form, "new")
        old, new = text(form.form, "old"), text(form.form, "new")
        return change_password(counter.office, who, old, new, at=counter.clock())

    return _settled(request, who, form, "password", change)


@router.post(f"{ACCOUNT}/second-factor/begin")
@along(HASHES)
def begin(request: Request, counter: AtCounter, who: MayOwe, form: DebtorsForm) -> Response:
    """What a telephone needs to make codes, for whoever knows the password."""
    office, at = counter.office, counter.clock()
    try:
        form.check_fresh()
        proving.password(office, who, text(form.form, "old"), at=at)
        offer = enrolling.begin_enrolment(office, who, at=at)
    except Refusal as refusal:
        return shown(request, who, refusal=refusal, trouble_with="enrolled")
    return shown(request, who, offer=offer)


@router.post(f"{ACCOUNT}/second-factor")
def finish(request: Request, counter: AtCounter, who: MayOwe, form: DebtorsForm) -> Response:
    """The first code it made."""
    office, code, at = counter.office, text(form.form, "code"), counter.clock()
    return _settled(
        request, who, form, "enrolled", lambda: enrolling.finish_enrolment(office, who, code, at=at)
    )


@router.post(f"{ACCOUNT}/second-factor/drop")
def drop(request: Request, counter: AtCounter, who: MayOwe, form: DebtorsForm) -> Response:
    """The last one."""
    office, code, at = counter.office, text(form.form, "code"), counter.clock()
    return _settled(request, who, form, "dropped", lambda: enrolling.drop(office, who, code, at=at))


def _settled(
    request: Request, who: Visitor, came: Incoming, what: str, settle: Callable[[], str]
) -> Response:
    """Settle something with the account; the session goes on under the token that comes of it."""
    try:
        came.check_fresh()
        token = settle()
    except Refusal as refusal:
        offer = enrolling.offered(counter_of(request).office, who) if what == "enrolled" else None
        return shown(request, who, refusal=refusal, trouble_with=what, offer=offer)
    answer = RedirectResponse(f"{ACCOUNT}?done={what}", HTTPStatus.SEE_OTHER)
    cookies.give_session(answer, request, token)
    if what == "password":
        counter, kept = counter_of(request), cookies.device_in(request)
        kept = kept_after_change(counter.office, who.person, kept, at=counter.clock())
        cookies.give_device(answer, request, kept)
    return answer


def shown(
    request: Request,
    who: Visitor,
    *,
    offer: Offer | None = None,
    refusal: Refusal | None = None,
    trouble_with: str = "",
    done: str = "",
    made: Made | None = None,
) -> Response:
    """One's own account, with what came of a form; `made` is an address of a calendar, shown this once."""
    counter = counter_of(request)
    office = counter.office
    calendars = () if who.owes else feeds.places(office, counter.onlooker(who))
    answer = page(
        request,
        "account.html.j2",
        status=HTTPStatus.OK if refusal is None else status_of(refusal),
        own=own(office, who),
        rules=rules(office),
        offer=offer,
        picture=_picture(offer),
        trouble_told={trouble_with: refusal.message} if refusal else {},
        done=done,
        calendars=calendars,
        made=made,
    )
    return saying_when(answer, refusal)


def _picture(offer: Offer | None) -> str:
    """The code a telephone reads, as an address of its own."""
    return "" if offer is None else str(segno.make(offer.uri, error="m").svg_data_uri(scale=4, border=2))
