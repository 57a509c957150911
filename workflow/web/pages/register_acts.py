"""台账: one act on the matters that are ticked: its form, and what became of it on each."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData, QueryParams

from states.errors import Refusal
from states.lifecycle import CommandRow
from workflow import particulars
from workflow.errors import SignedInAnew
from workflow.services import forms, together
from workflow.services.accounts.visitors import Visitor
from workflow.services.together import Ticked
from workflow.web import fields, sheets
from workflow.web.fields import Field
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import status_of
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.register import back_in
from workflow.web.pages.register_keeping import told
from workflow.web.sheets import MOST_DIGITS, Sent

router = APIRouter()


@router.get("/register/acts")
def acts_form(request: Request, counter: AtCounter, who: Who) -> Response:
    """The form of an act on the matters ticked."""
    row = together.act_called(counter.office, request.query_params.get("act", ""), by=counter.onlooker(who))
    try:
        chosen = _ticked(request.query_params)
    except Refusal as refusal:
        return told(request, refusal, back_in(request.query_params))
    return _form(request, row, _named(counter, who, chosen), request.query_params, {}, key=tokens.new_key())


@router.post("/register/acts/{command}")
def acts(request: Request, who: Who, form: Form, command: str) -> Response:
    """What became of it on each."""
    came = sheets.sent(request, who, form)
    try:
        row = together.act_called(came.counter.office, command)
        chosen = _ticked(came.form)
    except Refusal as refusal:
        return told(request, refusal, back_in(came.form))
    try:
        came.check_fresh()
    except SignedInAnew as refusal:
        return _again(came, row, chosen, {}, refusal)
    return _acted(came, row, chosen)


def _acted(came: Sent, row: CommandRow, chosen: Sequence[Ticked]) -> Response:
    details, errors = fields.read(_fields(row), came.form)
    if errors:
        return _again(came, row, chosen, errors)
    office, at = came.counter.office, came.counter.clock()
    results = together.give_all(office, row, chosen, details, by=came.signature, at=at)
    if wrong := together.wrong_on_all(results):
        named = fields.field_of(wrong, _fields(row), came.form)
        return _again(came, row, chosen, {named: wrong.message} if named else {}, None if named else wrong)
    back = back_in(came.form)
    return page(came.request, "register_acted.html.j2", label=row.label, results=results, back=back)


def _again(
    came: Sent,
    row: CommandRow,
    chosen: Sequence[Ticked],
    errors: Mapping[str, str],
    refusal: Refusal | None = None,
) -> Response:
    """The form as it was filled in, under its own number."""
    named = _named(came.counter, came.who, chosen)
    return _form(came.request, row, named, came.form, errors, key=came.key, refusal=refusal)


def _ticked(given: FormData | QueryParams) -> tuple[Ticked, ...]:
    """What was ticked. Raises as `check_ticked`, and `FormRefused` for a tick that is none of our page's."""
    return together.check_ticked([_tick(str(one)) for one in given.getlist("tick")])


def _tick(text: str) -> Ticked:
    number, _, seen = text.rpartition("~")
    if not number or not seen.isdecimal() or len(seen) > MOST_DIGITS:
        raise forms.incomplete()
    return Ticked(str(particulars.read_name(number)), int(seen))


def _fields(row: CommandRow) -> tuple[Field, ...]:
    """What the act's form asks for; files are handed in matter by matter."""
    return tuple(one for one in fields.fields_of(row, {}) if one.kind != "files")


def _named(counter: Counter, who: Visitor, chosen: Sequence[Ticked]) -> list[tuple[Ticked, str]]:
    """The matters that were ticked, each with what it is called."""
    titles = together.titles(counter.office, chosen, by=counter.onlooker(who))
    return [(one, titles.get(one.number, "")) for one in chosen]


def _form(
    request: Request,
    row: CommandRow,
    chosen: Sequence[tuple[Ticked, str]],
    given: FormData | Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    key: str,
    refusal: Refusal | None = None,
) -> Response:
    beside = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return page(
        request,
        "register_acts.html.j2",
        status=beside if refusal is None else status_of(refusal),
        trouble_told=refusal.message if refusal else "",
        row=row,
        chosen=chosen,
        fields=fields.filled(_fields(row), given if errors or refusal else {}, errors),
        key=key,
        back=back_in(given),
    )
