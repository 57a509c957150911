"""What would change something is taken from our own pages only.

A browser says where a request comes from in `Sec-Fetch-Site` and `Origin`; a page of another site cannot
make it lie. With the token in each form (`tokens`) this is the second of two locks.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from workflow.errors import AddressRefused
from workflow.web.frame.faults import answer_to

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none"})
"""`none`: typed, or from a bookmark; it comes from no page at all."""


class OwnPages:
    """Refuses an unsafe request that a browser says is of another site.

    `public` is the address people know us by, which is ours whatever a proxy makes of the request.
    """

    def __init__(self, app: ASGIApp, public: str | None = None) -> None:
        self.app, self.public = app, public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE and not is_ours(scope, self.public):
            await answer_to(scope, _foreign())(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_ours(scope: Scope, public: str | None = None) -> bool:
    """Whether nothing in the request says that it comes from elsewhere."""
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in OURS:
        return False
    own = {_origin(f"{scope['scheme']}://{headers.get('host', '')}"), _origin(public or "")}
    return origin is None or _origin(origin) in own - {None}


def is_told(scope: Scope) -> bool:
    """Whether the browser says that a request that was taken comes from a page of ours; a program, or a very
    old browser, says nothing."""
    headers = Headers(scope=scope)
    return headers.get("sec-fetch-site") == "same-origin" or headers.get("origin") is not None


def _origin(address: str) -> tuple[str, str] | None:
    """Scheme, host and port; None for what has none, as `null`, which a sandboxed page sends."""
    try:
        found = urlsplit(address)
    except ValueError:
        return None
    return (found.scheme, found.netloc.lower()) if found.scheme and found.netloc else None


def _foreign() -> AddressRefused:
    return AddressRefused(
        "请求来自其他网站的页面，未予办理。请回到本系统的页面重新提交；经代理访问的，请维护人员核对DUBAN_PROXIES和"
        "DUBAN_PUBLIC_URL。",
        code="origin_foreign",
    )
