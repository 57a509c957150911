"""挂图作战: the office at a glance, for a big screen; and the same figures as plain tables."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from workflow.services.wall_chart import WallChart, wall_chart
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Who
from workflow.web.pages import charts

router = APIRouter()

WALL, EVERY_SECONDS, BY_NAME = "/wall", 60, 5
"""How often it looks again, and how many matters of a list hang beside a drawing."""


@router.get(WALL)
def wall(request: Request, counter: AtCounter, who: Who) -> HTMLResponse:
    """The wall."""
    found = _found(counter, who)
    return page(request, "wall.html.j2", wall=found, every=EVERY_SECONDS, most=BY_NAME, drawn=_drawn(found))


@router.get(f"{WALL}/table")
def table(request: Request, counter: AtCounter, who: Who) -> HTMLResponse:
    """Its figures, to be read, copied and printed."""
    return page(request, "wall_table.html.j2", wall=_found(counter, who))


def _found(counter: AtCounter, who: Who) -> WallChart:
    by = counter.onlooker(who)
    return wall_chart(counter.office, by=by, today=by.at)


def _drawn(found: WallChart) -> dict[str, Any]:
    return {
        "lights": charts.lights(found.families),
        "ranking": charts.ranking(found.ranking),
        "due": charts.due(found.due, found.day),
        "trend": charts.trend(found.weeks),
        "ahead": charts.foreseen(found.ahead),
        "plan": charts.gantt(found.planned, found.day),
    }
