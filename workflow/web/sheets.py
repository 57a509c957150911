"""A form on its way: laid out, filled in, sent, carried out once or told what is wrong with it.

A form that is refused comes back as it was filled in, with what is wrong beside the field. One that was sent
already has no second effect, and one filled in before somebody else acted comes back with what is new.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from states.errors import Refusal
from workflow import particulars
from workflow.errors import AlreadyDone, EditConflict, NotFound
from workflow.services import forms, timeline
from workflow.services.accounts.visitors import Visitor
from workflow.services.files import waiting_room
from workflow.services.office import Signature
from workflow.web import fields
from workflow.web.fields import AT, Field
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import is_unseen, status_of
from workflow.web.frame.pages import address_of, page
from workflow.web.frame.visiting import Incoming, counter_of
from workflow.web.pages.files import received

SEEN, MOST_DIGITS = "_seen", 18
CHOOSE_AGAIN = "附件没有保留，请重新选择。"
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that came in: from whom, what it says, and its number `key`. One that `is_stale` was filled in
    under another sign-in: it is given back, under a number of its own unless it was carried out before."""

    counter: Counter
    request: Request
    who: Visitor
    form: FormData
    key: str
    is_stale: bool = False

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
    def signature(self) -> Signature:
        """Who signs what it brings about."""
        return self.counter.signature(self.who, self.key)

    @property
    def brought_files(self) -> bool:
        """Whether files came with it, which no browser chooses again by itself."""
        return any(isinstance(one, UploadFile) and one.filename for one in self.form.values())

    def check_fresh(self) -> None:
        """Raises `SignedInAnew` for a form that is stale; `AlreadyDone` where it was carried out before."""
        if self.is_stale:
            raise self.done or tokens.signed_in_anew()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form of one act on something as it stood after its case's entry `seen`, or for a new case.

    `back` is the page it was opened from, `written` what stands in it from the start. `give` carries out what
    was filled in and returns the address of the page that tells of it. `late` says why the act is not his, or
    not any more, who filled it in: such a form is opened for nobody, and given back to its sender.
    """

    id: str
    label: str
    fields: tuple[Field, ...]
    back: str
    give: Callable[[Sent, dict[str, Any]], str]
    units: tuple[str, ...] = ()
    number: str | None = None
    title: str | None = None
    seen: int | None = None
    written: Mapping[str, str] = field(default_factory=dict)
    late: str = ""

    def check_seen(self, seen: int | None) -> None:
        """Raises `FormRefused` for a form that does not say what its page showed of the case."""
        if self.seen is not None and (seen is None or seen > self.seen):
            raise forms.incomplete()


@dataclass(frozen=True, slots=True)
class Back:
    """A form that comes back, under its own number `key`: what was filled in, what is wrong with it, and
    where others acted meanwhile, what they did; `status` is that of the answer."""

    given: FormData | Mapping[str, Any]
    errors: Mapping[str, str]
    key: str
    seen: int | None
    message: str
    news: Sequence[Mapping[str, Any]]
    status: int

    def filled(self, sheet: Sheet) -> list[Field]:
        """The fields of its sheet as they come back."""
        return fields.filled(sheet.fields, self.given, self.errors)


Showing = Callable[[Sent, Sheet, Back], Response]
"""What shows a form that comes back."""


def sent(request: Request, who: Visitor, came: Incoming) -> Sent:
    """Raises `FormRefused` for a form without a number."""
    key = tokens.key_in(came.form.get(tokens.KEY_FIELD))
    found = Sent(counter_of(request), request, who, came.form, key, came.is_stale)
    return replace(found, key=tokens.new_key()) if came.is_stale and not found.done else found


def blank(request: Request, sheet: Sheet, given: Mapping[str, str] = NOTHING) -> Response:
    """The form before anything is filled in but what is written in it already, and what is `given`.

    Raises `NotFound` for one of an act that is not his who asks, or not any more.
    """
    if sheet.late:
        raise too_late(sheet)
    return _page(request, sheet, {**sheet.written, **given}, {}, key=tokens.new_key(), seen=sheet.seen)


def page_of(came: Sent, sheet: Sheet, back: Back) -> Response:
    """A form that comes back, on its own page."""
    return _page(
        came.request,
        sheet,
        back.given,
        back.errors,
        status=back.status,
        key=back.key,
        seen=back.seen,
        message=back.message,
        news=back.news,
    )


def answer(came: Sent, opened: Callable[[], Sheet], shown: Showing = page_of) -> Response:
    """Carry the form out; one that cannot be is given back as it is `shown`.

    One that was carried out before leads where it led then, whatever came since; one that is stale is given
    back with nothing done.
    """
    try:
        return _carried_out(came, opened(), shown)
    except Refusal:
        done = came.done
        if done is None:
            raise
        return _see(told_on_case(done.facts.get("case"), "again"))


def not_offered(command: str) -> NotFound:
    """What somebody is told whose command this is not, here and now."""
    return NotFound(
        "这一步现在不由您办理，或者事项已不在这一环节；请回到事项页面，按所列的办理。",
        code="command_not_offered",
        command=command[: particulars.MAX_NAME],
    )


def too_late(sheet: Sheet) -> NotFound:
    """What is told of a form that was his a while ago: how the matter stands now, and the way back to it."""
    return NotFound(
        f"{sheet.late}请回到{'事项' if sheet.number else '台账'}页面，按所列的办理。",
        code="command_not_offered",
        command=sheet.id,
        case=sheet.number,
        back=sheet.back,
    )


def on_the_way(sheet: Sheet, *, back: str, onward: Callable[[], str]) -> Sheet:
    """The same form opened from another page, and told of on another: `onward` is asked once it is done."""

    def give(came: Sent, details: dict[str, Any]) -> str:
        sheet.give(came, details)
        return onward()

    return replace(sheet, back=back, give=give)


def told_on_case(number: str | None, done: str) -> str:
    """The address of a case's page that tells what was done; the register's where none is known."""
    return "/cases" if number is None else f"{address_of(number)}?done={quote(done)}"


def _carried_out(came: Sent, sheet: Sheet, shown: Showing) -> Response:
    sheet.check_seen(came.seen)
    if sheet.late:
        return shown(came, sheet, _too_late(came, sheet))
    if came.is_stale:
        return shown(came, sheet, _given_back(came, sheet))
    details, errors = fields.read((*sheet.fields, fields.time_field()), came.form)
    errors |= fields.ahead(details.get(AT), came.counter.clock())
    if errors:
        return shown(came, sheet, _again(came, sheet, errors, "有的内容需要更正，请看下面标出的。"))
    try:
        return _see(_given(came, sheet, details))
    except Refusal as refusal:
        if is_unseen(refusal) or came.done:
            raise
        named = fields.field_of(refusal, sheet.fields, came.form)
        errors = {named: refusal.message} if named else {}
        told = "" if named else refusal.message
        return shown(came, sheet, _again(came, sheet, errors, told, refusal))


def _given_back(came: Sent, sheet: Sheet) -> Back:
    """A form that was filled in under another sign-in. Raises what says that it was carried out before."""
    if came.done:
        raise came.done
    refusal = tokens.signed_in_anew()
    return _again(came, sheet, {}, refusal.message, refusal)


def _too_late(came: Sent, sheet: Sheet) -> Back:
    """The form of an act that cannot be given now, with what was typed."""
    refusal = EditConflict(f"未予办理：{sheet.late}", code="command_not_offered", command=sheet.id)
    if came.done:
        raise refusal
    return _again(came, sheet, {}, refusal.message, refusal)


def _given(came: Sent, sheet: Sheet, details: dict[str, Any]) -> str:
    """Give the command. Files lie in a folder of their own until they are taken in."""
    at = details.pop(AT, None) or came.counter.clock()
    with TemporaryDirectory(dir=waiting_room(came.counter.office.settings.files)) as folder:
        return sheet.give(came, {**details, **_files(sheet, came.form, Path(folder)), "at": at})


def _files(sheet: Sheet, form: FormData, folder: Path) -> dict[str, Any]:
    """The files that came with the form, by the particulars they are of."""
    named = {one.name: form.getlist(one.name) for one in sheet.fields if one.kind == "files"}
    chosen = {
        name: [one for one in given if isinstance(one, UploadFile) and one.filename]
        for name, given in named.items()
    }
    return {name: tuple(received(one, folder) for one in files) for name, files in chosen.items() if files}


def _again(
    came: Sent, sheet: Sheet, errors: Mapping[str, str], message: str, refusal: Refusal | None = None
) -> Back:
    """The form as it was filled in, under the same number; where others acted meanwhile, what they did."""
    conflict = isinstance(refusal, EditConflict)
    return Back(
        {**came.form, **_read_now(sheet)} if conflict else came.form,
        errors,
        key=came.key,
        seen=sheet.seen if conflict else came.seen,
        message=message + (CHOOSE_AGAIN if came.brought_files else ""),
        news=_news(came, sheet) if conflict else [],
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refusal is None or errors else status_of(refusal),
    )


def _read_now(sheet: Sheet) -> dict[str, str]:
    """What the form rests on as it stands now: its reader is shown what is new."""
    hidden = {one.name for one in sheet.fields if one.kind == "hidden"}
    return {name: words for name, words in sheet.written.items() if name in hidden}


def _news(came: Sent, sheet: Sheet) -> list[dict[str, Any]]:
    if sheet.number is None:
        return []
    by = came.counter.onlooker(came.who)
    entries = timeline.history(came.counter.office, sheet.number, by=by)
    return [one for one in entries if one["seq"] > (came.seen or 0)]


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
        sheet=sheet,
        fields=fields.filled(sheet.fields, given, errors),
        at=fields.filled([fields.time_field()], given, errors)[0],
        message=message,
        news=news,
        **shown,
    )


def _see(place: str) -> Response:
    return RedirectResponse(place, HTTPStatus.SEE_OTHER)
