"""Setting the first password, or a new one after a reset, by a link that works once."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from states.errors import FactInvalid, Refusal
from workflow.errors import InvitationRefused
from workflow.services.accounts import invitations
from workflow.services.accounts.own import rules
from workflow.web.frame import cookies
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import saying_when, status_of
from workflow.web.frame.lanes import HASHES, along
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import SIGN_IN, AtCounter, GuestsForm
from workflow.web.pages.sign_in import text

router = APIRouter()


@router.get("/invitations/{token}")
def invitation(request: Request, counter: AtCounter, token: str) -> Response:
    """The page of an invitation: whose it is, until when, and what is to be done."""
    return _shown(request, counter, token)


@router.post("/invitations/{token}")
@along(HASHES)
def accepting(request: Request, counter: AtCounter, token: str, form: GuestsForm) -> Response:
    """The password somebody chose."""
    cookies.check_private(request)
    try:
        check_alike(form, "password")
        password, code = text(form, "password"), text(form, "code")
        invitations.accept(counter.office, token, password, code=code, at=counter.clock())
    except Refusal as refusal:
        return _shown(request, counter, token, refusal)
    return RedirectResponse(f"{SIGN_IN}?said=set", HTTPStatus.SEE_OTHER)


def check_alike(form: FormData, name: str) -> None:
    """Raises `FactInvalid` (`passwords_differ`) where the second time something else was typed."""
    if text(form, name) != text(form, "again"):
        raise FactInvalid("两次输入的密码不一样，请重新输入。", code="passwords_differ")


def _shown(request: Request, counter: Counter, token: str, refusal: Refusal | None = None) -> Response:
    """The page, without a form where the invitation does not hold or waits; only to whoever holds one that
    holds does it tell a name."""
    cookies.check_private(request)
    cookies.welcome(request)
    shown = None
    try:
        shown = invitations.look(counter.office, token, at=counter.clock())
    except InvitationRefused as over:
        refusal = refusal if isinstance(refusal, InvitationRefused) else over
    answer = page(
        request,
        "invitation.html.j2",
        status=HTTPStatus.OK if refusal is None else status_of(refusal),
        rules=rules(counter.office),
        shown=shown,
        message=refusal.message if refusal else "",
    )
    answer.headers["Referrer-Policy"] = "strict-origin"  # the token in the address goes to nobody's log
    cookies.greet(answer, request)
    return saying_when(answer, refusal)
