"""Rendering a page: one strict Jinja environment, every value escaped.

A page knows who is signed in, its tokens and where it stands; everything else is handed to it.
"""

from datetime import date, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import templates
from states.importing import importable
from states.intake import DESK
from states.office_time import OFFICE_ZONE, day_in_words, days_in_words, office_day
from states.settings_rights import sections_of
from states.visibility import Sight, sees_no_case, sight_of
from states.vocabulary import OFFICE_ROLES, SIGNING_ROLES, UNIT_ROLES, Role
from workflow.addresses import page_of
from workflow.web.frame import tokens

HOME = Path(templates.__file__).parent
PAGES, STATIC = HOME / "pages", HOME / "static"


WATCHING = OFFICE_ROLES | UNIT_ROLES | {Role.AUDITOR}
"""To whom the wall chart is offered."""

BRIEF = 80
"""Characters: fifty lines of a list stay within what a page sends."""


def page(request: Request, name: str, *, status: int = HTTPStatus.OK, **shown: Any) -> HTMLResponse:
    """A page as answer, with what it shows."""
    return HTMLResponse(_environment().get_template(name).render(_framed(request) | shown), status)


def _framed(request: Request) -> dict[str, Any]:
    state = request.scope.get("state", {})
    visitor = state.get("visitor")
    return {
        "visitor": visitor,
        "administers": visitor is not None and sees_no_case(visitor.roles),
        "signs": visitor is not None and not SIGNING_ROLES.isdisjoint(visitor.hats),
        "imports": visitor is not None and bool(importable(visitor.hats)),
        "takes_in": visitor is not None and not DESK.isdisjoint(visitor.hats),
        "watches": visitor is not None and not WATCHING.isdisjoint(visitor.hats),
        "audits": visitor is not None and sight_of(visitor.hats) is Sight.WHOLE,
        "audits_access": visitor is not None and Role.AUDIT_ADMIN in visitor.roles,
        "keeps_settings": visitor is not None and bool(sections_of(visitor.hats)),
        "csrf": tokens.token_for(request),
        "path": request.url.path,
        "office_name": request.app.state.office_name,
        "shown_day": _shown_day(request),
    }


def _shown_day(request: Request) -> date | None:
    """The day a demonstration shows; elsewhere it is today, and no page says so."""
    state = request.app.state
    return office_day(state.counter.clock()) if state.is_demonstration else None


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    told = {
        "day": day,
        "dated": days_in_words,
        "minute": minute,
        "weekday": weekday,
        "page": address_of,
        "brief": brief,
    }
    made.filters |= told
    return made


def address_of(number: str) -> str:
    """The address of a matter's page, safe in a link and in a header."""
    return quote(page_of(number))


def brief(title: str) -> str:
    """A title as lists and headers have it; the matter's own page has all of it."""
    return title if len(title) <= BRIEF else f"{title[: BRIEF - 1]}…"


def day(value: date | str | None) -> str:
    """2026年11月20日; a dash for no day."""
    if value is None:
        return "—"
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return day_in_words(found)


def weekday(value: date) -> str:
    """周五."""
    return "周" + "一二三四五六日"[value.weekday()]


def minute(value: datetime | str | None) -> str:
    """2026-11-20 09:05 in the office's zone; a dash for no instant."""
    if value is None:
        return "—"
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{found.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"
