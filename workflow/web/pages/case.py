"""A case: how it stands, why, what may be done, and its history in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from states.lifecycle import CommandRow
from states.vocabulary import Outcome, Role
from states.words import detail_label
from workflow.services import (
    attachments,
    explaining,
    measure_desk,
    offering,
    readings,
    register,
    timeline,
)
from workflow.services.accounts.visitors import Visitor
from workflow.web import fields
from workflow.web.frame.counter import Counter
from workflow.web.frame.pages import brief, day, page
from workflow.web.frame.visiting import AtCounter, CaseNumber, Who

router = APIRouter()

LATELY = 12
"""Entries; an act may be followed by those of its papers and mails."""

WORDS = {"outcome": lambda value: Outcome(value).label, "completion_rate": lambda value: f"{value}%"}
SHOWN = (
    ("source", "来源"),
    ("basis", "交办依据"),
    ("requirement", "工作要求"),
    ("complexity_label", "难易程度"),
    ("accountable_leader", "包保领导"),
    ("lead_unit", "牵头单位"),
    ("lead_group", "牵头专班"),
    ("progress", "最近进展"),
    ("difficulty", "困难"),
    ("completion_rate", "完成率"),
    ("cadence", "反馈周期"),
    ("outcome", "办结情况"),
    ("merged_into", "并入"),
    ("remark", "备注"),
)


@router.get("/cases/{number}")
def case(request: Request, counter: AtCounter, who: Who, number: CaseNumber, done: str = "") -> HTMLResponse:
    """The page of a case, once it is written down who looks at it from outside its units."""
    office, by = counter.office, counter.onlooker(who)
    told = register.show(office, number, today=by.at, by=by)
    explained = explaining.explain(office, number, today=by.at, by=by)
    entries = timeline.history(office, number, by=by)
    readings.note(office, [number], "show", by=counter.signature(who))
    return page(
        request,
        "case.html.j2",
        case=told["case"],
        facts=list(_facts(told["case"])),
        documents=told["documents"],
        withheld=list(_withheld(told)) if Role.AUDITOR in who.roles else [],
        measures=measure_desk.listed(office, number, by=by),
        why=explained["why"],
        next=list(map(_ahead, explained["next"])),
        events=[{**one, "said": list(said(one)), "written": timeline.written(one)} for one in entries],
        commands=_commands(counter, who, number),
        done=_done(counter, who, done, entries),
        files=[one for one in attachments.listed(office, number, by=by) if one.standing],
    )


def _withheld(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What concerns persons and is kept from him, by id and name: measures that have no paper yet, papers."""
    for one in told["escalations"]:
        if one["withheld"] and one["document_id"] is None:
            yield one["id"], f"措施（{one['state_label']}）"
    for one in (*told["documents"], *told["drafts"]):
        if one["withheld"]:
            yield one["id"], f"{one['kind_label']} {one['number'] or '（未编号）'}"


def _commands(counter: Counter, who: Visitor, number: str) -> list[CommandRow]:
    offer = offering.offered(counter.office, number, by=counter.onlooker(who))
    return [row for row in offer.feasible if fields.has_form(row)]


def _facts(case: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    title = case.get("title") or ""
    if brief(title) != title:
        yield "事项名称", title
    for name, label in SHOWN:
        if case.get(name) not in (None, "", []):
            yield label, WORDS[name](case[name]) if name in WORDS else case[name]
    if case["co_unit_names"]:
        yield "配合单位", "、".join(case["co_unit_names"])
    yield "交办日期", day(case["dispatched_on"])
    yield "办结期限", "长期坚持" if case["open_ended"] else _due(case)


def _due(case: Mapping[str, Any]) -> str:
    told = day(case["due_on"])
    if case["provisional"]:
        told += "（暂定，当年放假安排公布后可能调整）"
    if case["original_due_on"] not in (None, case["due_on"]):
        told += f"（原为{day(case['original_due_on'])}）"
    return told


def _ahead(step: Mapping[str, Any]) -> str:
    """A step that lies ahead: what, when, to whom and by whose decision."""
    return f"{step['label']}：{step['told']}，致{step['to']['addressee']}；{step['mode_label']}"


def said(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """People's words of an entry, each under what it is; what an act said and set alike is told once."""
    kept = entry["words"] or {}
    said, changed = _words(kept.get("details", {})), _words(kept.get("set", {}))
    changed = {name: text for name, text in changed.items() if text not in said.values()}
    yield from ((detail_label(name), text) for name, text in (said | changed).items())


def _words(kept: Mapping[str, Any]) -> dict[str, str]:
    """What is told in words. The particulars of a paper, which may concern a person, stand in the paper."""
    several = {name: one if isinstance(one, list) else [one] for name, one in kept.items()}
    return {
        name: "；".join(map(str, some))
        for name, some in several.items()
        if some and all(isinstance(one, str | int | float) for one in some)
    }


def _done(counter: Counter, who: Visitor, command: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """What the page says after an act, if it is among what this visitor did last."""
    if command == "again":
        return "这张表单先前已经提交并办理，没有重复办理。"
    row = register.command_called(counter.office, command) if command else None
    lately = {one["kind"] for one in entries[-LATELY:] if one["actor"] == who.person}
    return f"已办理：{row.label}" if row and row.event in lately else ""
