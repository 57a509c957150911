"""A page asked for by HEAD tells what it tells by GET, without its body (RFC 9110, 9.3.2).

Starlette adds HEAD to every GET route; FastAPI does not. The same handler answers, with the same rights and
the same entries; the server leaves the body away.
"""

from fastapi import APIRouter
from fastapi.routing import APIRoute


def with_heads(router: APIRouter) -> APIRouter:
    """The router, each of its GET routes answering HEAD too."""
    for route in router.routes:
        if isinstance(route, APIRoute) and route.methods and "GET" in route.methods:
            route.methods.add("HEAD")
    return router
