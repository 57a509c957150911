"""`duban document …`: papers people write, from the draft to the file, and the register of their numbers."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from notifications.facts import kind_label
from states.errors import FactInvalid, NotPermitted
from states.papers.life import STATES
from workflow import particulars
from workflow.cli.acted import answer_act
from workflow.cli.document_checking import check
from workflow.cli.document_view import say_list, say_numbers, say_paper, say_withheld
from workflow.cli.groups import Group
from workflow.cli.looking_in import look_into
from workflow.cli.opening import onlooker, open_installation, signature
from workflow.cli.options import AsJson, AsPerson, AsViewer, At, check_named, moment
from workflow.cli.output import answer, now, screen
from workflow.services import rendering
from workflow.services.documents import drafting, filing, issuing, judging, numbering, showing, stating
from workflow.services.reading_withheld import read_withheld

app = typer.Typer(
    cls=Group,
    help="文书：拟稿、核稿、签发、印发、送达、归档、作废，发文登记簿，检查版式",
    no_args_is_help=True,
)

app.command("check")(check)

Name = Annotated[
    str, typer.Argument(help="文书：文号，或编号（document list所列）", callback=particulars.read_name)
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="填写一项：名称=内容，如reply_by=2026-08-05；同一项写几次即为清单"),
]
Facts = Annotated[Path | None, typer.Option("--facts", help="从JSON文件填写各项")]
Opinion = Annotated[str | None, typer.Option("--opinion", help="意见")]
Reason = Annotated[str | None, typer.Option("--reason", help="理由（必填）")]
Hash = Annotated[
    str | None,
    typer.Option("--hash", help="所阅文稿的哈希（show所列，可只写前8位）", callback=particulars.read_name),
]


@app.command("draft")
def draft(
    kind: Annotated[str, typer.Argument(help="文书种类，如talk_notice", callback=particulars.read_name)],
    *,
    case: Annotated[
        str | None, typer.Option("--case", help="事项编号", callback=particulars.read_name)
    ] = None,
    set_: Set = None,
    facts: Facts = None,
    to: Annotated[list[str] | None, typer.Option("--to", help="收文单位；不写为牵头单位")] = None,
    replaces: Annotated[
        str | None, typer.Option("--replaces", help="替换的文书：文号", callback=particulars.read_name)
    ] = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """拟稿：台账已有的内容由系统填入，其余由拟稿人填写；没有填的打印为〔待填〕。"""
    units = particulars.read_names(to or [])
    given = partial(drafting.draft, kind=kind, number=case, stated=_stated(set_, facts), to=units)
    _act(given, person, at, as_json=as_json, replaces=replaces)


@app.command("revise")
def revise(
    name: Name,
    *,
    set_: Set = None,
    facts: Facts = None,
    reason: Annotated[str | None, typer.Option("--reason", help="修改说明")] = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """修改稿件：所填的替换原来填的，台账内容按现在的更新。"""
    given = partial(drafting.revise, name=name, stated=_stated(set_, facts), reason=_text(reason))
    _act(given, person, at, as_json=as_json)


@app.command("review")
def review(
    name: Name,
    *,
    seen: Hash = None,
    opinion: Opinion = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """核稿：不由拟稿人自己核。"""
    given = partial(judging.review, name=name, seen=seen, opinion=_text(opinion))
    _act(given, person, at, as_json=as_json)


@app.command("return")
def send_back(
    name: Name, *, reason: Reason = None, person: AsPerson = None, at: At = None, as_json: AsJson = False
) -> None:
    """退回修改。"""
    _act(partial(judging.send_back, name=name, reason=_text(reason)), person, at, as_json=as_json)


@app.command("sign")
def sign(
    name: Name,
    *,
    opinion: Annotated[str | None, typer.Option("--opinion", help="签发意见（必填）")] = None,
    seen: Hash = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """签发：签署意见，姓名和日期由系统记入；签发后的文书不再改动。"""
    _act(partial(judging.sign, name=name, opinion=_text(opinion), seen=seen), person, at, as_json=as_json)


@app.command("issue")
def issue(name: Name, *, person: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """印发：编文号，邮件入待发箱。"""
    _act(partial(issuing.issue, name=name), person, at, as_json=as_json)


@app.command("serve")
def serve(
    name: Name,
    *,
    service: Annotated[
        str, typer.Option("--service", help="送达方式：hand、mail或refused", callback=particulars.read_name)
    ] = "hand",
    served_on: Annotated[str | None, typer.Option("--served-on", help="送达日期")] = None,
    evidence: Annotated[list[str] | None, typer.Option("--evidence", help="送达回执（文件）")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="拒收的经过和见证人")] = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """登记送达；督办措施的文书在措施中登记。"""
    words = {"served_on": served_on, "evidence": evidence or None, "reason": reason}
    details = {key: particulars.read(key, value) for key, value in words.items()}
    _act(partial(filing.serve, name=name, service=service, **details), person, at, as_json=as_json)


@app.command("archive")
def archive(name: Name, *, person: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """归档；事项归档时其文书一并归档。"""
    _act(partial(filing.archive, name=name), person, at, as_json=as_json)


@app.command("void")
def void(
    name: Name, *, reason: Reason = None, person: AsPerson = None, at: At = None, as_json: AsJson = False
) -> None:
    """作废：文号保留，不再使用；没有发出的邮件停发。"""
    _act(partial(filing.void, name=name, reason=_text(reason)), person, at, as_json=as_json)


@app.command("show")
def show(
    name: Name,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="另写出为文件（.pdf、.docx、.ofd、.html、.txt）")
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option("--reason", help="审计查阅人查阅涉及个人的文书或措施的理由，先记入日志，再显示内容"),
    ] = None,
    viewer: AsViewer = None,
    as_json: AsJson = False,
) -> None:
    """一件文书：全文、哈希、经手人和各步骤。"""
    office = open_installation()
    if reason is not None:
        read = read_withheld(office, name, reason=particulars.read_text(reason), by=signature(viewer))
        answer(as_json, read, lambda: say_withheld(read))
        return
    document = showing.show(office, name, at=now(), by=onlooker(viewer))
    if document["case"] is not None:
        look_into(office, document["case"], what="paper", viewer=viewer)
    if out is not None:
        if document["withheld"]:
            raise NotPermitted("该文书涉及个人，不在您可阅看的范围内，不能输出。", code="text_withheld")
        rendering.write_paper(office, document["id"], out, by=signature(viewer))
    answer(as_json, document, lambda: say_paper(document))


@app.command("list")
def list_papers(
    *,
    state: Annotated[str | None, typer.Option("--state", help="只看某一状态，如drafted")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="只看某一种类")] = None,
    case: Annotated[
        str | None, typer.Option("--case", help="只看某一事项", callback=particulars.read_name)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """文书一览，连同尚未印发的稿件。"""
    if state is not None and state not in STATES:
        known = "、".join(STATES)
        raise FactInvalid(f"没有“{state}”这种状态，可用的有：{known}。", code="state_unknown", state=state)
    found = showing.listed(open_installation(), state=state, kind=kind, case=case)
    answer(as_json, {"documents": found}, lambda: say_list(found))


@app.command("numbers")
def numbers(
    *,
    year: Annotated[int | None, typer.Option("--year", help="只看某一年")] = None,
    series: Annotated[
        str | None,
        typer.Option("--series", help="只看某一机关代字，如滨督函", callback=particulars.read_name),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """发文登记簿：文号、日期、标题、主送、签发人、状态；作废的附理由。"""
    found = numbering.register(open_installation(), year=year, series=series)
    answer(as_json, found, lambda: say_numbers(found))


def _act(
    give: Callable[..., dict[str, Any]], person: str | None, at: str | None, *, as_json: bool, **more: Any
) -> None:
    check_named(person)
    instant = moment(at)
    done = give(open_installation(), by=signature(person), at=instant, **more)
    answer_act(as_json, done, lambda: _say_done(done), at=instant)


def _say_done(done: dict[str, Any]) -> None:
    called = done["number"] or f"编号{done['document'][:10]}"
    screen.print(f"{kind_label(done['kind'])}（{called}）：{STATES[done['state']]}")
    if done["state"] in ("drafted", "reviewed"):
        screen.print(f"文稿哈希 {done['content_sha256']}", soft_wrap=True)


def _stated(pairs: list[str] | None, file: Path | None) -> dict[str, Any]:
    """What is given on the command line goes before what the file says."""
    from_file = {} if file is None else stating.read_file(file)
    return {**from_file, **stating.read_pairs(particulars.read_text(pair) for pair in pairs or ())}


def _text(words: str | None) -> str | None:
    return particulars.read_text(words) if words else None
