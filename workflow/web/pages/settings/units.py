"""单位: the tree, one unit, what is put right of it, and reforms, looked at before they are registered."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from states.office_time import office_day
from states.register.directory import CODE_BOUND, UNIT_BOUNDS
from states.register.directory_amending import LABELS
from states.settings_rights import AMENDING, OFFICE, Section
from workflow.errors import NotFound
from workflow.services import directory_amending, directory_views, reforms
from workflow.services.accounts.visitors import Visitor
from workflow.services.reforms import Decree, Reform
from workflow.web import sheets
from workflow.web.fields import Field
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import address, signed
from workflow.web.pages.settings.framing import (
    PLACES,
    Back,
    Code,
    Words,
    answered,
    check_may_read,
    form_of,
    may,
    read,
    see,
    setting,
    told_done,
)
from workflow.web.pages.sign_in import text
from workflow.web.sheets import Sent

router = APIRouter()

UNITS = PLACES[Section.UNITS]
PAGE = 200
SEEN = Field("seen", "", "hidden", most=64)
ALIASES = Field("aliases", "别名", "lines", hint="一行一个；旧台账里的写法、曾用名", most=4_000)


def _text(name: str, **more: Any) -> Field:
    return Field(name, LABELS[name], "text", most=UNIT_BOUNDS.get(name, 64), **more)


OF_A_UNIT = (
    _text("name", owed=True),
    _text("short_name"),
    Field("parent", "上级单位", "unit", hint="不填为最上一级", most=128),
    _text("kind", hint="如政府工作部门、区（市）"),
    _text("head_name"),
    _text("head_post"),
    _text("liaison_name"),
    _text("liaison_post"),
    _text("phone"),
    _text("email", hint="文书寄往此处"),
    Field("valid_from", "有效期起", "day"),
    Field("valid_to", "有效期止", "day", hint="停用而无承继单位的填；有承继的请用合并"),
    ALIASES,
    Field("remark", "备注", "long", most=2_000),
)
NEW = (Field("code", "单位编码", "text", owed=True, hint="如BH240", most=CODE_BOUND), *OF_A_UNIT)
AMEND = (SEEN, *OF_A_UNIT)
DECREE = (
    Field("on", "生效日期", "day", owed=True, hint="机构改革文件所定；不早于一年以前"),
    Field("basis", "依据", "text", owed=True, hint="机构改革文件，如滨编发〔2026〕3号", most=200),
)
RENAME = (Field("to", "新名称", "text", owed=True, most=128), *DECREE)
MERGE = (Field("into", "并入（承继的单位）", "unit", owed=True, most=128), *DECREE)
REFORMS = {"rename": RENAME, "merge": MERGE}
KINDS = {"renamed": "更名", "merged": "合并"}
FIELD_OF = {
    **dict.fromkeys(("name_unchanged", "name_taken", "name_invalid"), "to"),
    **dict.fromkeys(("reform_in_future", "reform_too_old", "reform_before_founding"), "on"),
    **dict.fromkeys(("date_invalid", "year_out_of_range"), "on"),
    **dict.fromkeys(
        ("succeeds_itself", "succession_circle", "successor_not_yet", "successor_is_group"), "into"
    ),
    **dict.fromkeys(("unit_unknown", "unit_ambiguous"), "into"),
    "basis_missing": "basis",
}
DONE = {
    "amended": "已更正。需要安全保密管理员核准的，列在“待确认”中，核准以前照旧。",
    "added": "已增设。",
    "renamed": "已登记更名，原名留作别名。",
    "merged": "已登记合并，在办事项由承继单位接续。",
}


class Asked(BaseModel):
    """Which units are looked for."""

    name: Words = ""
    ended: Words = ""
    part: Annotated[int, Query(ge=0, le=10_000)] = 0
    done: Words = ""


@router.get(UNITS)
def units(request: Request, counter: AtCounter, who: Who, asked: Annotated[Asked, Query()]) -> Response:
    """The tree of units."""
    return _tree(request, counter, who, asked)


@router.post(UNITS)
def add(request: Request, who: Who, form: Form) -> Response:
    """Let a unit join the directory."""
    check_may_read(who, Section.UNITS)
    sent = sheets.sent(request, who, form)

    def deal() -> Response:
        given = read(sent, NEW)
        directory_amending.add_unit(sent.counter.office, given, **signed(sent))
        return see(_place(given["code"]), "added")

    def again(back: Back) -> Response:
        return _tree(request, sent.counter, who, Asked(), back)

    return answered(sent, "add", NEW, UNITS, deal=deal, again=again)


@router.get(f"{UNITS}/{{code}}")
def unit(request: Request, counter: AtCounter, who: Who, code: Code) -> Response:
    """One unit, and what may be done with it."""
    return _unit(request, counter, who, code)


@router.post(f"{UNITS}/{{code}}/{{act}}")
def deal_with(request: Request, who: Who, form: Form, code: Code, act: Code) -> Response:
    """Put it right, or register its reform: looked at first where that is asked."""
    check_may_read(who, Section.UNITS)
    sent = sheets.sent(request, who, form)
    these = {"amend": AMEND, **REFORMS}.get(act)
    if these is None:
        raise NotFound("没有这个页面，请从单位一览进入。")

    def deal() -> Response:
        return _amended(sent, code) if act == "amend" else _reformed(sent, code, act)

    def again(back: Back) -> Response:
        return _unit(request, sent.counter, who, code, _beside(back, these))

    return answered(sent, act, these, _place(code), deal=deal, again=again)


def _beside(back: Back, these: tuple[Field, ...]) -> Back:
    """A refusal of a reform beside its field, where its code says which."""
    named = FIELD_OF.get(back.refusal.code)
    if back.errors or back.act == "amend" or named not in {one.name for one in these}:
        return back
    return Back(back.act, back.sent, back.refusal, {str(named): back.refusal.message})


def _amended(sent: Sent, code: str) -> Response:
    given = read(sent, AMEND)
    seen = str(given.pop("seen"))
    directory_amending.amend_unit(sent.counter.office, code, given, seen=seen, **signed(sent))
    return see(_place(code), "amended")


def _reformed(sent: Sent, code: str, act: str) -> Response:
    """Register a reform, or show what it would do."""
    given, is_rehearsal = read(sent, REFORMS[act]), text(sent.form, "decision") != "do"
    decree = Decree(given["on"], given["basis"], **signed(sent), dry_run=is_rehearsal)
    office = sent.counter.office
    if act == "rename":
        made = reforms.rename(office, code, given["to"], decree)
    else:
        made = reforms.merge(office, [code], given["into"], decree)
    if not is_rehearsal:
        return see(_place(code), made.kind)
    return _rehearsed(sent, code, act, made)


def _rehearsed(sent: Sent, code: str, act: str, made: Reform) -> Response:
    """What a reform would do, and the form to register it."""
    names = ("to", "into", "on", "basis")
    return setting(
        sent.request,
        sent.who,
        Section.UNITS,
        "reform",
        made=made.as_json(),
        called=made.called,
        kind=KINDS[made.kind],
        place=f"{_place(code)}/{act}",
        back_to=_place(code),
        given=[(name, text(sent.form, name)) for name in names if name in sent.form],
        key=tokens.new_key(),
    )


def _tree(
    request: Request, counter: Counter, who: Visitor, asked: Asked, back: Back | None = None
) -> Response:
    at = counter.clock()
    words, ended = asked.name.strip(), bool(asked.ended)
    found = directory_views.tree(counter.office, words=words, ended=ended, roles=who.roles, at=at)
    first, last = asked.part * PAGE, (asked.part + 1) * PAGE
    more = address(UNITS, {"name": words, "ended": asked.ended, "part": asked.part + 1})
    return setting(
        request,
        who,
        Section.UNITS,
        "units",
        back=back,
        asked=asked,
        lines=found[first:last],
        count=len(found),
        more=more if len(found) > last else "",
        first=address(UNITS, {"name": words, "ended": asked.ended}),
        adding=form_of("add", NEW, {}, back) if may(who, AMENDING) else None,
        units=sorted(one["name"] for one in found),
        done=told_done(request, DONE),
    )


def _unit(request: Request, counter: Counter, who: Visitor, code: str, back: Back | None = None) -> Response:
    at = counter.clock()
    one = directory_views.unit(counter.office, code, roles=who.roles, at=at)
    forms = {act: form_of(act, these, {"on": office_day(at)}, back) for act, these in REFORMS.items()}
    return setting(
        request,
        who,
        Section.UNITS,
        "unit",
        back=back,
        one=one,
        place=_place(one["code"]),
        amending=form_of("amend", AMEND, {**one, "parent": one["parent_name"]}, back)
        if may(who, AMENDING)
        else None,
        reforms=forms if may(who, OFFICE) and not one["ended"] else {},
        units=one["names"],
        done=told_done(request, DONE),
    )


def _place(code: str) -> str:
    return f"{UNITS}/{quote(code, safe='')}"
