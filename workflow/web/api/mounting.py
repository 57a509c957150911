"""The resources of the API, put under an application.

Whoever comes without a token is told nothing of what there is: the gate stands before all of it.
"""

from fastapi import FastAPI
from starlette.routing import Match, Route
from starlette.types import Scope

from workflow.web.api import (
    administration,
    audit,
    audit_trail,
    audit_works,
    case_parts,
    cases,
    events,
    imports,
    intake,
    measures,
    minutes,
    office,
    openapi,
    own,
    register_files,
    reports,
    transitions,
    views,
    webhooks,
    work,
)
from workflow.web.api.settings import calendars, mail, numbers, policies, units, wordings

ROUTERS = (
    *(cases.router, case_parts.router, transitions.router),
    *(measures.router, measures.room_router, work.router, office.router),
    *(reports.router, views.router, register_files.router),
    *(own.router, administration.router, webhooks.router),
    *(units.router, calendars.router, policies.router, mail.router, numbers.router, wordings.router),
    *(
        imports.router,
        intake.router,
        minutes.router,
        audit.router,
        audit_works.router,
        audit_trail.router,
        events.router,
    ),
)


def allowed_at(scope: Scope) -> str:
    """The methods an address of the API takes: its routes are several, and each knows of its own alone."""
    routes = (route for router in ROUTERS for route in router.routes if isinstance(route, Route))
    there = (route for route in routes if route.matches(scope)[0] is not Match.NONE)
    return ", ".join(sorted({method for route in there for method in route.methods or ()}))


def with_api(app: FastAPI) -> FastAPI:
    """The application with the API in it."""
    openapi.route(app, ROUTERS)
    for router in ROUTERS:
        app.include_router(router)
    return app
