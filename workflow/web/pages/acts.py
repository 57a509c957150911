"""Giving a command: its form, and what becomes of it when it is sent.

A form that is refused comes back as it was filled in, with what is wrong beside the field. One that was sent
already has no second effect, and one filled in before somebody else acted comes back with what is new.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from states.errors import Refusal
from states.lifecycle import CommandRow
from states.office_time import office_day
from workflow import particulars
from workflow.errors import AlreadyDone, EditConflict, NotFound
from workflow.services import cases, forms, offering, readings, timeline
from workflow.services.accounts.visitors import Visitor
from workflow.services.files import waiting_room
from workflow.web import fields
from workflow.web.fields import AT, Field
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import is_unseen, status_of
from workflow.web.frame.pages import address_of, page
from workflow.web.frame.visiting import AtCounter, CaseNumber, Form, Who, counter_of
from workflow.web.pages.files import received

router = APIRouter()

SEEN, MOST_DIGITS = "_seen", 18
CHOOSE_AGAIN = "附件没有保留，请重新选择。"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form of one command: on a case as it stood after its entry `seen`, or for a new case."""

    row: CommandRow
    fields: tuple[Field, ...]
    units: tuple[str, ...]
    number: str | None = None
    title: str | None = None
    seen: int | None = None

    def check_seen(self, seen: int | None) -> None:
        """Raises `FormRefused` for a form that does not say what its page showed of the case."""
        if self.seen is not None and (seen is None or seen > self.seen):
            raise tokens.incomplete()

    @property
    def back(self) -> str:
        """Where the form was opened from."""
        return "/cases" if self.number is None else address_of(self.number)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that came in: from whom, what it says, and its number `key`."""

    counter: Counter
    request: Request
    who: Visitor
    form: FormData
    key: str

    @property
    def done(self) -> AlreadyDone | None:
        """What it has brought about already."""
        return forms.carried_out_before(self.counter.office, self.key, person=self.who.person)

    @property
    def seen(self) -> int | None:
        """The last entry that stood on the page it was filled in on."""
        given = self.form.get(SEEN)
        is_number = isinstance(given, str) and given.isdecimal() and len(given) <= MOST_DIGITS
        return int(str(given)) if is_number else None

    @property
    def brought_files(self) -> bool:
        """Whether files came with it, which no browser chooses again by itself."""
        return any(isinstance(one, UploadFile) and one.filename for one in self.form.values())


@router.get("/cases/{number}/acts/{command}")
def act_form(request: Request, counter: AtCounter, who: Who, number: CaseNumber, command: str) -> Response:
    """The form of a command on a case."""
    return _blank(request, _on_case(counter, who, number, command))


@router.post("/cases/{number}/acts/{command}")
def act(request: Request, who: Who, form: Form, number: CaseNumber, command: str) -> Response:
    """What becomes of it."""
    sent = _sent(request, who, form)
    return _answer(sent, lambda: _on_case(sent.counter, who, number, command))


@router.get("/cases/new/{command}")
def opening_form(request: Request, counter: AtCounter, who: Who, command: str) -> Response:
    """The form of a command that brings a matter into the register."""
    return _blank(request, _for_new(counter, who, command))


@router.post("/cases/new/{command}")
def opening(request: Request, who: Who, form: Form, command: str) -> Response:
    """What becomes of that."""
    sent = _sent(request, who, form)
    return _answer(sent, lambda: _for_new(sent.counter, who, command))


def _sent(request: Request, who: Visitor, form: FormData) -> Sent:
    """Raises `FormRefused` for a form without a number."""
    return Sent(counter_of(request), request, who, form, tokens.key_in(form.get(tokens.KEY_FIELD)))


def _on_case(counter: Counter, who: Visitor, number: str, command: str) -> Sheet:
    """Raises `NotFound` for a command that is not this visitor's on this case as it stands."""
    by = counter.onlooker(who)
    offer = offering.offered(counter.office, number, by=by)
    readings.note(counter.office, [number], "show", by=counter.signature(who))
    row = offer.command(command)
    if row is None or not fields.has_form(row):
        raise _not_offered(command)
    chosen = offering.choices(counter.office, offer.policy, day=office_day(by.at))
    made = tuple(fields.fields_of(row, chosen.categories))
    return Sheet(row, made, chosen.units, offer.number, offer.title, offer.seq)


def _for_new(counter: Counter, who: Visitor, command: str) -> Sheet:
    by = counter.onlooker(who)
    offered = offering.openings(counter.office, by=by)
    row = next((one for one in offered if one.id == command and fields.has_form(one)), None)
    if row is None:
        raise _not_offered(command)
    chosen = offering.choices(counter.office, day=office_day(by.at))
    return Sheet(row, tuple(fields.fields_of(row, chosen.categories)), chosen.units)


