"""`duban intake …`: what came in from elsewhere, dealt with; drafts out of minutes and instructions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from states.errors import FactInvalid, FactMissing
from states.intake.minutes import Draft, Rule, Taken, fingerprint, taken_apart
from states.office_time import office_minute
from workflow import particulars
from workflow.cli.acted import answer_act
from workflow.cli.groups import Group
from workflow.cli.opening import onlooker, open_installation, signature
from workflow.cli.options import AsJson, AsPerson, AsViewer, At, check_named, moment
from workflow.cli.output import answer, now, screen
from workflow.cli.redacting import IN_THE_FILE
from workflow.cli.tables import SHOWN_ID, table
from workflow.services.files import Given
from workflow.services.intake import calling_back, dealing, desk, folder, minutes, redacting
from workflow.services.intake.calling_back import Source
from workflow.services.intake.desk import Line, Whole
from workflow.services.intake.items import Item, Supplement
from workflow.services.intake.minutes import Chosen, Made
from workflow.services.office import Office

Named = Annotated[
    str, typer.Argument(help="来件：本系统编号（可只写开头）或来源编号", callback=particulars.read_name)
]
Seen = Annotated[
    int | None, typer.Option("--seen", help="办理前看到的补充次数；其间又有补充的不予办理", min=0)
]
HEADINGS = ("编号", "来源", "来源编号", "标题", "收到", "状态", "事项")
DRAFTED = ("序", "原文编号", "事项名称", "牵头单位", "配合单位", "期限", "批示用语")

app = typer.Typer(
    cls=Group, no_args_is_help=True, help="来件：热线、信访等移送的，登记、并入、退回；由会议纪要、批示起草"
)


@app.command("list")
def list_items(
    *,
    settled: Annotated[bool, typer.Option("--settled", help="只列已办的")] = False,
    viewer: AsViewer = None,
    as_json: AsJson = False,
) -> None:
    """待办的来件，等候久的在前；或者已办的。"""
    found = desk.inbox(open_installation(), by=onlooker(viewer), settled=settled)
    document = {
        "items": [_line(one) for one in found.lines],
        "waiting": found.waiting,
        "more": found.after is not None,
    }
    answer(as_json, document, lambda: screen.print(_listed(found.lines)))


@app.command("show")
def show(item: Named, *, viewer: AsViewer = None, as_json: AsJson = False) -> None:
    """一个来件：内容、附件、补充、可能重复的事项和进度。"""
    office, by = open_installation(), onlooker(viewer)
    found = desk.whole(office, desk.id_of(office, item, by=by), by=by)
    answer(as_json, _whole(found), lambda: _say(found))


@app.command("register")
def register(
    item: Named,
    *,
    title: Annotated[str | None, typer.Option("--title", help="事项名称；不写则用来件的标题")] = None,
    source: Annotated[str | None, typer.Option("--source", help="事项来源；不写则为来件的来源")] = None,
    basis: Annotated[str | None, typer.Option("--basis", help="交办依据")] = None,
    requirement: Annotated[str | None, typer.Option("--requirement", help="工作要求（销号标准）")] = None,
    complexity: Annotated[str | None, typer.Option("--complexity", help="难易程度")] = None,
    seen: Seen = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """登记为新事项（拟办），附件随之转入。"""
    office, found, signed = _begun(item, person, at, seen)
    words = {
        "title": title or found.item.arrival.title,
        "source": source or found.item.source,
        "basis": basis,
    }
    words |= {"requirement": requirement, "complexity": complexity}
    details = {name: particulars.read(name, text) for name, text in words.items() if text}
    case = dealing.register(office, found.item.id, **signed, **details)
    told = {"case": case.number, "state": case.facts.state}
    _say_done(found, signed, told, f"已登记为{case.number}（拟办）", as_json=as_json)


@app.command("join")
def join(
    item: Named,
    number: Annotated[str, typer.Argument(help="并入的事项编号", callback=particulars.read_name)],
    *,
    seen: Seen = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """并入已有事项，记入其历史。"""
    office, found, signed = _begun(item, person, at, seen)
    case = dealing.join(office, found.item.id, number, **signed)
    told = {"case": case.number, "state": case.facts.state}
    _say_done(found, signed, told, f"已并入{case.number}", as_json=as_json)


@app.command("return")
def send_back(
    item: Named,
    *,
    reason: Annotated[str, typer.Option("--reason", help="退回的理由（必填），来源将看到")] = "",
    seen: Seen = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """退回来源；申请人信息随即删去。"""
    office, found, signed = _begun(item, person, at, seen)
    dealing.send_back(office, found.item.id, reason, **signed)
    _say_done(found, signed, {"state": "returned"}, "已退回来源", as_json=as_json)


@app.command("note")
def note(
    item: Named, *, seen: Seen = None, person: AsPerson = None, at: At = None, as_json: AsJson = False
) -> None:
    """已阅办理之后送来的补充，归入其事项。"""
    office, found, signed = _begun(item, person, at, seen)
    dealing.take_note(office, found.item.id, **signed)
    number = found.item.number
    _say_done(found, signed, {"case": number}, f"补充已归入{number}", as_json=as_json)


@app.command("redact")
def redact(
    item: Named,
    *,
    reason: Annotated[str, typer.Option("--reason", help="理由（必填），勿再写入所隐去的内容")] = "",
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """隐去办过的来件的文字、补充和附件名（督查室主任、批示（分管）领导；不得是本人办理的）。"""
    check_named(person)
    office, instant = open_installation(), moment(at)
    id, said = desk.id_of(office, item, by=None), particulars.read("reason", reason)
    done = redacting.redact(office, id, reason=said, by=signature(person), at=instant)
    told = f"已隐去来件的文字（{done.bodies}份），记为工作日志第{done.seq}条\n  {IN_THE_FILE[done.erased]}"
    answer_act(as_json, asdict(done), lambda: screen.print(told, soft_wrap=True), at=instant)


@app.command("pull")
def pull(*, as_json: AsJson = False) -> None:
    """立即读取一次来件文件夹（DUBAN_INTAKE_FOLDER）；平时由后台定时读取。"""
    office = open_installation()
    if office.settings.intake_folder is None:
        message = "没有设置来件文件夹，请设置DUBAN_INTAKE_FOLDER。"
        raise FactMissing(message, code="intake_folder_unset", missing="intake_folder")
    done = folder.pull(office, clock=now, by=signature(None))
    document = {"taken": done.taken, "refused": done.refused, "items": done.items}
    told = f"收下{done.taken}个文件{done.items}件，未收{done.refused}个"
    answer(as_json, document, lambda: screen.print(told))


@app.command("sources")
def sources(*, as_json: AsJson = False) -> None:
    """回告各来源的地址和状态（不含密钥）。"""
    found = calling_back.sources(open_installation())
    document = {"sources": [asdict(one) for one in found]}
    answer(as_json, document, lambda: screen.print(_told(found)))


@app.command("call-back")
def call_back(
    source: Annotated[str, typer.Argument(help="来源：系统接口的名称", callback=particulars.read_name)],
    *,
    url: Annotated[str, typer.Option("--url", help="回告的地址；已设三员的待核准，核准时原有的停用")] = "",
    off: Annotated[bool, typer.Option("--off", help="不再回告")] = False,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """设置或者停止对一个来源的回告（系统管理员）；签名密钥只显示这一次。"""
    if bool(url) is off:
        raise FactMissing("请写明 --url 或者 --off，二者取一。", code="url_missing", missing="url")
    office, by, at = open_installation(), signature(person), now()
    if off:
        calling_back.end_address(office, source, by=by, at=at)
        answer(as_json, {"source": source, "url": None}, lambda: screen.print(f"不再回告“{source}”"))
        return
    made = calling_back.set_address(office, source, url, by=by, at=at)
    document = {"source": source, "url": url, "webhook": made.id, "secret": made.secret}
    told = f"“{source}”的签名密钥（只显示这一次，请交该平台保管）：\n{made.secret}"
    answer(as_json, document, lambda: screen.print(told, soft_wrap=True))


@app.command("draft-from")
def draft_from(
    file: Annotated[Path, typer.Argument(help="会议纪要或者批示（.txt、.docx）")],
    *,
    chosen: Annotated[str, typer.Option("--open", help="开为拟办的序号，如1,3；不写则只列出")] = "",
    source: Annotated[str, typer.Option("--source", help="事项来源，如会议纪要、领导批示")] = "",
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """由会议纪要、批示的文字找出事项，列出依据的原文；写了--open的才开为拟办，不作交办。"""
    office, instant = open_installation(), moment(at)
    text = minutes.text_of(office, Given(file, file.name))
    found, known = taken_apart(text), minutes.made_before(office, text, by=onlooker(person))
    document: dict[str, Any] = {
        "heading": found.heading,
        "drafts": [_draft(*one) for one in _numbered(found)],
        "passed": list(found.passed),
        "known": [{"case": one.number, "title": one.title} for one in known],
    }
    if chosen:
        check_named(person)
        wanted = _wanted(chosen, len(found.drafts))
        some = [_chosen(found, one, source) for place, one in _numbered(found) if place in wanted]
        by, told = signature(person), fingerprint(text)
        made = minutes.open_chosen(office, some, by=by, at=instant, text=told)
        document["opened"] = [one.number for one in made]
    answer(as_json, document, lambda: _say_drafts(found, known, document.get("opened", ())))


def _wanted(chosen: str, count: int) -> frozenset[int]:
    """The places somebody chose. Raises `FactInvalid` (`draft_unknown`) for one there is not."""
    words = [word for word in re.split(r"[\s、,，;；]+", chosen) if word]
    known = {str(place): place for place in range(1, count + 1)}
    for word in words:
        if word not in known:
            message = f"没有序号“{word[:20]}”，请填列出的序号（1至{count}），如1,3。"
            raise FactInvalid(message, code="draft_unknown")
    return frozenset(known[word] for word in words)


def _numbered(found: Taken) -> list[tuple[int, Draft]]:
    return list(enumerate(found.drafts, start=1))


def _chosen(found: Taken, one: Draft, source: str) -> Chosen:
    if not source.strip():
        message = "请用--source写明事项来源，如会议纪要、领导批示。"
        raise FactMissing(message, code="source_missing", missing="source")
    basis = f"{found.heading}{one.marker}" if found.heading else ""
    return Chosen(one.title, source, basis, one.requirement)


def _begun(
    named: str, person: str | None, at: str | None, seen: int | None
) -> tuple[Office, Whole, dict[str, Any]]:
    """An item somebody is about to deal with, and what an act on it is signed with."""
    check_named(person)
    office, by = open_installation(), onlooker(person)
    signed = {"by": signature(person), "at": moment(at), "seen": seen}
    return office, desk.whole(office, desk.id_of(office, named, by=by), by=by), signed


def _say_done(
    found: Whole, signed: Mapping[str, Any], told: Mapping[str, Any], words: str, *, as_json: bool
) -> None:
    document = {"intake": found.item.id, **told}
    answer_act(as_json, document, lambda: screen.print(words), at=signed["at"])


def _named(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "source": item.source,
        "external_id": item.external_id,
        "state": item.state.value,
        "state_label": item.state.label,
        "case": item.number,
        "arrived_at": item.arrived_at.isoformat(),
    }


def _line(one: Line) -> dict[str, Any]:
    return {**_named(one.item), "title": one.item.arrival.title, "unseen": one.unseen}


def _part(part: Item | Supplement) -> dict[str, Any]:
    applicant = part.arrival.applicant
    return {
        **part.arrival.content,
        "applicant": applicant and applicant.as_json,
        "files": [dict(one) for one in part.files],
        "arrived_at": part.arrived_at.isoformat(),
    }


def _whole(found: Whole) -> dict[str, Any]:
    near = [
        {
            "case": None if one.item else one.number,
            "item": one.item,
            "title": one.title,
            "reasons": list(one.reasons),
        }
        for one in found.candidates
    ]
    steps = [
        {"step": one.step.value, "label": one.step.label, "at": one.at.isoformat(), "case": one.number,
         "stage": one.stage, "reason": one.reason}
        for one in found.steps
    ]  # fmt: skip
    sent = [{**_part(one), "seen": one.seen_at is not None} for one in found.supplements]
    return {
        **_named(found.item),
        **_part(found.item),
        "supplements": sent,
        "candidates": near,
        "steps": steps,
    }


def _draft(place: int, one: Draft) -> dict[str, Any]:
    quotes = [
        {"rule": said.rule.value, "words": said.words, "start": said.start, "end": said.end}
        for said in one.quotes
    ]
    named = {"place": place, "marker": one.marker, "title": one.title, "requirement": one.requirement}
    return {**named, **{rule.value: one.said(rule) for rule in Rule}, "quotes": quotes}


def _told(found: list[Source]) -> Table:
    made = table("回告", ("来源", "地址", "状态"))
    for one in found:
        made.add_row(one.name, one.url, one.state_label)
    return made


def _listed(lines: tuple[Line, ...]) -> Table:
    made = table("来件", HEADINGS)
    for one in lines:
        item = one.item
        state = item.state.label + ("，有新补充" if one.unseen else "")
        made.add_row(
            item.id[:SHOWN_ID], item.source, item.external_id, item.arrival.title,
            office_minute(item.arrived_at), state, item.number or "",
        )  # fmt: skip
    return made


def _say(found: Whole) -> None:
    item = found.item
    screen.print(
        f"{item.arrival.title}　{item.source}　{item.external_id}　{item.state.label}", soft_wrap=True
    )
    parts: list[Item | Supplement] = [item, *found.supplements]
    for part in parts:
        screen.print(part.arrival.text, soft_wrap=True)
        for one in part.files:
            screen.print(f"附件：{one['name']}", soft_wrap=True)
    for near in found.candidates:
        kind = "可能重复的待办来件" if near.item else "可能重复"
        screen.print(f"{kind}：{near.number} {near.title}（{'；'.join(near.reasons)}）", soft_wrap=True)
    for step in found.steps:
        told = " ".join(filter(None, (step.step.label, step.number, step.stage, step.reason)))
        screen.print(f"{office_minute(step.at)} {told}", soft_wrap=True)


def _say_drafts(found: Taken, known: Sequence[Made], opened: Any) -> None:
    made = table(found.heading or None, DRAFTED)
    for place, one in _numbered(found):
        made.add_row(str(place), one.marker, one.title, *map(one.said, Rule))
    screen.print(made)
    if found.passed:
        screen.print(f"没有认出由谁办、何时办的编号段落：{'　'.join(found.passed)}", style="yellow")
    if known:
        before = "、".join(f"{one.number} {one.title}" for one in known)
        screen.print(f"同样的文字此前已开为拟办：{before}", style="yellow", soft_wrap=True)
    screen.print(f"已开为拟办：{'、'.join(opened)}" if opened else "未写入任何内容；用--open选定的才开为拟办")
