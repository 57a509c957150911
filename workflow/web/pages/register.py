"""台账: the register as whoever is signed in may see it, by filters, in an order, leaf by leaf."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from states.errors import FactInvalid, Refusal
from states.visibility import sees_no_case
from workflow import particulars
from workflow.services import leafing, readings, register_columns, register_export, together
from workflow.services.accounts.visitors import Visitor
from workflow.services.leafing import Leaf, Turned
from workflow.services.register_columns import Column
from workflow.services.register_filters import CALLED, Asked, choices
from workflow.services.seeing import sees_none
from workflow.web import places
from workflow.web.fields import has_form
from workflow.web.frame.counter import Counter
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Who

router = APIRouter()

LONGEST = 4_000
SELDOM = ("category", "leader", "order")
"""What lies behind 更多条件 until it is used."""


NOTES = {
    "columns": "已按所选的列显示。",
    "kept": "视图已存好。",
    "replaced": "视图已存好，替换了原来的同名视图；两个都要的，请另起名称再存。",
    "dropped": "视图已删去。",
}
"""What is told after something was kept, by the word in the address."""


@router.get("/cases")
def cases(request: Request, counter: AtCounter, who: Who) -> HTMLResponse:
    """A leaf of the register; one of the three, who see no case, is told so and where his own work lies."""
    if sees_no_case(who.roles):
        return page(request, "register_closed.html.j2", refusal=sees_none(who.name))
    by, asked = counter.onlooker(who), asked_in(request.query_params)
    turned, trouble = _turned(request, by.at)
    try:
        found = leafing.leaf(counter.office, asked, by=by, today=by.at, turned=turned)
    except Refusal as refusal:
        trouble, found = refusal.message, leafing.blank(counter.office, by=by)
    _note_readings(counter, who, found)
    noted = NOTES.get(request.query_params.get("done", ""), "")
    told = shown(found, asked, trouble=trouble, noted=noted)
    every = request.url.include_query_params(ticked="all").query
    is_ticked = "ticked" in request.query_params
    return page(request, "register.html.j2", **told | {"every": f"/cases?{every}", "is_ticked": is_ticked})


def _turned(request: Request, now: datetime) -> tuple[Turned | None, str]:
    """The leaf that is turned to, or the first one and what is told of that."""
    try:
        return places.read(request.query_params, now), ""
    except FactInvalid as refusal:
        return None, refusal.message


def _note_readings(counter: Counter, who: Visitor, found: Leaf) -> None:
    """Whoever is shown what matters say has looked into them. Raises as `readings.note`."""
    numbers = [str(one.facts.number) for one in found.lines]
    if numbers and not register_columns.TELLING.isdisjoint(found.kept.columns):
        readings.note(counter.office, numbers, "list", by=counter.signature(who))


def shown(found: Leaf, asked: Asked, *, trouble: str = "", noted: str = "") -> dict[str, Any]:
    """What the page of a leaf is made from."""
    kept = found.kept
    return {
        "asked": asked,
        "leaf": found,
        "trouble": trouble,
        "noted": noted,
        "choices": choices(found.states, found.categories, whole=found.whole),
        "labels": CALLED,
        "is_open": any(getattr(asked, name) for name in SELDOM),
        "chips": list(_chips(asked, found)),
        "columns": register_columns.shown(kept.columns, whole=found.whole),
        "every_column": _choosable(found),
        "views": [(name, address(given), given == asked.given) for name, given in kept.views.items()],
        "together": together.among(found.acts),
        "most": together.MOST,
        "most_taken": register_export.MOST_SHOWN,
        "every": "/cases",
        "is_ticked": False,
        "openings": [row for row in found.openings if has_form(row)],
        "first": address(asked.given),
        "turns": {name: _turn(asked, name, found) for name in places.WAYS},
    }


def asked_in(given: Mapping[str, Any]) -> Asked:
    """What an address or a form asks for; more than a filter can hold is cut off, which none would find."""
    names = (one.name for one in fields(Asked))
    return Asked(**{name: str(given.get(name, "")).strip()[: particulars.MAX_NAME + 1] for name in names})


def address(given: Mapping[str, Any]) -> str:
    """The address of what is asked for."""
    return f"/cases?{urlencode(given)}" if given else "/cases"


def back_in(given: Mapping[str, Any]) -> str:
    """The address of the register a form was filled in beside: what is asked for in it, and nothing else."""
    return address(asked_in(dict(parse_qsl(urlsplit(str(given.get("back", ""))[:LONGEST]).query))).given)


def _choosable(found: Leaf) -> list[Column]:
    """The columns whoever looks may have, or not."""
    there = register_columns.offered(whole=found.whole)
    return [one for one in there if one.id not in register_columns.ALWAYS]


def _chips(asked: Asked, found: Leaf) -> Iterator[tuple[str, str, str]]:
    """What is looked for now: what it is called, what it says, and the address without it."""
    known = choices(found.states, found.categories, whole=found.whole)
    for name, text in asked.given.items():
        told = dict(known.get(name, ())).get(text, text)
        yield CALLED[name], told, address({one: given for one, given in asked.given.items() if one != name})


def _turn(asked: Asked, way: str, found: Leaf) -> str | None:
    place = getattr(found, way)
    return None if place is None else address({**asked.given, way: places.written(place, found.at)})
