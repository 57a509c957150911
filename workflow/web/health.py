"""What a monitor asks: does the process answer, can it work, how does the office stand."""

from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from workflow.scheduler import Scheduler
from workflow.services import checkpoints, figures, holds, sealing, timestamps
from workflow.services.office import Office
from workflow.storage import migrations
from workflow.storage.session import reading
from workflow.web import metrics

UNAVAILABLE, FORBIDDEN = 503, 403
NOT_FOR_YOU = "监控指标只供本机读取，其他机器请在DUBAN_METRICS_ALLOW中列出。"


def router(office: Office, scheduler: Scheduler) -> APIRouter:
    """`/health/live`, `/health/ready` and `/metrics` of an installation."""
    routes, release = APIRouter(), version("duban")

    @routes.get("/health/live")
    def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @routes.get("/health/ready")
    def ready(response: Response) -> dict[str, Any]:
        """The database answers with the right schema, and the scheduler's chores have run.

        A sweep that is held is no fault: the office is ready, and says in `holds` what waits for a person.
        Nor is a message that waits: `oldest_unsent_seconds` says how long the oldest has that may leave.
        """
        told = _readiness(office, scheduler)
        if told["status"] != "ready":
            response.status_code = UNAVAILABLE
        return told

    @routes.get("/metrics")
    def measured(request: Request) -> Response:
        """The office in figures, for a monitor on this machine or one that is allowed."""
        if not metrics.may_read(request, office.settings.metrics_allow):
            refusal = {"code": "metrics_forbidden", "message": NOT_FOR_YOU, "facts": {}}
            return JSONResponse(refusal, FORBIDDEN)
        told = metrics.exposition(release, scheduler, _figures(office))
        return Response(told, media_type=metrics.CONTENT_TYPE)

    return routes


def _readiness(office: Office, scheduler: Scheduler) -> dict[str, Any]:
    chores = {name: one for name, one in scheduler.chores.items() if name in ("sweep", "mail")}
    checks = {"database": _database_answers(office)}
    checks |= {name: chore.healthy for name, chore in chores.items()}
    ages = {f"{name}_age_seconds": round(chore.age, 1) for name, chore in chores.items()}
    told = {**ages, **checks, "holds": _holds(office) if checks["database"] else []}
    told |= _sealing(office) | _unsent(office) if checks["database"] else {}
    return {"status": "ready" if all(checks.values()) else "not_ready", **told}


def _holds(office: Office) -> list[dict[str, Any]]:
    """What holds the scheduled sweep; a stranger is told the reason and since when, no more."""
    try:
        return [{name: one[name] for name in ("reason", "since")} for one in holds.in_force(office)]
    except SQLAlchemyError:
        return []


def _sealing(office: Office) -> dict[str, Any]:
    """How old the last checkpoint is, and how many entries wait for their place, checkpoints for a token."""
    try:
        age, waiting = checkpoints.age(office, datetime.now(UTC)), sealing.unsealed(office)
    except SQLAlchemyError:
        return {}
    told = {"checkpoint_age_seconds": round(age.total_seconds(), 1) if age else None, "unsealed": waiting}
    return told | ({"unstamped": len(timestamps.missing(office))} if office.settings.tsa_url else {})


def _unsent(office: Office) -> dict[str, Any]:
    """For how long the oldest message has waited that may leave."""
    try:
        age = figures.oldest_unsent(office, datetime.now(UTC))
    except SQLAlchemyError:
        return {}
    return {"oldest_unsent_seconds": None if age is None else round(age, 1)}


def _figures(office: Office) -> figures.Figures | None:
    """None while the database cannot be read; the rest is told all the same."""
    try:
        return figures.take(office, datetime.now(UTC)) if _database_answers(office) else None
    except SQLAlchemyError:
        return None


def _database_answers(office: Office) -> bool:
    try:
        with reading(office.engine) as tx:
            tx.execute(text("SELECT 1"))
        return migrations.current(office.engine) == migrations.newest()
    except SQLAlchemyError:
        return False
