"""导入: a ledger, a directory or a notice is handed in, looked through, corrected in cells, brought in."""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel
from pydantic import Field as Bound
from starlette.datastructures import FormData, UploadFile

from states.errors import FactMissing, NotPermitted, Refusal
from states.importing import Kind
from states.register.directory_changes import CALLED
from workflow import particulars
from workflow.errors import NotFound
from workflow.services import register_template
from workflow.services.accounts.visitors import Visitor
from workflow.services.files import waiting_room
from workflow.services.import_room import carrying_out, correcting, receiving, sources, views
from workflow.services.import_room.correcting import Corrected
from workflow.services.import_room.drafts import State
from workflow.services.import_room.registers import FIELDS
from workflow.services.import_room.views import LEAF, TABS
from workflow.services.office import Signature
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import is_unseen, status_of
from workflow.web.frame.lanes import IMPORTS, along
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, LinesForm, Who, counter_of
from workflow.web.pages.files import received
from workflow.web.pages.register_keeping import handed_out
from workflow.workbooks import container

router = APIRouter()

PLACE = "/imports"
CELL, LEFT_OUT, ACCEPTED, COLUMN = "c-", "s-", "a-", "f-"
OF_CELL = re.compile(r"c-(\d{1,7})-(\d{1,3})", re.ASCII)
OF_LINE = re.compile(r"\d{1,7}", re.ASCII)
REFRESH = 3
"""Seconds after which a page that shows progress comes again."""

SAID = {
    "saved": "已保存，并重新检查了一遍。",
    "columns": "已按所选的列重新读取。",
    "mapped": "已按所选的列重新读取，并记下了这一来源的列对应关系。",
    "gone": "已删去这个导入文件；已导入的事项不受影响。",
    "once": "这个文件在您打开页面之后已有变化，或者已经导入过一次，这次没有重复导入；请看现在的情况。",
    "there": "已上传。请核对下面标出的问题，然后导入。",
    "empty": "已上传，但没有读到可以导入的内容，请看下面的说明；不用的请删去。",
}
BLANK: dict[str, Any] = dict.fromkeys(
    ("result", "refusal", "columns", "tallies", "effects", "acts", "calendar")
)
"""What a page asks of a file that not every file has."""

DIRECTORY_EFFECTS = {
    "changed": ("将更新", "已更新"),
    "proposed": (
        "将提请、须经安全保密管理员核准",
        "已提请、须经安全保密管理员核准",
    ),
    "withdrawn": ("将撤回待核准的提请", "已撤回待核准的提请"),
    "given": ("将授予职责", "已授予职责"),
    "ended": ("将终止职责", "已终止职责"),
}
"""What a directory does besides its new lines: as it is told before and after."""

Word = Annotated[str, Bound(max_length=16)]


class Asked(BaseModel):
    """Which lines are looked at, and what was done before."""

    tab: Word = ""
    after: Annotated[int, Bound(ge=0, le=10_000_000)] = 0
    one: Annotated[int | None, Bound(ge=0, le=10_000_000)] = None
    done: Word = ""

    @property
    def given(self) -> dict[str, Any]:
        told = {"tab": self.tab, "after": self.after or "", "one": "" if self.one is None else self.one}
        return {name: value for name, value in told.items() if value != ""}


@router.get(PLACE)
def imports(request: Request, counter: AtCounter, who: Who, done: Word = "") -> Response:
    """One's own files on their way in, and the form to hand in another."""
    return _list(request, counter, who, noted=SAID.get(done, ""))


@router.post(PLACE)
@along(IMPORTS)
def hand_in(*, request: Request, who: Who, form: LinesForm) -> Response:
    """Take a file in; it is read at once and nothing of it is brought in."""
    counter = counter_of(request)
    try:
        form.check_fresh()
        draft = _received(counter, who, form.form)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _list(request, counter, who, trouble=refusal.message, status=status_of(refusal))
    return RedirectResponse(f"{PLACE}/{draft}?done=there", HTTPStatus.SEE_OTHER)


