"""Who asks: the holder of the token a request bears, as the routes of the interface are built on it.

The gate has let him in already; what a route adds is the scope it needs:

    @router.get("/cases")
    def cases(who: Reader) -> ...: ...
"""

from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPBearer, SecurityScopes

from states.accounts.scopes import Scope
from states.errors import NotPermitted
from workflow.errors import TokenRefused
from workflow.services.accounts.api_tokens import Holder

SCHEME = HTTPBearer(
    bearerFormat="duban_…",
    scheme_name="token",
    description="个人令牌或者系统接口令牌，放在Authorization请求头中：Bearer duban_…",
    auto_error=False,
)


async def caller(request: Request, needed: SecurityScopes, _: Annotated[object, Security(SCHEME)]) -> Holder:
    """Who asks, with the scopes a route needs.

    Raises `TokenRefused` where the gate let nobody in, `NotPermitted` (`scope_missing`).
    """
    found = request.scope["state"].get("holder")
    if not isinstance(found, Holder):
        raise TokenRefused("请在Authorization请求头中附上令牌（Bearer duban_…）。")
    for scope in needed.scopes:
        _check(request, found, Scope(scope))
    return found


def _check(request: Request, found: Holder, scope: Scope) -> None:
    try:
        found.check(scope)
    except NotPermitted:
        request.scope["state"]["scope_missing"] = scope.value
        raise


Reader = Annotated[Holder, Security(caller, scopes=[Scope.READ.value])]
Listener = Annotated[Holder, Security(caller, scopes=[Scope.EVENTS.value])]
Hander = Annotated[Holder, Security(caller, scopes=[Scope.INTAKE.value])]
Writer = Annotated[Holder, Security(caller, scopes=[Scope.WRITE.value])]
Setter = Annotated[Holder, Security(caller, scopes=[Scope.ADMIN.value])]
