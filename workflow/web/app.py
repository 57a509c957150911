"""The web application: says whether it is alive and whether it can work, and runs the scheduler."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from workflow.scheduler import Scheduler
from workflow.services import checkpoints, holds, sealing, timestamps
from workflow.services.office import Office
from workflow.storage import migrations
from workflow.storage.session import reading

UNAVAILABLE = 503


def create_app(office: Office) -> FastAPI:
    """The application of one installation; the scheduler runs as long as the application does."""
    scheduler = Scheduler(office)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        scheduler.start()
        yield
        await run_in_threadpool(scheduler.stop)

    app = FastAPI(title="Duban 督办", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/health/live")
    def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @app.get("/health/ready")
    def ready(response: Response) -> dict[str, Any]:
        """The database answers with the right schema, and the scheduler's chores have run.

        A sweep that is held is no fault: the office is ready, and says in `holds` what waits for a person.
        """
        chores = {"sweep": scheduler.sweep, "mail": scheduler.mail}
        checks = {"database": _database_answers(office)}
        checks |= {name: chore.healthy for name, chore in chores.items()}
        ages = {f"{name}_age_seconds": round(chore.age, 1) for name, chore in chores.items()}
        if not all(checks.values()):
            response.status_code = UNAVAILABLE
        told = {**ages, **checks, "holds": _holds(office) if checks["database"] else []}
        told |= _sealing(office) if checks["database"] else {}
        return {"status": "ready" if all(checks.values()) else "not_ready", **told}

    return app


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


def _database_answers(office: Office) -> bool:
    try:
        with reading(office.engine) as tx:
            tx.execute(text("SELECT 1"))
        return migrations.current(office.engine) == migrations.newest()
    except SQLAlchemyError:
        return False
