"""工作台: what whoever is signed in owes, worst first, each with the way to do it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from states.duties import Duty, DutyKind
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
from workflow.services.signing_room import MEASURE, PAPER, Waiting
from workflow.services.webhooks import standing
from workflow.web import fields
from workflow.web.frame.pages import address_of, page
from workflow.web.frame.visiting import AtCounter, Who
from workflow.web.pages import signing_sheets
from workflow.web.pages.accounts import ACCOUNTS

router = APIRouter()

DESK, REGISTER = "/desk", "/cases"
Way = Mapping[str, str]
Signing = Mapping[str, str]
"""Where the measures that wait for somebody's signature are signed, by their ids."""

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
        papers, signing = _to_sign(counter, who)
    return page(
        request,
        "desk.html.j2",
        desk=found,
        stands=stands,
        came=came,
        stopped=stopped,
        papers=papers[:MOST_PAPERS],
        more_papers=max(0, len(papers) - MOST_PAPERS),
        parts=[
            (when, len(duties), _grouped(duties, found, who, signing))
            for when, duties in found.duties.items()
        ],
    )


def _stands(counter: AtCounter, who: Visitor) -> Tally | None:
    """How everything in hand stands, before those who keep the register."""
    if Role.OFFICER not in who.hats:
        return None
    return wall_chart.in_hand(counter.office, by=counter.onlooker(who), today=counter.clock())


def _to_sign(counter: AtCounter, who: Visitor) -> tuple[list[tuple[Waiting, str]], Signing]:
    """The papers that wait for his hand, and the measures, each with where it is signed."""
    if SIGNING_ROLES.isdisjoint(who.hats):
        return [], {}
    waiting = signing_room.room(counter.office, by=counter.onlooker(who)).waiting
    homes = [(one, signing_sheets.home(one)) for one in waiting]
    papers = [(one, home) for one, home in homes if one.kind == PAPER]
    return papers, {one.id: home for one, home in homes if one.kind == MEASURE}


def _grouped(
    duties: Sequence[Duty], found: Desk, who: Visitor, signing: Signing
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Rows under what they ask where many ask the same; the others, and those of each, as they come.

    Groups stand in the order of their most pressing row.
    """
    counts = Counter(one.label for one in duties)
    groups: dict[str, list[Duty]] = {}
    for one in duties:
        groups.setdefault(one.label if counts[one.label] >= MANY else "", []).append(one)
    return [(label, [_row(one, found, who, signing) for one in some]) for label, some in groups.items()]


def _row(duty: Duty, found: Desk, who: Visitor, signing: Signing) -> dict[str, Any]:
    """A duty, the ways to do it, and where it is another's and only told to him, whose."""
    ways, is_anothers = list(_ways(duty, signing)), who.hats.isdisjoint(duty.whose.roles)
    return {
        "duty": duty,
        "standing": standing_of(duty, found.day),
        "unit": found.units.get(duty.unit or "") if duty.unit != duty.whose.unit else None,
        "answers": ways,
        "anothers": "、".join(role.label for role in duty.whose.roles) if is_anothers and not ways else "",
    }


def _ways(duty: Duty, signing: Signing) -> Iterator[Way]:
    """Where it is done: by the forms of its commands, or of its measure's; a proposal where it is signed."""
    yield from (_way(duty, row) for row in duty.answers if fields.has_form(row))
    if duty.escalation is not None:
        yield from _on_measure(duty, signing)


def _on_measure(duty: Duty, signing: Signing) -> Iterator[Way]:
    """The act itself, and the page that tells of the measure."""
    measure = str(duty.escalation)
    home = f"{address_of(str(duty.number))}/measures/{measure}"
    if duty.kind is DutyKind.APPROVE and measure in signing:
        yield {"label": "去签批", "href": signing[measure]}
    elif duty.on_measure is not None:
        yield {"label": duty.on_measure.label, "href": f"{home}/acts/{duty.on_measure.id}"}
    yield {"label": "查看办理", "href": home}


def _way(duty: Duty, row: CommandRow) -> Way:
    """A command's form, with what the duty is about filled in."""
    about = {"task": duty.task, "node": duty.node}
    named = urlencode({name: one for name, one in about.items() if one is not None})
    address = f"{address_of(str(duty.number))}/acts/{row.id}"
    return {"label": row.label, "href": f"{address}?{named}" if named else address}
