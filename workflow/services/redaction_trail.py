"""What an entry took away: which entry's words, and which of them."""

from collections.abc import Mapping
from typing import Any

from states.redaction import REDACTED, taken_away


def about_redaction(kind: str, details: Mapping[str, Any]) -> str:
    """（第5条的理由、意见）; nothing of an entry that is no redaction."""
    return f"（{taken_away(details)}）" if kind == REDACTED else ""
