"""Measures (提醒、函询) and papers: a measure's page and the forms of its commands, a paper as its file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, Response

from states.errors import Refusal
from states.escalation import JUDGEMENTS, SERVICES
from states.escalation.given import GIVEN
from states.office_time import days_in_words
from states.too_late import why_not_on
from workflow import particulars
from workflow.services import escalations, measure_desk, reading_papers, readings
from workflow.services.accounts.visitors import Visitor
from workflow.services.measure_desk import MeasureSheet
from workflow.web import fields, sheets
from workflow.web.frame.counter import Counter
from workflow.web.frame.pages import address_of, day, page
from workflow.web.frame.visiting import AtCounter, CaseNumber, Form, Who
from workflow.web.pages.files import HEADERS, disposition
from workflow.web.sheets import Sent, Sheet, not_offered

router = APIRouter()

PROPOSED = "proposed"
DAYS = (
    ("raised_on", "提出"),
    ("snoozed_until", "暂缓至"),
    ("issued_on", "发出"),
    ("served_on", "送达"),
    ("reply_due_on", "回复期限"),
    ("answered_on", "回复"),
    ("judge_by", "审核期限"),
    ("judged_on", "审核"),
    ("review_on", "期满审核"),
    ("concluded_on", "了结"),
)
INLINE = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
"""A paper of ours may be shown by the browser itself, also within a page of ours; it holds nothing of anybody
else's."""


FURTHER = {"approve": ("issued",), "answer": ("concluded", "served"), "judge": ("served",)}
"""Where commands lead that stand for several: what is approved goes out, a reply may be judged at once."""

ID_BOUND = 64


@dataclass(frozen=True, slots=True)
class Place:
    """Where a measure is: its case's number, and its id."""

    number: str
    measure: str


async def place_of(number: CaseNumber, measure: Annotated[str, Path(max_length=ID_BOUND)]) -> Place:
    """The place an address names."""
    return Place(number, measure)


At = Annotated[Place, Depends(place_of)]


@router.get("/cases/{number}/measures/{measure}")
def measure_page(request: Request, counter: AtCounter, who: Who, place: At, done: str = "") -> HTMLResponse:
    """How a measure stands, what its paper says, and what the visitor may do about it."""
    with counter.look(who, directory=True):
        found = _found(counter, who, place)
        paper = _preview(counter, who, found)
    return page(
        request,
        "measure.html.j2",
        measure=found,
        home=_home(found),
        facts=list(_facts(found)),
        paper=paper,
        done=_done(found, done),
    )


@router.get("/cases/{number}/measures/{measure}/acts/{command}")
def measure_form(request: Request, counter: AtCounter, who: Who, place: At, command: str) -> Response:
    """The form of a command on a measure."""
    with counter.look(who, directory=True):
        return sheets.blank(request, sheet_of(counter, who, place, command))


@router.post("/cases/{number}/measures/{measure}/acts/{command}")
def measure_act(request: Request, who: Who, form: Form, place: At, command: str) -> Response:
    """What becomes of it."""
    sent = sheets.sent(request, who, form)
    return sheets.answer(sent, lambda: sheet_of(sent.counter, who, place, command))


@router.get("/cases/{number}/papers/{paper}")
def paper_file(counter: AtCounter, who: Who, number: CaseNumber, paper: str) -> Response:
    """An issued paper as its PDF, for the browser to show. The reading is noted before he has it."""
    by, viewer = counter.signature(who), counter.onlooker(who)
    found = reading_papers.printed(counter.office, number, paper, by=by, viewer=viewer)
    readings.note(counter.office, [number], "paper", by=by)
    shown = disposition(found.name).replace("attachment", "inline", 1)
    return Response(
        found.data, headers={**INLINE, "Content-Type": "application/pdf", "Content-Disposition": shown}
    )


def _found(counter: Counter, who: Visitor, place: Place) -> MeasureSheet:
    """The measure; the reading of its case is noted first."""
    found = measure_desk.sheet(counter.office, place.number, place.measure, by=counter.onlooker(who))
    readings.note(counter.office, [place.number], "show", by=counter.signature(who))
    return found


def sheet_of(counter: Counter, who: Visitor, place: Place, command: str) -> Sheet:
    """The form of a command. Raises `NotFound` for one that is given on no measure like this."""
    found = _found(counter, who, place)
    late = found.late(command)
    given = late or found.command(command)
    if given is None:
        raise not_offered(command)

    def give(sent: Sent, details: dict[str, Any]) -> str:
        at, stated = details.pop("at"), particulars.with_ground(details)
        signed = {"seen": sent.seen, "by": sent.signature, "at": at}
        escalations.act(sent.counter.office, found.id, given.id, **signed, **stated)
        return f"{_home(found)}?done={quote(given.id)}"

    made = fields.fields_of_measure(given, found.rung, is_drafted=bool(found.drafted))
    return Sheet(
        given.id,
        f"{given.label}（{found.rung.label}）",
        tuple(made),
        _home(found),
        give,
        number=found.number,
        title=found.title,
        seen=found.seq,
        written=_written(found),
        late=why_not_on(late, found.state, found.rung) if late else "",
    )


def _written(found: MeasureSheet) -> dict[str, str]:
    """What was drafted, as the fields of a form have it."""
    ground = found.drafted.get("ground") or {}
    named = {
        "question": found.drafted.get("question"),
        "ground": ground.get("clause"),
        "facts": ground.get("facts"),
    }
    return {name: words for name, words in named.items() if words}


def _done(found: MeasureSheet, command: str) -> str:
    """What was done, only where the measure stands like that: an address may say anything."""
    given = GIVEN.get(command)
    leads_to = (*given.row.to, *FURTHER.get(command, ())) if given else ()
    return f"已办理：{given.label}" if given and found.state in leads_to else ""


def _home(found: MeasureSheet) -> str:
    return f"{address_of(found.number)}/measures/{found.id}"


def _facts(found: MeasureSheet) -> Iterator[tuple[str, str]]:
    yield "送", found.unit
    if found.told.get("reason"):
        yield "缘由", days_in_words(str(found.told["reason"]))
    for name, label in DAYS:
        if found.told.get(name):
            yield label, day(found.told[name])
    if found.told.get("service"):
        yield "送达方式", SERVICES[found.told["service"]]
    if found.told.get("judgement"):
        yield "审核结论", JUDGEMENTS[found.told["judgement"]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the paper of a measure says, and where its file is once it went out; or why it cannot be told."""

    text: str = ""
    is_draft: bool = False
    file: str = ""
    trouble: str = ""


def _preview(counter: Counter, who: Visitor, found: MeasureSheet) -> Preview | None:
    """The paper that went out, or the draft of what is proposed."""
    by, viewer = counter.signature(who), counter.onlooker(who)
    paper = found.told.get("document_id")
    try:
        if paper:
            text = reading_papers.words_of(counter.office, found.number, paper, by=by, viewer=viewer)
            return Preview(text, file=f"{address_of(found.number)}/papers/{paper}")
        if found.state != PROPOSED:
            return None
        kind = found.rung.document
        text = reading_papers.draft_of(counter.office, found.number, kind, by=by, viewer=viewer)
        return Preview(text, is_draft=True)
    except Refusal as refusal:
        return Preview(trouble=refusal.message)