@router.get(f"{PLACE}/template")
def template(counter: AtCounter, who: Who) -> Response:
    """An empty register to be filled in."""
    office, by = counter.office, counter.onlooker(who)
    views.mine(office, by=by)
    file = waiting_room(office.settings.files) / secrets.token_hex(16)
    register_template.write(office, file, at=by.at)
    return handed_out(file, "督办台账-模板.xlsx", container.Kind.XLSX.media)


@router.get(f"{PLACE}/{{draft}}")
def one_import(
    request: Request, counter: AtCounter, who: Who, draft: str, asked: Annotated[Asked, Query()]
) -> Response:
    """A file: how its columns are read, what is wrong in which cell, or how far it is in."""
    return _page(request, counter, who, draft, asked)


@router.post(f"{PLACE}/{{draft}}/{{act}}")
@along(IMPORTS)
def deal_with(*, request: Request, who: Who, form: LinesForm, draft: str, act: str) -> Response:
    """Correct it, bring it in, or put it away."""
    counter, asked = counter_of(request), _asked(form.form)
    try:
        form.check_fresh()
        deal = ACTS.get(act)
        if deal is None:
            views.leaf(counter.office, draft, by=counter.onlooker(who))
            raise NotFound("没有这个页面，请从导入页进入。")
        said = deal(counter, who, draft, form.form)
    except (NotPermitted, NotFound):
        raise
    except Refusal as refusal:
        if is_unseen(refusal):
            raise
        return _page(request, counter, who, draft, asked, form=form.form, refusal=refusal)
    if said == "gone":
        return RedirectResponse(f"{PLACE}?done=gone", HTTPStatus.SEE_OTHER)
    given = {**asked.given, "done": said} if said else {}
    return RedirectResponse(f"{PLACE}/{draft}?{urlencode(given)}".rstrip("?"), HTTPStatus.SEE_OTHER)


def _received(counter: Counter, who: Visitor, form: FormData) -> str:
    upload, by = form.get("file"), counter.signature(who)
    with TemporaryDirectory(dir=waiting_room(counter.office.settings.files)) as folder:
        if not isinstance(upload, UploadFile) or not upload.filename:
            views.mine(counter.office, by=counter.onlooker(who))
            raise FactMissing("请选择要导入的文件。", code="file_missing", missing="file")
        given = received(upload, Path(folder))
        return receiving.receive(counter.office, given, by=by, at=by.recorded_at)


def _save_lines(counter: Counter, who: Visitor, draft: str, form: FormData) -> str:
    correcting.correct_lines(counter.office, draft, _lines(form), **_signed(counter, who))
    return "saved"


def _save_columns(counter: Counter, who: Visitor, draft: str, form: FormData) -> str:
    given = {
        name.removeprefix(COLUMN): str(value) for name, value in form.multi_items() if name.startswith(COLUMN)
    }
    fields = {int(column): name for column, name in given.items() if OF_LINE.fullmatch(column)}
    if name := str(form.get("mapping", "")).strip():
        sources.say(counter.office, draft, fields, name, **_signed(counter, who))
        return "mapped"
    correcting.set_columns(counter.office, draft, fields, **_signed(counter, who))
    return "columns"


def _use_mapping(counter: Counter, who: Visitor, draft: str, form: FormData) -> str:
    sources.use(counter.office, draft, str(form.get("name", "")), **_signed(counter, who))
    return "columns"


def _save_options(counter: Counter, who: Visitor, draft: str, form: FormData) -> str:
    given = {name: str(form.get(name, "")).strip() for name in ("source", "known_since", "year")}
    correcting.set_options(counter.office, draft, given, **_signed(counter, who))
    return "saved"


def _bring_in(counter: Counter, who: Visitor, draft: str, form: FormData) -> str:
    """Short files at once; the rest waits for the worker, whether or not anybody looks on."""
    seen = str(form.get("seen", ""))
    standing = carrying_out.start(counter.office, draft, seen=seen, **_signed(counter, who))
    if standing is None:
        return "once"
    if standing.total <= carrying_out.AT_ONCE:
        carrying_out.carry_out(counter.office, draft, clock=counter.clock)
    return ""


