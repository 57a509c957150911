"""One reading of the authorities that are trusted, for all clients of a worker.

Every `httpx.Client` reads the whole bundle anew: 20 ms for each browser and program of thousands of tests.
"""

import os
import ssl
from functools import cache
from typing import Any

from httpx._transports import default

read_anew = default.create_ssl_context


def trust_once() -> None:
    """Let clients opened from now on share what they trust, as long as the environment names the same."""
    default.create_ssl_context = _as_the_environment_says


def _as_the_environment_says(
    verify: ssl.SSLContext | str | bool = True, cert: Any = None, trust_env: bool = True
) -> ssl.SSLContext:
    named = (os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")) if trust_env else None
    return _read(verify, cert, trust_env, named)


@cache
def _read(verify: ssl.SSLContext | str | bool, cert: Any, trust_env: bool, named: Any) -> ssl.SSLContext:
    return read_anew(verify, cert, trust_env)
