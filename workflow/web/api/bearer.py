"""A stand-in until tokens are there: the bearer's token is that of a session."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from workflow.errors import SignInNeeded
from workflow.services.accounts import sessions
from workflow.services.accounts.visitors import Visitor
from workflow.services.office import Signature
from workflow.services.seeing import Onlooker
from workflow.web.frame.visiting import counter_of


@dataclass(frozen=True, slots=True)
class Holder:
    visitor: Visitor
    scopes: frozenset[str] = frozenset()
    machine: None = None
    token: str = ""

    @property
    def person(self) -> str | None:
        return self.visitor.person

    def signature(self, at: Any, *, form: Any = None, clock: Any = None) -> Signature:
        return Signature(self.person, "api", at, form=form, clock=clock)

    def onlooker(self, at: Any) -> Onlooker:
        return Onlooker(self.visitor.person, at)


def holder(request: Request) -> Holder:
    state = request.scope["state"]
    if "holder" not in state:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        counter = counter_of(request)
        ok = kind.lower() == "bearer" and 0 < len(token) < 200
        found = sessions.visitor(counter.office, token, at=counter.clock()) if ok else None
        if found is None:
            raise SignInNeeded("请先登录。", code="sign_in_needed")
        state |= {"person": found.person, "holder": Holder(found)}
    found_holder: Holder = state["holder"]
    return found_holder


Caller = Annotated[Holder, Depends(holder)]
Reader = Annotated[Holder, Depends(holder)]
Writer = Annotated[Holder, Depends(holder)]
Admin = Annotated[Holder, Depends(holder)]
