"""工作台: what whoever is signed in owes, worst first, each with the way to do it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from states.duties import Duty
from states.intake import DESK as TAKING_IN
from states.lifecycle import CommandRow
from states.tallies import Tally
from states.visibility import sees_no_case
from states.vocabulary import SIGNING_ROLES, Role
from workflow.services import signing_room, wall_chart
from workflow.services.accounts.visitors import Visitor
from workflow.services.desk import Desk, desk
from workflow.services.digests import standing_of
from workflow.services.intake import desk as intake
from workflow.services.webhooks import standing
from workflow.web import fields
from workflow.web.frame.pages import address_of, page
from workflow.web.frame.visiting import AtCounter, Who
from workflow.web.pages import signing_sheets
from workflow.web.pages.accounts import ACCOUNTS

router = APIRouter()

DESK, REGISTER = "/desk", "/cases"
MANY = 4
"""So many that ask the same stand under one heading."""

MOST_PAPERS = 20
"""So many papers that wait for his hand stand on a desk; all of them lie in the signing room."""


@router.get("/")
def front(who: Who) -> RedirectResponse:
    """Where everybody begins: at his desk; the auditor, who owes nothing, at the register; who sees no case,
    at the accounts."""
    owes_nothing = who.roles == {Role.AUDITOR}
    place = ACCOUNTS if sees_no_case(who.roles) else REGISTER if owes_nothing else DESK
    return RedirectResponse(place, HTTPStatus.SEE_OTHER)


@router.get(DESK)
def my_desk(request: Request, counter: AtCounter, who: Who) -> HTMLResponse:
    """The desk of whoever is signed in."""
    with counter.look(who, directory=True):
        found = desk(counter.office, by=counter.onlooker(who))
        stands = _stands(counter, who)
        takes_in = not TAKING_IN.isdisjoint(who.hats)
        came = intake.waiting(counter.office) if takes_in else 0
        stopped = standing.stopped(counter.office) if takes_in or Role.SYSTEM_ADMIN in who.hats else []
        papers = signing_room.papers(counter.office, by=counter.onlooker(who)) if _signs(who) else ()
    return page(
        request,
        "desk.html.j2",
        desk=found,
        stands=stands,
        came=came,
        stopped=stopped,
        papers=[(one, signing_sheets.home(one)) for one in papers[:MOST_PAPERS]],
        more_papers=max(0, len(papers) - MOST_PAPERS),
        parts=[(when, len(duties), _grouped(duties, found, who)) for when, duties in found.duties.items()],
    )


def _stands(counter: AtCounter, who: Visitor) -> Tally | None:
    """How everything in hand stands, before those who keep the register."""
    if Role.OFFICER not in who.hats:
        return None
    return wall_chart.in_hand(counter.office, by=counter.onlooker(who), today=counter.clock())


def _signs(who: Visitor) -> bool:
    return not SIGNING_ROLES.isdisjoint(who.hats)


def _grouped(duties: Sequence[Duty], found: Desk, who: Visitor) -> list[tuple[str, list[dict[str, Any]]]]:
    """Rows under what they ask where many ask the same; the others, and those of each, as they come.

    Groups stand in the order of their most pressing row.
    """
    counts = Counter(one.label for one in duties)
    groups: dict[str, list[Duty]] = {}
    for one in duties:
        groups.setdefault(one.label if counts[one.label] >= MANY else "", []).append(one)
    return [(label, [_row(one, found, who) for one in some]) for label, some in groups.items()]


def _row(duty: Duty, found: Desk, who: Visitor) -> dict[str, Any]:
    """A duty, the ways to do it, and where it is another's and only told to him, whose."""
    ways, is_anothers = list(_ways(duty)), who.hats.isdisjoint(duty.whose.roles)
    return {
        "duty": duty,
        "standing": standing_of(duty, found.day),
        "unit": found.units.get(duty.unit or "") if duty.unit != duty.whose.unit else None,
        "answers": ways,
        "anothers": "、".join(role.label for role in duty.whose.roles) if is_anothers and not ways else "",
    }


def _ways(duty: Duty) -> Iterator[Mapping[str, str]]:
    """Where it is done: by the forms of its commands, at its measure's page, or at the matter's."""
    yield from (_way(duty, row) for row in duty.answers if fields.has_form(row))
    if duty.escalation is not None:
        yield {"label": "查看办理", "href": f"{address_of(str(duty.number))}/measures/{duty.escalation}"}


def _way(duty: Duty, row: CommandRow) -> Mapping[str, str]:
    """A command's form, with what the duty is about filled in."""
    about = {"task": duty.task, "node": duty.node}
    named = urlencode({name: one for name, one in about.items() if one is not None})
    address = f"{address_of(str(duty.number))}/acts/{row.id}"
    return {"label": row.label, "href": f"{address}?{named}" if named else address}
