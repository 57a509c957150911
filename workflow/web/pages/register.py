"""台账: the register as whoever is signed in may see it, by filters, in an order, leaf by leaf."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from states.errors import Refusal
from states.visibility import sees_no_case
from states.vocabulary import Light
from workflow import particulars
from workflow.services import leafing, register_columns, register_views, together
from workflow.services.leafing import Leaf
from workflow.services.register_columns import COLUMNS
from workflow.services.register_filters import Asked
from workflow.services.register_views import Kept
from workflow.services.seeing import sees_none
from workflow.storage.leafing import Order
from workflow.web import places
from workflow.web.fields import has_form
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Who

router = APIRouter()

LABELS = {
    "words": "编号或名称",
    "state": "环节",
    "light": "亮灯",
    "unit": "牵头单位",
    "category": "类别",
    "leader": "包保领导",
    "due_from": "期限自",
    "due_until": "期限至",
    "order": "排序",
}
SELDOM = ("category", "leader", "order")
"""What lies behind 更多条件 until it is used."""


NOTES = {"columns": "已按所选的列显示。", "kept": "视图已存好。", "dropped": "视图已删去。"}
"""What is told after something was kept, by the word in the address."""


@router.get("/cases")
def cases(request: Request, counter: AtCounter, who: Who) -> HTMLResponse:
    """A leaf of the register; one of the three, who see no case, is told so and where his own work lies."""
    if sees_no_case(who.roles):
        return page(request, "register_closed.html.j2", refusal=sees_none(who.name))
    kept = register_views.kept(counter.office, who.person)
    by, asked, trouble = counter.onlooker(who), asked_in(request.query_params), ""
    try:
        turned = places.read(request.query_params)
        why = register_columns.WHY in kept.columns
        found = leafing.leaf(counter.office, asked, by=by, today=by.at, turned=turned, why=why)
    except Refusal as refusal:
        trouble, found = refusal.message, leafing.blank(counter.office, by=by)
    noted = NOTES.get(request.query_params.get("done", ""), "")
    told = shown(found, asked, kept, trouble=trouble, noted=noted)
    every = request.url.include_query_params(ticked="all").query
    is_ticked = "ticked" in request.query_params
    return page(request, "register.html.j2", **told | {"every": f"/cases?{every}", "is_ticked": is_ticked})


def shown(found: Leaf, asked: Asked, kept: Kept, *, trouble: str = "", noted: str = "") -> dict[str, Any]:
    """What the page of a leaf is made from."""
    return {
        "asked": asked,
        "leaf": found,
        "trouble": trouble,
        "noted": noted,
        "choices": _choices(found),
        "labels": LABELS,
        "is_open": any(getattr(asked, name) for name in SELDOM),
        "chips": list(_chips(asked, found)),
        "columns": register_columns.shown(kept.columns),
        "every_column": [one for one in COLUMNS if one.id not in register_columns.ALWAYS],
        "views": [(name, address(given), given == asked.given) for name, given in kept.views.items()],
        "together": together.among(found.acts),
        "most": together.MOST,
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


def _choices(found: Leaf) -> dict[str, tuple[tuple[str, str], ...]]:
    """What is chosen rather than written, by its name."""
    return {
        "state": found.states,
        "light": tuple((one.value, one.label) for one in Light),
        "category": found.categories,
        "order": tuple((one.value, one.label) for one in Order),
    }


def _chips(asked: Asked, found: Leaf) -> Iterator[tuple[str, str, str]]:
    """What is looked for now: what it is called, what it says, and the address without it."""
    choices = _choices(found)
    for name, text in asked.given.items():
        told = dict(choices.get(name, ())).get(text, text)
        yield LABELS[name], told, address({one: given for one, given in asked.given.items() if one != name})


def _turn(asked: Asked, way: str, found: Leaf) -> str | None:
    place = getattr(found, way)
    return None if place is None else address({**asked.given, way: places.written(place, found.at)})
