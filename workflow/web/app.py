"""The web application: says whether it is alive and whether it can work, and runs the scheduler."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from workflow.scheduler import Scheduler
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
        """The database answers with the right schema, and the scheduler's chores have run."""
        chores = {"sweep": scheduler.sweep, "mail": scheduler.mail}
        checks = {"database": _database_answers(office)}
        checks |= {name: chore.healthy for name, chore in chores.items()}
        ages = {f"{name}_age_seconds": round(chore.age, 1) for name, chore in chores.items()}
        if not all(checks.values()):
            response.status_code = UNAVAILABLE
        return {"status": "ready" if all(checks.values()) else "not_ready", **ages, **checks}

    return app


def _database_answers(office: Office) -> bool:
    try:
        with reading(office.engine) as tx:
            tx.execute(text("SELECT 1"))
        return migrations.current(office.engine) == migrations.newest()
    except SQLAlchemyError:
        return False