def _not_offered(command: str) -> NotFound:
    return NotFound(
        "这一步现在不由您办理，或者事项已不在这一环节；请回到事项页面，按所列的办理。",
        code="command_not_offered",
        command=command[: particulars.MAX_NAME],
    )


def _answer(sent: Sent, opened: Callable[[], Sheet]) -> Response:
    """Carry the form out. One that was carried out before leads where it led then, whatever came since."""
    try:
        return _carried_out(sent, opened())
    except Refusal:
        done = sent.done
        if done is None:
            raise
        return _to_case(done.facts.get("case"), "again")


def _carried_out(sent: Sent, sheet: Sheet) -> Response:
    sheet.check_seen(sent.seen)
    details, errors = fields.read((*sheet.fields, fields.time_field()), sent.form)
    if errors:
        return _again(sent, sheet, errors, "有的内容需要更正，请看下面标出的。")
    try:
        return _to_case(_given(sent, sheet, details), sheet.row.id)
    except Refusal as refusal:
        if is_unseen(refusal) or sent.done:
            raise
        named = fields.field_of(refusal, sheet.fields, sent.form)
        errors = {named: refusal.message} if named else {}
        return _again(sent, sheet, errors, "" if named else refusal.message, refusal)


def _given(sent: Sent, sheet: Sheet, details: dict[str, Any]) -> str:
    """Give the command; returns the number of its case. Files lie in a folder of their own until taken in."""
    by, at = sent.counter.signature(sent.who, sent.key), details.pop(AT, None) or sent.counter.clock()
    with TemporaryDirectory(dir=waiting_room(sent.counter.office.settings.files)) as folder:
        details |= _files(sheet, sent.form, Path(folder))
        if sheet.number is None:
            return cases.create(sent.counter.office, sheet.row.id, by=by, at=at, **details).number
        order = cases.Order(sheet.row.id, sheet.number, details, seen=sent.seen)
        return cases.perform_all(sent.counter.office, [order], by=by, at=at)[0].number


def _files(sheet: Sheet, form: FormData, folder: Path) -> dict[str, Any]:
    """The files that came with the form, by the particulars they are of."""
    named = {one.name: form.getlist(one.name) for one in sheet.fields if one.kind == "files"}
    chosen = {
        name: [one for one in given if isinstance(one, UploadFile) and one.filename]
        for name, given in named.items()
    }
    return {name: tuple(received(one, folder) for one in files) for name, files in chosen.items() if files}


def _blank(request: Request, sheet: Sheet) -> Response:
    return _page(request, sheet, {}, {}, key=tokens.new_key(), seen=sheet.seen)


def _again(
    sent: Sent, sheet: Sheet, errors: Mapping[str, str], message: str, refusal: Refusal | None = None
) -> Response:
    """The form as it was filled in, under the same number; where others acted meanwhile, what they did."""
    conflict = isinstance(refusal, EditConflict)
    return _page(
        sent.request,
        sheet,
        sent.form,
        errors,
        key=sent.key,
        seen=sheet.seen if conflict else sent.seen,
        message=message + (CHOOSE_AGAIN if sent.brought_files else ""),
        news=_news(sent, sheet) if conflict else [],
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refusal is None or errors else status_of(refusal),
    )


def _news(sent: Sent, sheet: Sheet) -> list[dict[str, Any]]:
    by, number = sent.counter.onlooker(sent.who), str(sheet.number)
    entries = timeline.history(sent.counter.office, number, by=by)
    return [one for one in entries if one["seq"] > (sent.seen or 0)]


def _page(
    request: Request,
    sheet: Sheet,
    given: FormData | Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    message: str = "",
    news: Sequence[Mapping[str, Any]] = (),
    status: int = HTTPStatus.OK,
    **shown: Any,
) -> Response:
    return page(
        request,
        "act.html.j2",
        status=status,
        row=sheet.row,
        number=sheet.number,
        title=sheet.title,
        back=sheet.back,
        units=sheet.units,
        fields=fields.filled(sheet.fields, given, errors),
        at=fields.filled([fields.time_field()], given, errors)[0],
        message=message,
        news=news,
        **shown,
    )


def _to_case(number: str | None, done: str) -> Response:
    place = "/cases" if number is None else f"{address_of(number)}?done={quote(done)}"
    return RedirectResponse(place, HTTPStatus.SEE_OTHER)
