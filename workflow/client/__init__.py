"""A thin client of the API, over httpx: it knows nothing of the server but what `docs/api.md` says.

    with Client("https://duban.example", token) as duban:
        for case in duban.cases(light="red"):
            print(case["number"], case["title"])
        case = duban.case("滨督2026-063")
        duban.give(case, "log_urge", {"means": "phone", "spoke_with": "盛宁远", "answer": "下周完成"})
        for one in duban.events(since=cursor):
            cursor = one["cursor"]

What is answered has its shape in `workflow.client.shapes`, for type checkers; at run time it is plain JSON.

Nothing is imported from the rest of the program, so the folder can be copied to where it is needed.
"""

from workflow.client.calling import Case, Client, File
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
    "Case",
    "Client",
    "Conflict",
    "File",
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
