"""How long a matter is kept, in brackets behind the sentence of the entry that set it."""

from collections.abc import Mapping
from typing import Any

from states.vocabulary import RetentionClass


def about_retention(payload: Mapping[str, Any]) -> str:
    """（保管期限30年）, or （保管期限由30年改为永久）; nothing of an entry that sets none."""
    new = payload["set"].get("retention")
    if new is None:
        return ""
    former = payload["details"].get("former", {}).get("retention")
    now = RetentionClass(new).label
    return f"（保管期限由{RetentionClass(former).label}改为{now}）" if former else f"（保管期限{now}）"
