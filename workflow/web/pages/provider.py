"""Signing in through the provider of the province or the city (统一身份认证)."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from states.errors import Refusal
from workflow.services.accounts import oidc
from workflow.web.frame import cookies
from workflow.web.frame.lanes import TALKS, along
from workflow.web.frame.visiting import SIGN_IN, AtCounter
from workflow.web.pages.sign_in import MOST_AGENT, begun, shown

PROVIDER = f"{SIGN_IN}/provider"
BACK = f"{PROVIDER}/back"

router = APIRouter()


@router.get(PROVIDER)
@along(TALKS)
def begin(request: Request, counter: AtCounter) -> Response:
    """The way to the provider; the browser keeps what its answer is held against."""
    cookies.check_private(request)
    try:
        asked = oidc.begin(counter.office, _back(request), address=_address(request), at=counter.clock())
    except Refusal as refusal:
        return shown(request, refusal=refusal)
    answer = RedirectResponse(asked.url, HTTPStatus.SEE_OTHER)
    cookies.give_question(answer, request, asked.kept)
    return answer


@router.get(BACK)
@along(TALKS)
def back(request: Request, counter: AtCounter) -> Response:
    """Whoever comes back from there."""
    cookies.check_private(request)
    caller = oidc.Caller(_address(request), request.headers.get("user-agent", "")[:MOST_AGENT])
    kept, at = cookies.question_in(request), counter.clock()
    try:
        signed = oidc.finish(counter.office, dict(request.query_params), kept, caller=caller, at=at)
    except Refusal as refusal:
        return shown(request, refusal=refusal)
    answer = begun(request, counter, signed.token, "/")
    cookies.take_question(answer, request)
    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _back(request: Request) -> str:
    """Where the provider sends people back to: the address they know us by."""
    public = request.app.state.counter.office.settings.public_url
    return f"{(public or str(request.base_url)).rstrip('/')}{BACK}"
