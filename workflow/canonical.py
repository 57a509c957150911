"""The canonical form of a payload by the fastest encoder: the bytes `states.history.canonical` defines."""

from collections.abc import Mapping
from typing import Any

import orjson

from states.history import canonical

STRICT = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def canonical_text(payload: Mapping[str, Any]) -> str:
    """The payload as it is stored and hashed. What the fast encoder refuses, the slow one decides."""
    try:
        return orjson.dumps(payload, option=STRICT).decode()
    except orjson.JSONEncodeError:
        return canonical(payload)
