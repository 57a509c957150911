"""A thin client of the API, over httpx: it knows nothing of the server but what `docs/api.md` says.

    with Client("https://duban.example", token) as duban:
        for case in duban.cases(light="red"):
            print(case["number"], case["title"])
        case = duban.case("滨督2026-063")
        duban.give(case, "log_urge", {"means": "phone", "spoke_with": "盛宁远", "answer": "下周完成"})
        for event in duban.events(since=cursor):
            cursor = event.cursor

Nothing is imported from the rest of the program, so the folder can be copied to where it is needed.
"""

from workflow.client.calling import Client, Event
from workflow.client.errors import (
    ApiError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from workflow.client.webhooks import NotVerified, verified

__all__ = [
    "ApiError",
    "Client",
    "Conflict",
    "Event",
    "Forbidden",
    "Invalid",
    "NotFound",
    "NotVerified",
    "PreconditionFailed",
    "TooManyRequests",
    "Unauthorized",
    "Unavailable",
    "verified",
]
