"""The sign-in page of a demonstration: one button for each of its people, and no password.

An ordinary application has neither this page nor the address its forms are sent to.
"""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from workflow.services.demonstration import parts, play
from workflow.web.frame import cookies
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import SIGN_IN, AtCounter, GuestsForm, place_after
from workflow.web.pages.sign_in import MOST_AGENT, SAID, begun, text

router = APIRouter()


@router.get(SIGN_IN)
def people(request: Request, counter: AtCounter, next: str = "", said: str = "") -> Response:
    """Whom somebody may be; `next` is where he wanted to go, `said` why he is here."""
    cookies.check_private(request)
    cookies.welcome(request)
    shown: dict[str, Any] = {
        "kinds": parts(counter.office, at=counter.clock()),
        "next": next,
        "said": SAID.get(said, ""),
    }
    answer = page(request, "demonstration.html.j2", **shown)
    cookies.greet(answer, request)
    return answer


@router.post(SIGN_IN + "/demonstration/{person}")
def plays(request: Request, counter: AtCounter, form: GuestsForm, person: str) -> Response:
    """Somebody takes a part."""
    cookies.check_private(request)
    address, agent = request.client.host if request.client else "", request.headers.get("user-agent", "")
    token = play(counter.office, person, address=address, agent=agent[:MOST_AGENT], at=counter.clock())
    return begun(request, counter, token, place_after(text(form, "next")))
