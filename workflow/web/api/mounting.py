"""The resources of the API, put under an application, and what is told under addresses there are not."""

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from workflow.web.api import case_parts, cases, openapi, transitions
from workflow.web.api.frame import PREFIX
from workflow.web.api.seats import Asks

RESOURCES = (cases, case_parts, transitions)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def with_api(app: FastAPI) -> FastAPI:
    """The application with the API in it."""
    routers = tuple(one.router for one in RESOURCES)
    openapi.route(app, routers)
    for router in routers:
        app.include_router(router)
    app.add_api_route(
        PREFIX + "/{path:path}", _elsewhere, methods=METHODS, include_in_schema=False, name="elsewhere"
    )
    return app


async def _elsewhere(request: Request, _: Asks) -> Response:
    """Raises what is told of an address there is not, or of a method it does not take."""
    allowed = sorted({method for one in request.app.router.routes for method in _methods(one, request)})
    if not allowed:
        raise HTTPException(404)
    raise HTTPException(405, headers={"Allow": ", ".join(allowed)})


def _methods(one: object, request: Request) -> set[str]:
    is_another = isinstance(one, Route) and one.name != "elsewhere"
    if not isinstance(one, Route) or not is_another or one.matches(request.scope)[0] is not Match.PARTIAL:
        return set()
    return set(one.methods or ())
