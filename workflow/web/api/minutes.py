"""Minutes and instructions (批示) taken apart into drafts, and the drafts somebody chose, opened.

Taking apart changes nothing; what is opened is a draft (拟办) that somebody saw and chose, as on the page.
"""

from datetime import datetime
from http import HTTPStatus
from pathlib import Path as File
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import Request, Response
from pydantic import Field

from states.errors import FactMissing
from states.intake.minutes import MOST_TEXT, Draft, fingerprint, taken_apart
from states.particulars import MAX_TEXT, MAX_TITLE
from workflow.services.files import from_base64, waiting_room
from workflow.services.intake import desk, minutes
from workflow.services.intake.minutes import MOST_CHOSEN, Chosen
from workflow.services.office import Signature
from workflow.web.api import details, frame
from workflow.web.api.idempotency import Ask
from workflow.web.api.seats import Seat, Writes
from workflow.web.api.shapes import SHA256, Asked, Shape, Words
from workflow.web.frame.lanes import IMPORTS, along

router = frame.resource("intake")

Told = Annotated[Words, Field(max_length=MAX_TEXT)]


class MinutesHanded(Asked):
    """A text, or a .txt or .docx file in Base64 by its name."""

    text: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    name: Annotated[str, Field(max_length=details.LONGEST_FILE_NAME, examples=["会议纪要.docx"])] = ""
    content: str = ""


class Quoted(Shape):
    """Words of the text a rule rests on, and where they stand in it."""

    rule: str
    label: str
    words: str
    start: int
    end: int


class DraftFound(Shape):
    """A matter as the text has it: every word stands there."""

    marker: str
    title: str
    requirement: str
    quotes: list[Quoted]


class OpenedBefore(Shape):
    """A matter that was opened from the same text before."""

    number: str
    title: str
    opened_at: datetime


class MinutesRead(Shape):
    """A text taken apart: `passed` is how the numbered items begin that no rule found anything in, `known`
    what was opened from the same text before, and `text` what to hand on with the drafts that are chosen."""

    heading: str
    text: str
    drafts: list[DraftFound]
    passed: list[str]
    known: list[OpenedBefore]


class DraftChosen(Asked):
    """A draft as somebody corrected it; `source` is where the matter comes from (会议纪要, 领导批示)."""

    title: Annotated[Words, Field(max_length=MAX_TITLE)]
    source: Told
    basis: Told = ""
    requirement: Told = ""


class DraftsChosen(Asked):
    """The drafts to be opened, all or none, and the `text` of the reading they were taken from."""

    drafts: Annotated[list[DraftChosen], Field(min_length=1, max_length=MOST_CHOSEN)]
    text: Annotated[str, Field(pattern=SHA256)] | None = None


class DraftOpened(Shape):
    """A matter that was opened."""

    number: str
    title: str


class DraftsOpened(Shape):
    """What was opened, in the order it was asked for."""

    items: list[DraftOpened]


@router.post("/minutes/readings", response_model=MinutesRead, summary="Take minutes apart")
@along(IMPORTS)
def read_minutes(*, request: Request, seat: Writes, given: MinutesHanded) -> Response:
    """The drafts a text holds, to be corrected and chosen; nothing is opened."""
    desk.check_drafts(seat.office, by=seat.by)
    text = _text(seat, given)
    found, known = taken_apart(text), minutes.made_before(seat.office, text, by=seat.by)
    told = MinutesRead(
        heading=found.heading,
        text=fingerprint(text),
        drafts=[_draft(one) for one in found.drafts],
        passed=list(found.passed),
        known=[OpenedBefore.model_validate(one) for one in known],
    )
    return frame.told(told)


@router.post(
    "/minutes/drafts",
    response_model=DraftsOpened,
    status_code=HTTPStatus.CREATED,
    summary="Open drafts of minutes",
)
def open_minutes_drafts(ask: Ask, given: DraftsChosen) -> Response:
    """Open what was chosen as draft matters (拟办), all or none; nothing is assigned."""
    desk.check_drafts(ask.seat.office, by=ask.seat.by)
    chosen = [Chosen(**one.model_dump()) for one in given.drafts]

    def work(_: Signature) -> frame.Told:
        made = minutes.open_chosen(ask.seat.office, chosen, **ask.signed, text=given.text)
        items = [DraftOpened(number=str(one.number), title=one.facts.title or "") for one in made]
        return frame.shaped(DraftsOpened(items=items), HTTPStatus.CREATED)

    return ask.once(work)


def _text(seat: Seat, given: MinutesHanded) -> str:
    """Raises `FactMissing` (`text_missing`), and as `from_base64` and `minutes.text_of`."""
    if not given.name:
        return given.text
    if given.text:
        raise FactMissing("请写明文字或者文件，二者取一。", code="text_missing", missing="text")
    with TemporaryDirectory(dir=waiting_room(seat.office.settings.files)) as folder:
        return minutes.text_of(seat.office, from_base64(given.name, given.content, File(folder)))


def _draft(one: Draft) -> DraftFound:
    quotes = [
        Quoted(rule=said.rule.value, label=said.rule.label, words=said.words, start=said.start, end=said.end)
        for said in one.quotes
    ]
    return DraftFound(marker=one.marker, title=one.title, requirement=one.requirement, quotes=quotes)
