"""The token that shows that a form was filled in on our page by the browser that sends it.

It is derived from the secret in that browser's cookie, of the session or of a guest, and nowhere stored. So
that a double click or the back button has one effect, each form also bears a number of its own, which is
written with what it brings about.
"""

import hmac
import re
import secrets
from hashlib import sha256

from fastapi import Request

from workflow.errors import FormRefused, SignedInAnew
from workflow.services import forms
from workflow.web.frame import cookies

FIELD, KEY_FIELD = "_token", "_form"
KEY_BYTES = 16
KEY = re.compile(r"[\w-]{1,64}", re.ASCII)


def token_for(request: Request) -> str:
    """The token of whoever asks; empty for somebody without any cookie of ours."""
    secret = cookies.secret_in(request)
    return hmac.new(secret.encode(), b"duban form", sha256).hexdigest() if secret else ""


def check(request: Request, given: object) -> None:
    """Raises `FormRefused` (`form_stale`) unless the form bears the token of whoever sends it."""
    if not is_his(request, given):
        raise FormRefused(
            "这张表单已经失效（登录已过期、已换人登录，或者不是从本系统的页面提交），未予办理；"
            "请后退到上一页，把填写的内容复制下来，刷新页面后重新填入提交。",
            code="form_stale",
        )


def signed_in_anew() -> SignedInAnew:
    """What is told of a form that was filled in on our page, by whoever was signed in then."""
    return SignedInAnew(
        "您填写期间登录已经过期，或者换了人登录，所以没有办理；填写的内容都在下面，请核对后再次提交。"
    )


def is_his(request: Request, given: object) -> bool:
    """Whether what a form bears is the token of whoever sends it."""
    wanted = token_for(request)
    return bool(wanted) and isinstance(given, str) and _is(given, wanted)


def _is(given: str, wanted: str) -> bool:
    return given.isascii() and hmac.compare_digest(given, wanted)


def new_key() -> str:
    """The number of a form that is shown now."""
    return secrets.token_urlsafe(KEY_BYTES)


def key_in(given: object) -> str:
    """The number of a form that was sent. Raises `FormRefused` where it bears none."""
    if not isinstance(given, str) or KEY.fullmatch(given) is None:
        raise forms.incomplete()
    return given
