"""A case: how it stands, why, what may be done, and its history in sentences."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from states.office_time import office_day
from states.vocabulary import Outcome, Role
from states.words import detail_label
from workflow import particulars
from workflow.services import case_sheet, register
from workflow.services.accounts.visitors import Visitor
from workflow.services.case_sheet import CaseSheet
from workflow.services.course import Course, Leafing
from workflow.web import fields
from workflow.web.frame.counter import Counter
from workflow.web.frame.pages import address_of, brief, day, page
from workflow.web.frame.visiting import AtCounter, CaseNumber, Who
from workflow.web.pages import case_days, case_lists, case_papers, case_timeline
from workflow.web.pages.way_map import map_of

router = APIRouter()

LATELY = 12
"""Entries; an act may be followed by those of its papers and mails."""
OLDEST, MOST_SEQ, ID_BOUND, MOST_LEAVES = "oldest", 2**31 - 1, 64, 9_999

Leaf = Annotated[int, Field(ge=0, le=MOST_LEAVES)]
"""A leaf of a list, counted from 0."""

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


class Asked(BaseModel):
    """What was done a moment ago, which leaf of the history is wanted, and which paper to read beside it."""

    done: Annotated[str, Field(max_length=particulars.MAX_NAME)] = ""
    order: Literal["", "oldest"] = ""
    beyond: Annotated[int | None, Field(ge=0, le=MOST_SEQ)] = None
    paper: Annotated[str, Field(max_length=ID_BOUND)] = ""
    papers: Leaf = 0
    files: Leaf = 0
    measures: Leaf = 0

    @property
    def leafing(self) -> Leafing:
        return Leafing(self.order == OLDEST, self.beyond)

    @property
    def numbers(self) -> dict[str, int]:
        """Which leaf of each list is wanted, of those that are not at their first."""
        known = {"papers": self.papers, "files": self.files, "measures": self.measures}
        return {name: number for name, number in known.items() if number}


@router.get("/cases/{number}")
def case(
    request: Request, counter: AtCounter, who: Who, number: CaseNumber, wanted: Annotated[Asked, Query()]
) -> HTMLResponse:
    """The page of a case, once it is written down who looks at it from outside its units."""
    by = counter.onlooker(who)
    found = case_sheet.sheet(counter.office, number, wanted.leafing, by=by, signed=counter.signature(who))
    told, shown, today = found.told, found.told["case"], office_day(by.at)
    drafts = case_papers.on_their_way(told["drafts"], who)
    offered = [one for one in found.feasible if fields.has_form(one.row)]
    return page(
        request,
        "case.html.j2",
        case=shown,
        told=told,
        sheet=found,
        facts=list(_facts(shown, found.review_on)),
        withheld=list(_withheld(told)) if Role.AUDITOR in who.roles else [],
        left=case_days.left(shown, found.clocks, by.at),
        way=map_of(found.course.way),
        walls=case_days.walls(found.clocks, shown, today=today),
        bars=case_days.bars(told["nodes"], today=today),
        why=found.why,
        next=[*map(_ahead, found.next), *found.owing, *(one.sentence for one in drafts)],
        days=case_timeline.by_day(found.course.entries),
        reports=case_timeline.with_words(found.course.reports),
        extensions=case_timeline.with_words(found.course.extensions),
        leaves=_leaves(number, wanted, found.course),
        commands=[one.row for one in offered if one.thing is None],
        about=case_lists.acts_about(offered),
        papers=case_lists.leaf_of(told["documents"], "papers", wanted.numbers, number),
        drafts=drafts,
        files=case_lists.leaf_of(found.files[::-1], "files", wanted.numbers, number),
        measures=case_lists.leaf_of(found.measures[::-1], "measures", wanted.numbers, number),
        sees_relays=Role.OFFICER in who.roles or Role.DIRECTOR in who.roles,
        done=_done(counter, who, wanted, found.course),
        opened=_opened(found, wanted.paper),
    )


def _withheld(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What concerns persons and is kept from him, by id and name: measures that have no paper yet, papers."""
    for one in told["escalations"]:
        if one["withheld"] and one["document_id"] is None:
            yield one["id"], f"措施（{one['state_label']}）"
    for one in (*told["documents"], *told["drafts"]):
        if one["withheld"]:
            yield one["id"], f"{one['kind_label']} {one['number'] or '（未编号）'}"


def _leaves(number: str, wanted: Asked, course: Course) -> dict[str, Any]:
    """The ways to the other order of the history, to its first leaf and to the next."""
    here = f"{address_of(number)}?"
    order = {"order": OLDEST} if wanted.order else {}
    first, turned = urlencode(order), urlencode({} if order else {"order": OLDEST})
    more = None if course.more is None else here + urlencode({**order, "beyond": course.more})
    return {
        "oldest_first": bool(order),
        "turned": f"{here}{turned}#timeline",
        "begun": wanted.beyond is not None,
        "first": f"{here}{first}#timeline",
        "more": more and f"{more}#timeline",
    }


def _opened(found: CaseSheet, paper: str) -> Mapping[str, Any] | None:
    """The paper that is to be read in the page, if it is one he may read."""
    readable = (one for one in found.told["documents"] if not one["withheld"])
    return next((one for one in readable if one["id"] == paper), None)


def _facts(case: Mapping[str, Any], review_on: date | None) -> Iterator[tuple[str, Any]]:
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
    if review_on is not None:
        yield detail_label("review_on"), day(review_on.isoformat())


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


def _done(counter: Counter, who: Visitor, wanted: Asked, course: Course) -> str:
    """What the page says after an act, if it is among what this visitor did last."""
    if wanted.done == "again":
        return "这张表单先前已经提交并办理，没有重复办理。"
    row = register.command_called(counter.office, wanted.done) if wanted.done else None
    lately = {one["kind"] for one in course.entries[:LATELY] if one["actor"] == who.person}
    return f"已办理：{row.label}" if row and row.event in lately else ""
