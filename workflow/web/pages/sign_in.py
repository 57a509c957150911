"""Signing in and out."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from states.errors import Refusal
from workflow.errors import SignInRefused, TooManyTries
from workflow.services.accounts import oidc, sessions
from workflow.services.accounts.signing_in import Attempt, is_set_up, sign_in
from workflow.web.frame import cookies
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import saying_when, status_of
from workflow.web.frame.lanes import HASHES, along
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import SIGN_IN, AtCounter, GuestsForm, counter_of, place_after

router = APIRouter()

MOST_AGENT = 200
SAID = {
    "ended": "登录已经结束（长时间没有操作、已在别处退出，或者职责、密码有变动），请重新登录。",
    "unsent": "登录已经结束，刚才填写的没有提交；登录后会回到原来的表单，浏览器的后退可取回所填内容。",
    "lost": "登录已经结束，刚才填写的没有提交，请登录后重新办理。",
    "set": "密码已设置，请登录。",
}


@router.get(SIGN_IN)
def sign_in_form(request: Request, next: str = "", said: str = "") -> Response:
    """The sign-in page; `next` is where somebody wanted to go, `said` why he is here."""
    return shown(request, next=next, said=SAID.get(said, ""))


@router.post(SIGN_IN)
@along(HASHES)
def signing_in(request: Request, counter: AtCounter, form: GuestsForm) -> Response:
    """A try to sign in."""
    cookies.check_private(request)
    place = text(form, "next")
    try:
        signed = sign_in(counter.office, attempt(request, form), at=counter.clock())
    except (SignInRefused, TooManyTries) as refusal:
        return shown(request, next=place, login=text(form, "login"), refusal=refusal)
    answer = begun(request, counter, signed.token, place_after(place))
    cookies.give_device(answer, request, signed.device)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, counter: AtCounter, _: GuestsForm) -> Response:
    """The session is over, here and in the database."""
    token = cookies.session_in(request)
    if token:
        sessions.end(counter.office, token, at=counter.clock())
    answer = RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    cookies.take_session(answer, request)
    return answer


def begun(request: Request, counter: Counter, token: str, place: str) -> Response:
    """A session that begins; the one this browser had before is over."""
    former = cookies.session_in(request)
    if former:
        sessions.end(counter.office, former, at=counter.clock())
    answer = RedirectResponse(place, HTTPStatus.SEE_OTHER)
    cookies.give_session(answer, request, token)
    return answer


def attempt(request: Request, form: FormData) -> Attempt:
    """What somebody tries to sign in with."""
    address = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")[:MOST_AGENT]
    login, password, code = (text(form, name) for name in ("login", "password", "code"))
    return Attempt(login, password, code, address, agent, device=cookies.device_in(request))


def text(form: FormData, name: str) -> str:
    """A field's words; nothing for a file, or a field that is not there."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def shown(
    request: Request, *, next: str = "", login: str = "", said: str = "", refusal: Refusal | None = None
) -> Response:
    """The sign-in page, also as the answer to a sign-in that came to nothing."""
    cookies.check_private(request)
    cookies.welcome(request)
    office = counter_of(request).office
    answer = page(
        request,
        "sign_in.html.j2",
        status=HTTPStatus.OK if refusal is None else status_of(refusal),
        next=next,
        login=login,
        message=refusal.message if refusal else "",
        said=said,
        provider=oidc.is_offered(office.settings),
        is_set_up=is_set_up(office),
    )
    cookies.greet(answer, request)
    return saying_when(answer, refusal)
