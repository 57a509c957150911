"""The resources of the API, put under an application.

Whoever comes without a token is told nothing of what there is: the gate stands before all of it.
"""

from fastapi import FastAPI

from workflow.web.api import (
    audit,
    case_parts,
    cases,
    imports,
    measures,
    office,
    openapi,
    transitions,
    work,
)

ROUTERS = (
    *(cases.router, case_parts.router, transitions.router),
    *(measures.router, measures.room_router, work.router, office.router),
    *(imports.router, audit.router),
)


def with_api(app: FastAPI) -> FastAPI:
    """The application with the API in it."""
    openapi.route(app, ROUTERS)
    for router in ROUTERS:
        app.include_router(router)
    return app
