"""系统接口: tokens of other systems, before the three administrators; one proposes, another confirms."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from states.accounts.administrators import DECIDING, PROPOSING
from states.accounts.scopes import OF_MACHINES, TOLD
from states.errors import FactMissing, Refusal
from workflow import particulars
from workflow.errors import NotFound
from workflow.services.accounts import machine_tokens
from workflow.services.accounts.machine_tokens import MOST_UNITS, AskedMachine
from workflow.services.accounts.visitors import Visitor
from workflow.web import sheets
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import status_of
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import carried_out, signed
from workflow.web.pages.sign_in import text
from workflow.web.pages.tokens import asked_in, choices, shown_once, told_scopes
from workflow.web.sheets import NOTHING, Sent

router = APIRouter()

MACHINES = "/machines"
TokenId = Annotated[str, Path(max_length=particulars.MAX_NAME)]
LONGEST_UNITS = 4_000
DONE = {
    "confirm": "已核准，接口即可使用。",
    "decline": "不予核准，令牌作废。",
    "revoke": "已撤销，立即失效。",
    "again": "这张表单先前已经提交过，没有重复办理；令牌只显示一次，没有记下的，请撤销后另行提请。",
}


@router.get(MACHINES)
def machines(request: Request, counter: AtCounter, who: Who, done: str = "") -> Response:
    """The machines' tokens, and the form of a new one."""
    return _page(request, counter, who, done=DONE.get(done, ""))


@router.post(MACHINES)
def propose(request: Request, who: Who, form: Form) -> Response:
    """A new one, shown on this answer and nowhere again."""
    sent = sheets.sent(request, who, form)
    return carried_out(
        sent, MACHINES, lambda: _made(sent), lambda refusal: _page(request, sent.counter, who, sent, refusal)
    )


@router.post(f"{MACHINES}/{{token}}/{{act}}")
def deal_with(request: Request, who: Who, form: Form, token: TokenId, act: str) -> Response:
    """What becomes of one."""
    sent = sheets.sent(request, who, form)

    def deal() -> Response:
        if act not in ACTS:
            raise NotFound("没有这个页面，请从系统接口列表进入。")
        ACTS[act](sent, token)
        return RedirectResponse(f"{MACHINES}?done={act}", HTTPStatus.SEE_OTHER)

    def again(refusal: Refusal) -> Response:
        return _page(request, sent.counter, who, None, refusal, reasons={token: text(sent.form, "reason")})

    return carried_out(sent, MACHINES, deal, again)


def _confirm(sent: Sent, token: str) -> None:
    machine_tokens.confirm(sent.counter.office, token, **signed(sent))


def _decline(sent: Sent, token: str) -> None:
    reason = particulars.read_text(text(sent.form, "reason").strip()) or None
    machine_tokens.decline(sent.counter.office, token, reason=reason, **signed(sent))


def _revoke(sent: Sent, token: str) -> None:
    machine_tokens.revoke(sent.counter.office, token, **signed(sent))


ACTS: Mapping[str, Callable[[Sent, str], None]] = {
    "confirm": _confirm,
    "decline": _decline,
    "revoke": _revoke,
}


def _made(sent: Sent) -> Response:
    answerable = particulars.read_name(text(sent.form, "answerable").strip())
    if not answerable:
        raise FactMissing("请写明系统接口由谁负责。", code="answerable_missing", missing="answerable")
    asked = AskedMachine(asked_in(sent), answerable, _units(sent), whole=text(sent.form, "whole") == "yes")
    made = machine_tokens.propose(sent.counter.office, asked, **signed(sent))
    return shown_once(sent.request, made, back=MACHINES)


def _units(sent: Sent) -> list[str]:
    """Units by name, one a line."""
    lines = text(sent.form, "units")[:LONGEST_UNITS].splitlines()
    return [str(particulars.read_name(one.strip())) for one in lines if one.strip()][: MOST_UNITS + 1]


def _page(
    request: Request,
    counter: Counter,
    who: Visitor,
    sent: Sent | None = None,
    refusal: Refusal | None = None,
    *,
    reasons: Mapping[str, str] = NOTHING,
    done: str = "",
) -> Response:
    by, at = counter.signature(who), counter.clock()
    given = {name: text(sent.form, name) for name in ("answerable", "units", "whole")} if sent else {}
    return page(
        request,
        "machines.html.j2",
        status=HTTPStatus.OK if refusal is None else status_of(refusal),
        lines=[
            _with_form(one, reasons) for one in machine_tokens.list_machines(counter.office, by=by, at=at)
        ],
        scopes=told_scopes({one: told for one, told in TOLD.items() if one in OF_MACHINES}),
        proposes=not PROPOSING.isdisjoint(who.roles),
        decides=not DECIDING.isdisjoint(who.roles),
        trouble_told=refusal.message if refusal else "",
        sight=given,
        done=done,
        **choices(sent),
    )


def _with_form(one: dict[str, Any], reasons: Mapping[str, str]) -> dict[str, Any]:
    return {**one, "key": tokens.new_key(), "reason": reasons.get(one["token"], "")}