def _put_away(counter: Counter, who: Visitor, draft: str, _: FormData) -> str:
    carrying_out.put_away(counter.office, draft, by=counter.signature(who))
    return "gone"


ACTS: Mapping[str, Callable[[Counter, Visitor, str, FormData], str]] = {
    "lines": _save_lines,
    "columns": _save_columns,
    "mapping": _use_mapping,
    "options": _save_options,
    "start": _bring_in,
    "discard": _put_away,
}


def _signed(counter: Counter, who: Visitor) -> dict[str, Any]:
    by: Signature = counter.signature(who)
    return {"by": by, "at": by.recorded_at}


def _lines(form: FormData) -> dict[int, Corrected]:
    """The lines of a page as they were sent; `every` takes all suggestions there are on it."""
    places = [int(one) for one in map(str, form.getlist("line")) if OF_LINE.fullmatch(one)][:LEAF]
    cells: dict[int, dict[int, str]] = {place: {} for place in places}
    for name, value in form.multi_items():
        found = OF_CELL.fullmatch(name)
        if found and int(found[1]) in cells:
            cells[int(found[1])][int(found[2])] = str(value).replace("\r\n", "\n")
    every = {str(one) for one in form.getlist("takes")} if form.get("every") else set()
    return {
        place: Corrected(
            told, f"{LEFT_OUT}{place}" in form, f"{ACCEPTED}{place}" in form or str(place) in every
        )
        for place, told in cells.items()
    }


def _asked(form: FormData) -> Asked:
    """Where a form was sent from."""
    after, one = str(form.get("after", "")), str(form.get("one", ""))
    return Asked(
        tab=str(form.get("tab", ""))[:16],
        after=int(after) if OF_LINE.fullmatch(after) else 0,
        one=int(one) if OF_LINE.fullmatch(one) else None,
    )


def _list(
    request: Request, counter: Counter, who: Visitor, *, status: int = 200, noted: str = "", trouble: str = ""
) -> Response:
    kinds, drafts = views.mine(counter.office, by=counter.onlooker(who))
    shown = {"kinds": [kind for kind in Kind if kind in kinds], "drafts": drafts}
    bounds = {"most_mib": receiving.MAX_FILE // receiving.MIB, "most_rows": receiving.MAX_ROWS}
    return page(request, "imports.html.j2", status=status, noted=noted, trouble=trouble, **shown, **bounds)


def _page(
    request: Request,
    counter: Counter,
    who: Visitor,
    draft: str,
    asked: Asked,
    *,
    form: FormData | None = None,
    refusal: Refusal | None = None,
) -> Response:
    """The page of a draft; a form that was refused comes back as it was filled in."""
    by, office = counter.onlooker(who), counter.office
    found = views.leaf(office, draft, by=by, tab=asked.tab, after=asked.after, one=asked.one)
    is_under_way = found.draft.state in (State.QUEUED, State.RUNNING)
    before: datetime | None = views.told_before(found.draft)
    return page(
        request,
        "import.html.j2",
        status=HTTPStatus.OK if refusal is None else status_of(refusal),
        leaf=found,
        draft=found.draft,
        file={**BLANK, **found.draft.told},
        asked=asked,
        tabs=[(name, label, found.counts[name]) for name, (label, _) in TABS.items()],
        given={} if form is None else {name: value for name, value in form.items() if isinstance(value, str)},
        trouble="" if refusal is None else refusal.message,
        noted=_noted(asked, found),
        before=before,
        fields=FIELDS,
        directory_tables=CALLED,
        directory_effects=DIRECTORY_EFFECTS,
        refresh=REFRESH if is_under_way else None,
        at_once=carrying_out.AT_ONCE,
        place=f"{PLACE}/{draft[: particulars.MAX_NAME]}",
    )


def _noted(asked: Asked, found: views.Leaf) -> str:
    """What is told of what was done before; of a file just handed in, whether there is anything in it."""
    lineless = found.draft.kind != "calendar" and not any(found.counts.values())
    has_none = lineless or found.draft.told.get("refusal")
    return SAID.get("empty" if asked.done == "there" and has_none else asked.done, "")
