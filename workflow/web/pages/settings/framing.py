"""What the pages of the settings share: their frame, what was filled in, what became of a form."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field as Bound

from states.errors import FactInvalid, FactMissing, Refusal
from states.settings_rights import Section, check_reads, sections_of
from states.vocabulary import Role
from workflow import particulars
from workflow.errors import EditConflict
from workflow.services.accounts.visitors import Visitor
from workflow.web import fields
from workflow.web.fields import Field
from workflow.web.frame import tokens
from workflow.web.frame.faults import status_of
from workflow.web.frame.pages import page
from workflow.web.pages.administering import AGAIN, address, carried_out, errors_of
from workflow.web.pages.sign_in import text
from workflow.web.sheets import Sent

SETTINGS = "/settings"
Code = Annotated[str, Bound(max_length=64)]
Words = Annotated[str, Bound(max_length=particulars.MAX_NAME)]
PLACES: Mapping[Section, str] = {one: f"{SETTINGS}/{one.value}" for one in Section} | {
    Section.QUEUE: f"{SETTINGS}/mail/queue"
}


@dataclass(frozen=True, slots=True)
class Back:
    """A form that comes back: what was sent in it, and why."""

    act: str
    sent: Sent
    refusal: Refusal
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return 422 if self.errors else int(status_of(self.refusal))


def check_may_read(who: Visitor, section: Section) -> None:
    """Raises `NotPermitted` (`setting_not_yours`) for whoever is not shown a part of the settings."""
    check_reads(section, who.roles)


def setting(
    request: Request, who: Visitor, section: Section, name: str, *, back: Back | None = None, **shown: Any
) -> Response:
    """A page of the settings, with the ways to the others."""
    mine = [(one, PLACES[one]) for one in sections_of(who.roles)]
    status = back.status if back else int(shown.pop("status", 200))
    shown.setdefault("done", AGAIN.get(str(request.query_params.get("done", "")), ""))
    return page(request, f"settings/{name}.html.j2", status=status, section=section, sections=mine, **shown)


def may(who: Visitor, roles: Collection[Role]) -> bool:
    """Whether a visitor holds one of these roles: what is offered to him, which his act decides anew."""
    return not frozenset(roles).isdisjoint(who.roles)


def form_of(
    which: str, these: Sequence[Field], written: Mapping[str, Any], back: Back | None = None
) -> dict[str, Any]:
    """A form of this act: as it is `written`, or as it came back with what is wrong beside its fields.

    One that was overtaken rests on what stands now from then on: its sender is shown that.
    """
    if back is None or back.act != which:
        filled = fields.filled(these, {name: _shown(value) for name, value in written.items()}, {})
        return {"fields": filled, "key": tokens.new_key(), "trouble": "", "open": False}
    rests_on = {one.name for one in these if one.kind == "hidden" and isinstance(back.refusal, EditConflict)}
    now = {name: _shown(written[name]) for name in rests_on if name in written}
    filled = fields.filled(these, {**back.sent.form, **now}, back.errors)
    trouble = "" if back.errors else back.refusal.message
    return {"fields": filled, "key": back.sent.key, "trouble": trouble, "open": True}


def read(sent: Sent, these: Sequence[Field]) -> dict[str, Any]:
    """What was filled in; an empty field is "", an empty day None, lines are a tuple.

    Raises `FactInvalid` or `FactMissing` naming the field.
    """
    return {one.name: _read(one, text(sent.form, one.name).strip()) for one in these}


def answered(
    sent: Sent,
    act: str,
    these: Sequence[Field],
    place: str,
    *,
    deal: Callable[[], Response],
    again: Callable[[Back], Response],
) -> Response:
    """Deal with a form once; one that is refused comes back by `again`, which is given the `Back`."""

    def comes_back(refusal: Refusal) -> Response:
        return again(Back(act, sent, refusal, errors_of(refusal, these, {})))

    return carried_out(sent, place, deal, comes_back)


def see(place: str, done: str, **asked: Any) -> Response:
    """To the page that tells what was done."""
    return RedirectResponse(address(place, {"done": done, **asked}), 303)


def told_done(request: Request, words: Mapping[str, str]) -> str:
    """What was done, by the word the address has for it; an address may say anything else in vain."""
    said = request.query_params.get("done", "")
    return AGAIN.get(said) or words.get(said, "")


def _read(one: Field, given: str) -> Any:
    if not given:
        if one.owed:
            raise FactMissing(f"请填写{one.label}。", code="field_missing", missing=one.name)
        return None if one.kind == "day" else () if one.kind == "lines" else ""
    try:
        if one.kind == "day":
            return particulars.read_day(given)
        said = particulars.read_text(given.replace("\r\n", "\n"))
    except Refusal as refusal:
        raise FactInvalid(refusal.message, code=refusal.code, particular=one.name) from refusal
    if len(said) > one.most:
        raise FactInvalid(f"{one.label}不得超过{one.most}字。", code="text_too_long", particular=one.name)
    if one.kind == "lines":
        return tuple(dict.fromkeys(line.strip() for line in said.splitlines() if line.strip()))
    if one.kind not in ("long", "lines") and "\n" in said:
        raise FactInvalid(f"{one.label}只写一行。", code="text_invalid", particular=one.name)
    return said


def _shown(value: Any) -> str:
    if isinstance(value, tuple | list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)
