"""The security headers of every answer. What a route has set itself stays.

No script, style, picture or form of another origin, nothing inline, no framing by others; a signed-in page
is kept by no cache.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
KEPT_BY_NOBODY, ASKED_AGAIN = "no-store", "no-cache"
TRANSPORT = "max-age=31536000"
"""Only over TLS: a browser that was told so once asks in no other way for a year."""


class SecurityHeaders:
    """Adds the headers to whatever answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message), scope)
            await send(message)

        await self.app(scope, receive, answer)


def _complete(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    is_static = scope["path"].startswith("/static/")
    headers.setdefault("Cache-Control", ASKED_AGAIN if is_static else KEPT_BY_NOBODY)
    if scope["scheme"] == "https":
        headers.setdefault("Strict-Transport-Security", TRANSPORT)
