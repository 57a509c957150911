"""Under which names the office answers. A request that names another host is refused.

Otherwise a link made from the request, as in an answer or a cache, could lead elsewhere.
"""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from workflow.errors import AddressRefused
from workflow.settings import Settings
from workflow.web.frame.faults import answer_to

HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?")
OF_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def names_of(settings: Settings) -> frozenset[str]:
    """This machine's own, that of `DUBAN_PUBLIC_URL`, and those of `DUBAN_HOSTS`."""
    public = urlsplit(settings.public_url or "").hostname
    return OF_THIS_MACHINE | {public for public in (public,) if public} | set(settings.hosts)


class KnownHosts:
    """Lets requests pass that name one of these hosts, on whatever port."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app, self.names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and host_in(scope) not in self.names:
            await answer_to(scope, _unknown())(scope, receive, send)
            return
        await self.app(scope, receive, send)


def host_in(scope: Scope) -> str | None:
    """The host a request names, in small letters and without its port; None where it names none."""
    found = HOST.fullmatch(Headers(scope=scope).get("host", "").lower())
    return None if found is None else found["name"].strip("[]")


def _unknown() -> AddressRefused:
    return AddressRefused(
        "请求所用的网址不是本系统的。请从正式网址进入；确是本系统的，请维护人员将主机名写入DUBAN_HOSTS。",
        code="host_unknown",
    )
