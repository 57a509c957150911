"""我的令牌: tokens of the interface somebody makes for himself; each is shown once, when it is made."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from states.accounts.api_tokens import LONGEST_DAYS, LONGEST_NAME
from states.accounts.scopes import TOLD, Scope, scopes_of
from states.errors import FactInvalid, Refusal
from workflow import particulars
from workflow.services.accounts import api_tokens
from workflow.services.accounts.api_tokens import Asked, Made, Proof
from workflow.services.accounts.own import own
from workflow.services.accounts.visitors import Visitor
from workflow.web import sheets
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import saying_when, status_of
from workflow.web.frame.lanes import HASHES, along
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import ACCOUNT, AtCounter, Form, Who
from workflow.web.pages.administering import carried_out, signed
from workflow.web.pages.sign_in import text
from workflow.web.sheets import Sent

router = APIRouter()

TOKENS = f"{ACCOUNT}/tokens"
TokenId = Annotated[str, Path(max_length=particulars.MAX_NAME)]
DAYS = (30, 90, 180, LONGEST_DAYS)
MOST_SCOPES = len(Scope)
DONE = {
    "revoked": "令牌已撤销，立即失效。",
    "again": "这张表单先前已经提交过，没有重复办理；令牌只显示一次，没有记下的，请撤销后另行申领。",
}


@router.get(TOKENS)
def own_tokens(request: Request, counter: AtCounter, who: Who, done: str = "") -> Response:
    """One's own tokens, and the form of a new one."""
    return _page(request, counter, who, done=DONE.get(done, ""))


@router.post(TOKENS)
@along(HASHES)
def make(request: Request, who: Who, form: Form) -> Response:
    """A new token, shown on this answer and nowhere again."""
    sent = sheets.sent(request, who, form)
    return carried_out(
        sent, TOKENS, lambda: _made(sent), lambda refusal: _page(request, sent.counter, who, sent, refusal)
    )


@router.post(f"{TOKENS}/{{token}}/revoke")
def revoke(request: Request, who: Who, form: Form, token: TokenId) -> Response:
    """End one, at once."""
    sent = sheets.sent(request, who, form)

    def deal() -> Response:
        api_tokens.revoke(sent.counter.office, token, **signed(sent))
        return RedirectResponse(f"{TOKENS}?done=revoked", HTTPStatus.SEE_OTHER)

    return carried_out(sent, TOKENS, deal, lambda refusal: _page(request, sent.counter, who, None, refusal))


def asked_in(sent: Sent) -> Asked:
    """A token as its form asks for it. Raises `FactInvalid`, `FactMissing`."""
    name, days = text(sent.form, "name")[: LONGEST_NAME + 1], text(sent.form, "days")
    if days not in map(str, DAYS):
        raise FactInvalid("请选择有效期。", code="token_days_invalid")
    return Asked(name, scopes_of(chosen(sent)), int(days))


def chosen(sent: Sent) -> list[str]:
    """The scopes that were ticked."""
    return [one for one in sent.form.getlist("scope") if isinstance(one, str)][:MOST_SCOPES]


def shown_once(request: Request, made: Made, *, back: str) -> Response:
    """The token, on this answer and nowhere again."""
    return page(request, "token_made.html.j2", made=made, back=back)


def choices(sent: Sent | None) -> dict[str, Any]:
    """What a form of a new token offers, and what of it was chosen."""
    return {
        "days": DAYS,
        "chosen": chosen(sent) if sent else [],
        "given": {name: text(sent.form, name) for name in ("name", "days")} if sent else {},
        "key": sent.key if sent else tokens.new_key(),
        "longest_name": LONGEST_NAME,
    }


def told_scopes(scopes: Mapping[Scope, str] = TOLD) -> list[tuple[str, str, str]]:
    """Each scope with its label and what it gives."""
    return [(one.value, one.label, told) for one, told in scopes.items()]


def _made(sent: Sent) -> Response:
    proof = Proof(text(sent.form, "password"), text(sent.form, "code"))
    made = api_tokens.create(sent.counter.office, sent.who, asked_in(sent), proof, **signed(sent))
    return shown_once(sent.request, made, back=TOKENS)


def _page(
    request: Request,
    counter: Counter,
    who: Visitor,
    sent: Sent | None = None,
    refusal: Refusal | None = None,
    *,
    done: str = "",
) -> Response:
    answer = page(
        request,
        "tokens.html.j2",
        status=HTTPStatus.OK if refusal is None else status_of(refusal),
        own=own(counter.office, who),
        lines=api_tokens.own_tokens(counter.office, who.person, at=counter.clock()),
        scopes=told_scopes(),
        trouble_told=refusal.message if refusal else "",
        done=done,
        **choices(sent),
    )
    return saying_when(answer, refusal)
