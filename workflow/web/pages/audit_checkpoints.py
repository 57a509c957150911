"""审计: checkpoints: those there are, one made now, one held against the database, the file of one."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile

from states.errors import FactMissing, NotPermitted, Refusal
from workflow.services import case_past, checkpoint_comparing, checkpoints
from workflow.services.accounts.visitors import Visitor
from workflow.services.checkpoint_comparing import Compared
from workflow.signing import on_paper
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import status_of
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Form, FreshForm, Who, counter_of
from workflow.web.pages.audit_works import MOST_CHECKPOINT
from workflow.web.pages.files import HEADERS, disposition

router = APIRouter()

CHECKPOINTS, COMPARISON = "/audit/checkpoints", "/audit/comparison"
SHOWN, MOST_NUMBER = 50, 2**63 - 1
NONE_GIVEN = "请选择检查点文件，或者粘贴检查点的全文。"
NOTHING_NEW = "最近的检查点以后没有新的记载，无须另做。"
Serial = Annotated[int, Path(ge=1, le=MOST_NUMBER)]


class Asked(BaseModel):
    """What was done a moment ago: the number of the checkpoint made, or 0 where nothing was new."""

    made: Annotated[int | None, Field(ge=0, le=MOST_NUMBER)] = None


@router.get(CHECKPOINTS)
def listed(request: Request, counter: AtCounter, who: Who, asked: Annotated[Asked, Query()]) -> HTMLResponse:
    """The newest checkpoints."""
    done = {None: "", 0: NOTHING_NEW}.get(asked.made, f"已生成第{asked.made}号检查点，请下载后存到系统之外。")
    return _page(request, counter, who, done=done)


@router.post(CHECKPOINTS)
def make(request: Request, who: Who, form: FreshForm) -> Response:
    """Make one of everything there is, unless the last one covers it."""
    counter = counter_of(request)
    tokens.key_in(form.get(tokens.KEY_FIELD))
    case_past.check(counter.office, by=counter.onlooker(who), known=who.roles)
    try:
        number = _made(counter, who)
    except Refusal as refusal:
        return _page(request, counter, who, refusal=refusal)
    return RedirectResponse(f"{CHECKPOINTS}?made={number}", HTTPStatus.SEE_OTHER)


@router.post(COMPARISON)
def compare(request: Request, who: Who, form: Form) -> HTMLResponse:
    """Hold one that was kept outside, typed in or as a file, against the database."""
    counter = counter_of(request)
    given = _text(form.form)
    try:
        form.check_fresh()
        if not given.strip():
            raise FactMissing(NONE_GIVEN, code="field_missing", missing="text")
        found = checkpoint_comparing.compare(counter.office, given, by=counter.onlooker(who))
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _page(request, counter, who, refusal=refusal, given=given)
    return _page(request, counter, who, compared=found, given=given)


@router.get(CHECKPOINTS + "/{serial}")
def file(counter: AtCounter, who: Who, serial: Serial) -> Response:
    """The file of one, to the byte."""
    case_past.check(counter.office, by=counter.onlooker(who), known=who.roles)
    one = checkpoints.show(counter.office, serial)
    name = f"checkpoint-{one['number']:06}-{one['short']}.txt"
    headers = {**HEADERS, "Content-Disposition": disposition(name)}
    return Response(one["text"], media_type="text/plain; charset=utf-8", headers=headers)


def _made(counter: Counter, who: Visitor) -> int:
    """The number of the checkpoint made now; 0 where nothing is new."""
    if not checkpoints.anything_new(counter.office):
        return 0
    kept = checkpoints.checkpoint(counter.office, at=counter.clock(), by=counter.signature(who))
    return kept.made.number if kept.made else 0


def _page(
    request: Request,
    counter: Counter,
    who: Visitor,
    *,
    done: str = "",
    refusal: Refusal | None = None,
    given: str = "",
    compared: Compared | None = None,
) -> HTMLResponse:
    case_past.check(counter.office, by=counter.onlooker(who), known=who.roles)
    lines = checkpoints.list_checkpoints(counter.office, SHOWN)
    return page(
        request,
        "audit_checkpoints.html.j2",
        status=HTTPStatus.OK if refusal is None else status_of(refusal),
        lines=lines,
        public=on_paper(lines[0]["key"]) if lines else "",
        shown=SHOWN,
        done=done,
        trouble=refusal.message if refusal else "",
        given=given,
        compared=compared,
        key=tokens.new_key(),
        most=MOST_CHECKPOINT,
    )


def _text(form: FormData) -> str:
    """The file that was chosen, or else what was typed; past the bound it is cut off."""
    chosen, typed = form.get("file"), form.get("text", "")
    if isinstance(chosen, UploadFile) and chosen.filename:
        return chosen.file.read(MOST_CHECKPOINT).decode("utf-8-sig", errors="replace")
    return typed.replace("\r\n", "\n")[:MOST_CHECKPOINT] if isinstance(typed, str) else ""
